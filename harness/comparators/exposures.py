"""Where did the browser send plain values of the visitor, and to whom?

The stored evidence is looked through: a label stands there in place of each value, whatever encoding it was in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.comparators.hosts import host_of, is_beside
from harness.model.event import Decoded
from harness.model.facts import Exposure
from harness.model.recording import Exchange, Fate, Origin, Recording


def exposures(stored: Recording, decoded: Decoded, named: Callable[[str], frozenset[str]]) -> tuple[Exposure, ...]:
    """Every place of every request that left the browser; `named` tells which values' labels stand in a text."""
    own = {host_of(exchange.request.url) for exchange in stored.exchanges if exchange.type == "document"}
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
            vendors=tuple(vendors.get(exchange.id, ())),
        )
        for exchange in stored.exchanges
        if exchange.origin is Origin.BROWSER and exchange.fate is not Fate.BLOCKED
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
