"""Which rule of which spec reads a request?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from harness.decode.codecs import DECODINGS, text_of
from harness.decode.documents import document_of
from harness.decode.paths import Document, places, replaced
from harness.model.recording import Request
from harness.model.spec import Match, RequestRule, VendorSpec


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def holds(document: Document, where: Iterable[tuple[str, str]], absent: Iterable[str] = ()) -> bool:
    """Does every path in `where` have a value that matches, and does no path in `absent` exist?"""
    return all(
        any(compiled(pattern).fullmatch(text_of(value)) for _, value in places(document, path))
        for path, pattern in where
    ) and not any(any(True for _ in places(document, path)) for path in absent)


def host_of(url: str) -> str:
    return _address_of(url)[0]


def _address_of(url: str) -> tuple[str, str]:
    """Host and path, as a document has them."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.path
    except ValueError:
        return "", url


def is_host_of(spec: VendorSpec, host: str) -> bool:
    return _is_among(host, spec.hosts)


def read(request: Request, rule: RequestRule, document: Document) -> Document | None:
    """The request's document with the rule's decodings undone, or None if the rule does not read the request."""
    match = rule.match
    if request.method.upper() not in match.methods:
        return None
    if not _is_among(document["url"]["host"], match.hosts):
        return None
    found = compiled(match.path).fullmatch(document["url"]["path"])
    if not found:
        return None
    groups = {name: value for name, value in found.groupdict().items() if value is not None}
    document = {**document, "path": groups}
    if rule.decodings and not holds(document, _settled(rule)):
        return None
    for decoding in rule.decodings:
        codec = DECODINGS[decoding.using]
        document = replaced(document, decoding.at, lambda value, c=codec, d=decoding: c(value, d.options))
    return document if holds(document, match.where.items(), match.absent) else None


def rule_for(
    request: Request, specs: Iterable[VendorSpec], page: str = ""
) -> tuple[VendorSpec, RequestRule, Document] | None:
    """The first rule that reads the request: those that name its host before those that read any host."""
    candidates = _index_of(tuple(specs)).candidates(request.method.upper(), *_address_of(request.url))
    document = document_of(request, page) if candidates else {}
    for spec, rule in candidates:
        read_document = read(request, rule, document)
        if read_document is not None:
            return spec, rule, read_document
    return None


def _settled(rule: RequestRule) -> list[tuple[str, str]]:
    """The conditions that no decoding can change; most requests fail them, and decoding is the dear part."""
    return [
        (path, pattern)
        for path, pattern in rule.match.where.items()
        if all(_are_apart(path, decoding.at) for decoding in rule.decodings)
    ]


@lru_cache(maxsize=4096)
def _are_apart(one: str, other: str) -> bool:
    """Do two paths part at a key, so that they never meet?"""
    return any(a != b and "*" not in a + b for a, b in zip(one.split("/"), other.split("/"), strict=False))


class _Index:
    """Which rules may read a request, so that the cost of one does not grow with the number of vendors.

    A visit calls the same addresses again and again: what was found for the latest few thousand is kept.
    """

    def __init__(self, specs: tuple[VendorSpec, ...]) -> None:
        rules = [(spec, rule) for spec in specs for rule in spec.requests]
        self._anywhere = [entry for entry in rules if entry[1].match.hosts == Match().hosts]
        self._somewhere = [entry for entry in rules if entry[1].match.hosts != Match().hosts]
        self._of_host = lru_cache(maxsize=4096)(self._rules_of)
        self.candidates = lru_cache(maxsize=4096)(self._candidates)

    def _rules_of(self, host: str) -> list[tuple[VendorSpec, RequestRule]]:
        return [entry for entry in self._somewhere if _is_among(host, entry[1].match.hosts)] + self._anywhere

    def _candidates(self, method: str, host: str, path: str) -> list[tuple[VendorSpec, RequestRule]]:
        return [
            (spec, rule)
            for spec, rule in self._of_host(host)
            if method in rule.match.methods and compiled(rule.match.path).fullmatch(path)
        ]


@lru_cache(maxsize=4096)
def _is_among(host: str, patterns: tuple[str, ...]) -> bool:
    return any(compiled(pattern).fullmatch(host) for pattern in patterns)


# Specs are loaded once and never change; the index of a set of them lives as long as they do.
_indexes: dict[tuple[int, ...], tuple[tuple[VendorSpec, ...], _Index]] = {}


def _index_of(specs: tuple[VendorSpec, ...]) -> _Index:
    key = tuple(map(id, specs))
    if key not in _indexes:
        _indexes[key] = (specs, _Index(specs))
    return _indexes[key][1]
