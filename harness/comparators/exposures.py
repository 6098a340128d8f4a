"""Where did plain values of the visitor stand: in which requests of the browser, and in which data layers?

The stored evidence is looked through: a label stands there in place of each value, whatever encoding it was in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from harness.comparators.hosts import host_of, is_beside, is_vendors_host, page_of
from harness.model.event import Decoded
from harness.model.facts import Exposure, LayerFact
from harness.model.recording import Exchange, Fate, Origin, Recording
from harness.model.spec import VendorSpec


def exposures(stored: Recording, decoded: Decoded, named: Callable[[str], frozenset[str]]) -> tuple[Exposure, ...]:
    """Every place of every request that left the browser; `named` tells which values' labels stand in a text.

    Of the site's servers only what they tell vendors: whom else they work with is nobody's business here.
    """
    own = {host_of(exchange.request.url) for exchange in stored.exchanges if exchange.type == "document"}
    met = {host_of(exchange.request.url) for exchange in stored.exchanges if exchange.type == "subdocument"} - own
    vendors: dict[str, dict[str, None]] = {}
    for event in decoded.events:
        for exchange_id in (event.exchange, *event.mirrors):
            vendors.setdefault(exchange_id, {})[event.vendor] = None
    return tuple(
        Exposure(
            exchange=exchange.id,
            host=host,
            place=place,
            names=tuple(sorted(names)),
            is_own=any(is_beside(host, page) for page in own),
            is_page=exchange.type in ("document", "subdocument"),
            is_met=any(is_beside(host, frame) for frame in met),
            vendors=tuple(vendors.get(exchange.id, ())),
        )
        for exchange in stored.exchanges
        if exchange.origin is Origin.BROWSER or exchange.id in vendors
        if exchange.fate is not Fate.BLOCKED
        for host in [host_of(exchange.request.url)]
        for place, text in _places(exchange)
        for names in [named(text)]
        if names
    )


def _places(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "address", exchange.request.url
    yield "referrer", next((value for name, value in exchange.request.headers if name.lower() == "referer"), "")
    body = exchange.request.body
    yield "body", (body.text or "") if body else ""


def layer_facts(
    stored: Recording, named: Callable[[str], frozenset[str]], specs: Iterable[VendorSpec]
) -> tuple[LayerFact, ...]:
    """Each page's data layer once, at the first step after which it held plain values of the visitor."""
    specs = tuple(specs)
    own = {host_of(step.url) for step in stored.steps}
    found: dict[tuple[str, str], LayerFact] = {}
    for step in stored.steps:
        names = frozenset().union(*(named(text) for text in _texts(step.data_layer)))
        if names and page_of(step.url) not in found:
            strangers = {
                host
                for exchange in stored.exchanges
                if exchange.type == "script" and exchange.fate is not Fate.BLOCKED
                if page_of(exchange.page) == page_of(step.url)
                for host in [host_of(exchange.request.url)]
                if not any(is_beside(host, page) for page in own)
                and not any(is_vendors_host(spec, host) for spec in specs)
            }
            found[page_of(step.url)] = LayerFact(
                step=step.index,
                url=step.url.split("?", 1)[0],
                names=tuple(sorted(names)),
                strangers=tuple(sorted(strangers)),
            )
    return tuple(found.values())


def _texts(structure: Any) -> Iterator[str]:
    if isinstance(structure, str):
        yield structure
    elif isinstance(structure, Mapping):
        for key, value in structure.items():
            yield key
            yield from _texts(value)
    elif isinstance(structure, list | tuple):
        for value in structure:
            yield from _texts(value)
