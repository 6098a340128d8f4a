"""Which rule of which spec reads a request?"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache

from harness.decode.codecs import DECODINGS, text_of
from harness.decode.documents import address_of, document_of
from harness.decode.paths import Document, places, replaced
from harness.model.recording import Exchange, Request
from harness.model.scenario import VendorAccount
from harness.model.spec import Match, RequestRule, VendorSpec

_ANY_SITE = "www.shop.example"

Reading = tuple[VendorSpec, RequestRule, Document]


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
    return address_of(url)[0]


def is_host_of(spec: VendorSpec, host: str) -> bool:
    return host == f"upload:{spec.id}" or _is_among(host, spec.hosts)


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


def rule_for(request: Request, specs: Iterable[VendorSpec], page: str = "") -> Reading | None:
    """The first rule that reads the request: those that name its host before those that read any host."""
    return next(_matches(request, tuple(specs), page), None)


def readings(
    request: Request, specs: Iterable[VendorSpec], page: str = "", accounts: Mapping[str, VendorAccount] | None = None
) -> list[Reading]:
    """How the request is read where the scenario has these vendors; one rule of a spec at most.

    A host that rules name belongs to one vendor. A request to any other host may be two things at once, a hit to a
    collector of the site's own and a vendor's event on its way: each vendor of the scenario reads it that uses the
    channel. Where none does, the first rule that fits says what it is.
    """
    matches = _matches(request, tuple(specs), page, accounts or {})
    first = next(matches, None)
    if first is None or not accounts or not _reads_any_host(first[1]):
        return [first] if first else []
    meant = [found for found in (first, *matches) if _is_meant(*found[:2], accounts)]
    return meant or [first]


def _is_meant(spec: VendorSpec, rule: RequestRule, accounts: Mapping[str, VendorAccount]) -> bool:
    """A collector takes whatever it takes; a platform is meant by the channels the site uses for it."""
    account = accounts.get(spec.id)
    return account is not None and (spec.kind == "transport" or rule.channel in account.channels)


def _matches(
    request: Request, specs: tuple[VendorSpec, ...], page: str, others: Container[str] = ()
) -> Iterator[Reading]:
    """The first rule that reads the request, and then the first of each of the `others`, by vendor."""
    candidates = _index_of(specs).candidates(request.method.upper(), *address_of(request.url)[:2])
    document = document_of(request, page) if candidates else {}
    done: set[str] = set()
    for spec, rule in candidates:
        if spec.id in done or (done and spec.id not in others):
            continue
        read_document = read(request, rule, document)
        if read_document is not None:
            done.add(spec.id)
            yield spec, rule, read_document


def is_vendors(exchange: Exchange, specs: Iterable[VendorSpec]) -> bool:
    """Is the request any vendor's business, whether or not a rule reads it?"""
    specs = tuple(specs)
    host = host_of(exchange.request.url)
    return any(is_host_of(spec, host) for spec in specs) or rule_for(exchange.request, specs, exchange.page) is not None


def is_library(request: Request, specs: Iterable[VendorSpec]) -> bool:
    """Does the request fetch a vendor's own code, and so tell the vendor of no event?"""
    found = rule_for(request, specs) if request.method.upper() == "GET" else None
    return found is not None and found[1].is_library


def library_hosts(specs: Iterable[VendorSpec]) -> tuple[str, ...]:
    """Patterns of the hosts that vendors serve their code from; code on the site's own host is the site's."""
    patterns = (host for spec in specs for rule in spec.requests if rule.is_library for host in rule.match.hosts)
    return tuple(dict.fromkeys(pattern for pattern in patterns if not compiled(pattern).fullmatch(_ANY_SITE)))


def _reads_any_host(rule: RequestRule) -> bool:
    return rule.match.hosts == Match().hosts


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
        self._anywhere = [entry for entry in rules if _reads_any_host(entry[1])]
        self._somewhere = [entry for entry in rules if not _reads_any_host(entry[1])]
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
