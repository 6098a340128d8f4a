"""Which conversions do the calls tell of, where nobody has said which there were?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.model.event import Event
from harness.model.recording import Conversion
from harness.model.spec import Role

# What a visitor does once and a vendor is told of as its result; everything else leads there.
_RESULTS = ("purchase", "generate_lead", "sign_up", "subscribe", "submit_application", "start_trial")


def supposed_conversions(events: Iterable[Event]) -> tuple[Conversion, ...]:
    """One for every order ID that any call names; of a kind whose calls name none, as many as one sender tells of."""
    told = [event for event in events if event.role is Role.EVENT]
    told.sort(key=lambda event: (event.received_at, event.id))
    found = [
        conversion for kind in _RESULTS for conversion in _of_kind([event for event in told if event.event == kind])
    ]
    return tuple(sorted(found, key=lambda conversion: conversion.at))


def _of_kind(events: Sequence[Event]) -> Iterator[Conversion]:
    first = {event.order_id: event for event in reversed(events) if event.order_id}
    if first:
        yield from (_conversion(event, order_id) for order_id, event in first.items())
        return
    senders: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        senders.setdefault((event.vendor, event.channel), []).append(event)
    for event in max(senders.values(), key=len, default=[]):
        yield _conversion(event, "")


def _conversion(event: Event, order_id: str) -> Conversion:
    return Conversion(event=event.event, order_id=order_id, at=event.received_at, step=0, is_supposed=True)
