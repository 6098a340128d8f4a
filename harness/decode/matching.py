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
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_host_of(spec: VendorSpec, host: str) -> bool:
    return any(compiled(pattern).fullmatch(host) for pattern in spec.hosts)


def read(request: Request, rule: RequestRule, document: Document) -> Document | None:
    """The request's document with the rule's decodings undone, or None if the rule does not read the request."""
    match = rule.match
    if request.method.upper() not in match.methods:
        return None
    if not _names(rule, document["url"]["host"]):
        return None
    found = compiled(match.path).fullmatch(document["url"]["path"])
    if not found:
        return None
    groups = {name: value for name, value in found.groupdict().items() if value is not None}
    document = {**document, "path": groups}
    for decoding in rule.decodings:
        codec = DECODINGS[decoding.using]
        document = replaced(document, decoding.at, lambda value, c=codec, d=decoding: c(value, d.options))
    return document if holds(document, match.where.items(), match.absent) else None


def rule_for(
    request: Request, specs: Iterable[VendorSpec], page: str = ""
) -> tuple[VendorSpec, RequestRule, Document] | None:
    """The first rule that reads the request: those that name its host before those that read any host."""
    document = document_of(request, page)
    for spec, rule in _candidates(document["url"]["host"], tuple(specs)):
        read_document = read(request, rule, document)
        if read_document is not None:
            return spec, rule, read_document
    return None


class _Index:
    """Which rules may read a request to a host, so that the cost of one does not grow with the number of vendors."""

    def __init__(self, specs: tuple[VendorSpec, ...]) -> None:
        rules = [(spec, rule) for spec in specs for rule in spec.requests]
        self._anywhere = [entry for entry in rules if entry[1].match.hosts == Match().hosts]
        self._somewhere = [entry for entry in rules if entry[1].match.hosts != Match().hosts]
        self._by_host: dict[str, list[tuple[VendorSpec, RequestRule]]] = {}

    def candidates(self, host: str) -> list[tuple[VendorSpec, RequestRule]]:
        if host not in self._by_host:
            named = [entry for entry in self._somewhere if _names(entry[1], host)]
            self._by_host[host] = named + self._anywhere
        return self._by_host[host]


def _names(rule: RequestRule, host: str) -> bool:
    return any(compiled(pattern).fullmatch(host) for pattern in rule.match.hosts)


# Specs are loaded once and never change; the index of a set of them lives as long as they do.
_indexes: dict[tuple[int, ...], tuple[tuple[VendorSpec, ...], _Index]] = {}


def _candidates(host: str, specs: tuple[VendorSpec, ...]) -> list[tuple[VendorSpec, RequestRule]]:
    key = tuple(id(spec) for spec in specs)
    if key not in _indexes:
        _indexes[key] = (specs, _Index(specs))
    return _indexes[key][1].candidates(host)
