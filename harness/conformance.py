"""How well do the specs read requests that other people's code sent?

The input is JSON lines, one request each: `{vendor, channel: tag | server, method, url, headers, body, expected}`; the
body is text, a structure, `{format, data}` or null. `expected.matches: false` marks a request that must not be read as
one of this vendor.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from harness.decode import decode
from harness.decode.matching import rule_for
from harness.model.recording import Body, Exchange, Fate, Origin, Request
from harness.model.spec import Role, VendorSpec

_FIELDS = ("account", "name", "event_id", "order_id", "value", "currency")
_CHANNELS = {"tag": Origin.BROWSER, "server": Origin.SERVER}


@dataclass(slots=True)
class Tally:
    """What became of one vendor's requests in one channel. `fields` counts the events in which a field was read."""

    requests: int = 0
    events: int = 0
    auxiliary: int = 0
    faulty: int = 0
    negatives: int = 0
    wrongly_read: int = 0
    fields: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_FIELDS, 0))
    missed: list[str] = field(default_factory=list)

    @property
    def read(self) -> float:
        """The share of requests that were read, in percent; 100 where there were none."""
        return 100 * (self.requests - len(self.missed)) / self.requests if self.requests else 100.0


def conformance(lines: Iterable[str], specs: Mapping[str, VendorSpec]) -> dict[tuple[str, str], Tally]:
    """Tallies by (vendor ID, channel), for the vendors that have a spec; other rows are passed over."""
    names = {name: spec.id for spec in specs.values() for name in (spec.id, *spec.also_called)}
    tallies: dict[tuple[str, str], Tally] = {}
    for row in (json.loads(line) for line in lines if line.strip()):
        vendor = names.get(row["vendor"])
        if vendor is not None and row["channel"] in _CHANNELS:
            _count(row, vendor, tallies.setdefault((vendor, row["channel"]), Tally()), specs)
    return tallies


def _count(row: Mapping[str, Any], vendor: str, tally: Tally, specs: Mapping[str, VendorSpec]) -> None:
    exchange = Exchange(
        id="r",
        origin=_CHANNELS[row["channel"]],
        started_at=0.0,
        request=request_of(row),
        fate=Fate.ANSWERED,
    )
    found = rule_for(exchange.request, specs.values())
    is_read = found is not None and found[0].id == vendor
    if row["expected"].get("matches") is False:
        tally.negatives += 1
        tally.wrongly_read += found is not None and is_read and found[1].role is not Role.AUXILIARY
        return
    tally.requests += 1
    if found is None or not is_read:
        tally.missed.append(f"{exchange.request.method} {exchange.request.url[:120]}")
        return
    tally.auxiliary += found[1].role is Role.AUXILIARY
    for event in decode([exchange], specs.values()).events:
        tally.events += 1
        tally.faulty += bool(event.schema_faults or event.request_faults)
        for name in _FIELDS:
            tally.fields[name] += bool(getattr(event, name))


def request_of(row: Mapping[str, Any]) -> Request:
    """The request of a row; a body that is given as a structure is encoded as its format says."""
    body, headers = row.get("body"), dict(row.get("headers") or {})
    text = None
    if body:
        wrapped = isinstance(body, dict) and body.keys() == {"format", "data"}
        data, kind = (body["data"], body["format"] or "") if wrapped else (body, "")
        if isinstance(data, str):
            text = data
        elif kind.lower() == "form" and isinstance(data, dict):
            text = urlencode(data, doseq=True)
            headers.setdefault("content-type", "application/x-www-form-urlencoded")
        else:
            text = json.dumps(data)
            headers.setdefault("content-type", "application/json")
    return Request(
        method=row.get("method") or ("POST" if text else "GET"),
        url=row["url"],
        headers=tuple((name.lower(), str(value)) for name, value in headers.items()),
        body=Body(text=text, size=len(text)) if text is not None else None,
    )


def table(tallies: Mapping[tuple[str, str], Tally]) -> Iterator[str]:
    """The tallies as lines of text, then every request that was missed."""
    head = ("vendor", "channel", "requests", "read", "events", "auxiliary", "faulty", *_FIELDS, "negatives", "wrong")
    rows: list[tuple[str, ...]] = [head]
    for (vendor, channel), tally in sorted(tallies.items()):
        counts = (tally.events, tally.auxiliary, tally.faulty, *tally.fields.values(), tally.negatives)
        numbers = (str(number) for number in (*counts, tally.wrongly_read))
        rows.append((vendor, channel, str(tally.requests), f"{tally.read:.1f} %", *numbers))
    widths = [max(len(row[index]) for row in rows) for index in range(len(head))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for (vendor, channel), tally in sorted(tallies.items()):
        for request in tally.missed:
            yield f"missed ({vendor}, {channel}): {request}"
