"""Which events did not get through at first, and were sent again?"""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.event import Event
from harness.model.recording import Fate


def retried_events(events: Sequence[Event]) -> dict[str, bool]:
    """The events that were refused or not delivered, and taken when they were sent again later, by their ID.

    True where it was the same call word for word: then nothing was wrong with it, and what had kept it from being taken
    was the vendor's or the network's.
    """
    return {
        event.id: any(later.payload == event.payload for later in taken)
        for event in events
        if _is_in_vain(event)
        for taken in [[later for later in events if _is_taken(later) and _is_again(later, event)]]
        if taken
    }


def _is_in_vain(event: Event) -> bool:
    return event.fate is Fate.FAILED or (event.fate is Fate.ANSWERED and event.answer.accepted is False)


def _is_taken(event: Event) -> bool:
    return event.fate is Fate.ANSWERED and event.answer.accepted is True


def _is_again(later: Event, event: Event) -> bool:
    """The same event from the same sender: known by the vendor's key, else the order, else by all that it says."""
    if (later.received_at, later.id) <= (event.received_at, event.id):
        return False
    if any(getattr(later, name) != getattr(event, name) for name in ("channel", "origin", "account", "name")):
        return False
    if event.key or event.order_id:
        return (later.key, later.order_id) == (event.key, event.order_id)
    return bool(later.payload == event.payload)
