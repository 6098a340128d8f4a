"""Which copies of an event belong together, where nobody has said which orders there were?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from harness.model.event import Event
from harness.model.facts import Sighting
from harness.model.spec import Role, VendorSpec

# A server that tells of what a page has just told does so within this many seconds, or by an ID.
_NEAR = 30.0


def sightings(events: Iterable[Event], specs: Mapping[str, VendorSpec]) -> tuple[Sighting, ...]:
    """The events in order of arrival, each with its copies on the other channel and its repeats."""
    found: list[Sighting] = []
    for event in sorted(events, key=lambda event: (event.received_at, event.id)):
        if event.role is not Role.EVENT:
            continue
        of_vendor = [(index, each) for index, each in enumerate(found) if each.vendor == event.vendor]
        alike = [(index, each) for index, each in of_vendor if each.event == _kind(event)]
        place, reason = _place(event, alike)
        if place is None and not event.event and specs[event.vendor].event_names.chosen_by_site:
            # What the site itself has named may have another name on each channel.
            place, reason = _by_id(event, of_vendor)
        if place is None:
            found.append(Sighting(vendor=event.vendor, event=_kind(event), copies=(event,)))
        else:
            before = found[place]
            joined_by = before.joined_by or reason
            found[place] = replace(before, copies=(*before.copies, event), joined_by=joined_by)
    return tuple(replace(each, ids=_ids(each, specs[each.vendor])) for each in found)


def _kind(event: Event) -> str:
    return event.event or event.name or event.request


def _place(event: Event, known: list[tuple[int, Sighting]]) -> tuple[int | None, str]:
    """The sighting that the event belongs to, and what tells."""
    place, reason = _by_id(event, known)
    if place is not None:
        return place, reason
    for index, sighting in reversed(known):
        if _may_be_one(event, sighting):
            return index, "nearest"
    return None, ""


def _by_id(event: Event, known: list[tuple[int, Sighting]]) -> tuple[int | None, str]:
    for index, sighting in reversed(known):
        if event.key and any(event.key == copy.key for copy in sighting.copies):
            return index, "event_id"
    for index, sighting in reversed(known):
        if event.order_id and event.order_id == sighting.order_id:
            return index, "order_id"
    return None, ""


def _may_be_one(event: Event, sighting: Sighting) -> bool:
    """A first copy on the other channel that does not name another order."""
    return (
        all(copy.channel != event.channel for copy in sighting.copies)
        and not (event.order_id and sighting.order_id)
        and abs(event.received_at - sighting.copies[-1].received_at) <= _NEAR
    )


def _ids(sighting: Sighting, spec: VendorSpec) -> str:
    tag, capi = sighting.of("tag"), sighting.of("capi")
    if not (tag and capi):
        return ""
    if spec.event_id is None or not spec.event_id.serves(tag[0].event) or not spec.event_id.same_on_both:
        return "unused"
    keys = {copy.key for copy in (*tag, *capi)}
    return "missing" if "" in keys else "same" if len(keys) == 1 else "differ"
