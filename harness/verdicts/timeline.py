"""What happened when?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.model.event import Decoded
from harness.model.facts import VendorFacts
from harness.model.recording import Exchange, Fate, Recording
from harness.model.result import TimelineEntry
from harness.model.spec import Role
from harness.verdicts.blocked import vendor_of


def timeline(recording: Recording, decoded: Decoded, facts: Mapping[str, VendorFacts]) -> tuple[TimelineEntry, ...]:
    """Steps, events, blocked requests and conversions in order of time, in seconds from the start of the run."""
    return tuple(sorted(_entries(recording, decoded, facts), key=lambda entry: (entry.at, entry.kind, entry.label)))


def _entries(recording: Recording, decoded: Decoded, facts: Mapping[str, VendorFacts]) -> Iterator[TimelineEntry]:
    start = recording.started_at
    exchanges = {exchange.id: exchange for exchange in recording.exchanges}
    for step in recording.steps:
        yield TimelineEntry(
            kind="step", at=_at(step.started_at, start), until=_at(step.ended_at, start), label=step.summary
        )
    for conversion in recording.conversions:
        at = _at(conversion.at, start)
        yield TimelineEntry(kind="conversion", at=at, until=at, label=f"{conversion.event} {conversion.order_id}")
    yield from _blocked_requests(recording, decoded, facts)
    for event in decoded.events:
        if event.role is Role.AUXILIARY or event.vendor not in facts:
            continue
        at = _at(event.received_at, start)
        kind = "blocked" if event.fate is Fate.BLOCKED else event.channel
        yield TimelineEntry(
            kind=kind,
            at=at,
            until=_until(exchanges[event.exchange], start, at),
            label=event.name or event.request,
            vendor=event.vendor,
            event=event.id,
        )


def _blocked_requests(
    recording: Recording, decoded: Decoded, facts: Mapping[str, VendorFacts]
) -> Iterator[TimelineEntry]:
    """Scripts and the like that a rule stopped: why there is no event to show."""
    told = {event.exchange for event in decoded.events if event.role is not Role.AUXILIARY}
    specs = [entry.spec for entry in facts.values()]
    for exchange in recording.exchanges:
        vendor = vendor_of(exchange.request.url, specs) if exchange.fate is Fate.BLOCKED else ""
        if vendor and exchange.id not in told:
            at = _at(exchange.started_at, recording.started_at)
            address = exchange.request.url.split("?", 1)[0]
            yield TimelineEntry(kind="blocked", at=at, until=at, label=address, vendor=vendor)


def _at(moment: float, start: float) -> float:
    return round(moment - start, 3)


def _until(exchange: Exchange, start: float, at: float) -> float:
    return _at(exchange.ended_at, start) if exchange.ended_at is not None else at
