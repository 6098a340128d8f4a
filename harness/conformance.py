"""How well do the specs read requests that other people's code sent?

The input is JSON lines, one request each: `{vendor, channel: tag | server, method, url, headers, body, expected}`; the
body is text, a structure, `{format, data}` or null. `expected.matches: false` marks a request that must not be read as
one of this vendor. A vendor passes if none of those is read as an event, and if nearly all others are read or their
misses are known and explained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from harness.decode import decode
from harness.decode.matching import host_of, is_host_of, rule_for
from harness.model.recording import Body, Exchange, Fate, Origin, Request
from harness.model.spec import KnownMiss, RequestRule, Role, VendorSpec

_FIELDS = ("account", "name", "event_id", "order_id", "value", "currency")
_CHANNELS = {"tag": Origin.BROWSER, "server": Origin.SERVER}
# The share of requests, in percent, that must be read or knowingly not.
_WANTED = 99


@dataclass(slots=True)
class Tally:
    """What became of one vendor's requests in one channel. `fields` counts the events in which a field was read.

    `missed` and `explained` are requests that no rule reads, the latter with the reason. Of the negatives, `as_event`
    were read as an event and `as_twin` as what the vendor's own other host gets of one, which is not counted beside it.
    """

    requests: int = 0
    events: int = 0
    auxiliary: int = 0
    faulty: int = 0
    negatives: int = 0
    as_event: int = 0
    as_twin: int = 0
    fields: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_FIELDS, 0))
    missed: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)

    @property
    def read(self) -> float:
        """The share of requests that were read, in percent; 100 where there were none."""
        return self._share(self.requests - len(self.missed) - len(self.explained))

    @property
    def accounted_for(self) -> float:
        """The share of requests that were read, or whose miss is explained."""
        return self._share(self.requests - len(self.missed))

    def _share(self, number: int) -> float:
        return 100 * number / self.requests if self.requests else 100.0

    def faults(self) -> Iterator[str]:
        """Why the vendor does not pass; nothing if it does."""
        if self.as_event:
            yield f"look-alikes read as events: {self.as_event} of {self.negatives}, expected none"
        if self.accounted_for < _WANTED:
            yield f"read or explained: {self.accounted_for:.1f} % of {self.requests}, expected {_WANTED} % or more"


def conformance(
    lines: Iterable[str], specs: Mapping[str, VendorSpec], known: Iterable[KnownMiss] = ()
) -> dict[tuple[str, str], Tally]:
    """Tallies by (vendor ID, channel), for the vendors that have a spec; other rows are passed over."""
    known = tuple(known)
    names = {name: spec.id for spec in specs.values() for name in (spec.id, *spec.also_called)}
    tallies: dict[tuple[str, str], Tally] = {}
    for row in (json.loads(line) for line in lines if line.strip()):
        vendor = names.get(row["vendor"])
        if vendor is not None and row["channel"] in _CHANNELS:
            _count(row, vendor, tallies.setdefault((vendor, row["channel"]), Tally()), specs, known)
    return tallies


def _count(
    row: Mapping[str, Any], vendor: str, tally: Tally, specs: Mapping[str, VendorSpec], known: Iterable[KnownMiss]
) -> None:
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
        if found is not None and is_read and found[1].role is not Role.AUXILIARY:
            is_twin = _is_twin(exchange.request, *found[:2])
            tally.as_twin += is_twin
            tally.as_event += not is_twin
        return
    tally.requests += 1
    if found is None or not is_read:
        request = f"{exchange.request.method} {exchange.request.url}"
        reason = _reason(request, vendor, row["channel"], known)
        (tally.explained if reason else tally.missed).append(request[:120] + (f" ({reason})" if reason else ""))
        return
    tally.auxiliary += found[1].role is Role.AUXILIARY
    for event in decode([exchange], specs.values()).events:
        tally.events += 1
        tally.faulty += bool(event.schema_faults or event.request_faults)
        for name in _FIELDS:
            tally.fields[name] += bool(getattr(event, name))


def _is_twin(request: Request, spec: VendorSpec, rule: RequestRule) -> bool:
    """Is it what another of the vendor's hosts gets of an event? On the site's own host it may be all that is sent."""
    return rule.role is Role.MIRROR and is_host_of(spec, host_of(request.url))


def _reason(request: str, vendor: str, channel: str, known: Iterable[KnownMiss]) -> str:
    """Why this miss is none to mend; empty if nobody knows."""
    fitting = (entry for entry in known if (entry.vendor, entry.channel) == (vendor, channel))
    return next((entry.because for entry in fitting if re.fullmatch(entry.request, request, re.DOTALL)), "")


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
    """The tallies as lines of text, every request that was missed, and what does not pass."""
    head = (
        *("vendor", "channel", "requests", "read", "events", "auxiliary", "faulty", *_FIELDS),
        *("negatives", "read as event", "read as twin, not counted"),
    )
    rows: list[tuple[str, ...]] = [head]
    for (vendor, channel), tally in sorted(tallies.items()):
        counts = (tally.events, tally.auxiliary, tally.faulty, *tally.fields.values())
        numbers = (str(number) for number in (*counts, tally.negatives, tally.as_event, tally.as_twin))
        rows.append((vendor, channel, str(tally.requests), f"{tally.read:.1f} %", *numbers))
    widths = [max(len(row[index]) for row in rows) for index in range(len(head))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for word in ("explained", "missed"):
        for (vendor, channel), tally in sorted(tallies.items()):
            for request in getattr(tally, word):
                yield f"{word} ({vendor}, {channel}): {request}"
    for (vendor, channel), tally in sorted(tallies.items()):
        for fault in tally.faults():
            yield f"fails ({vendor}, {channel}): {fault}"
