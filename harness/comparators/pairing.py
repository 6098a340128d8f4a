"""Which copies belong to which conversion, and which tag copy to which server copy?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harness.comparators.digests import sha256
from harness.model.event import Event
from harness.model.facts import Copies, EventPair
from harness.model.recording import Conversion, Fate
from harness.model.spec import Role, VendorSpec


def copies_of(
    conversions: Sequence[Conversion], events: Sequence[Event], spec: VendorSpec
) -> tuple[tuple[Copies, ...], tuple[Event, ...]]:
    """The copies of each conversion, and the stray ones: events of a conversion's kind that belong to none.

    An event belongs to the conversion whose order ID it carries; else, where one of its partners is placed by an
    equal key, to that one's; else to the nearest in time of its kind.
    """
    kinds = {conversion.event for conversion in conversions}
    events = sorted(events, key=lambda event: (event.received_at, event.id))
    mine = [event for event in events if event.event in kinds or event.role is Role.ENHANCEMENT]
    places: dict[str, int] = {}
    for event in mine:
        found = _by_order(event, conversions)
        if found is not None:
            places[event.id] = found
    for event in mine:
        if event.id not in places:
            found = _by_partner(event, mine, places)
            found = _by_time(event, conversions) if found is None else found
            if found is not None:
                places[event.id] = found
    copies = tuple(
        _copies(conversion, [event for event in mine if places.get(event.id) == index], spec)
        for index, conversion in enumerate(conversions)
    )
    return copies, tuple(event for event in mine if event.id not in places and event.role is Role.EVENT)


# By the order ID itself first: an event ID may have been made for another order.
_NAMED: tuple[Callable[[Event, str], bool], ...] = (
    lambda event, order_id: order_id == event.order_id,
    lambda event, order_id: event.fields.get("order_key") == sha256(order_id).hex(),
    lambda event, order_id: _similar(event.order_id, order_id),
    lambda event, order_id: holds_order(event.event_id, order_id),
)


def names_order(event: Event, order_id: str) -> bool:
    """Does the event say, in whatever way, that it is about this order?"""
    return any(is_named(event, order_id) for is_named in _NAMED)


def _by_order(event: Event, conversions: Sequence[Conversion]) -> int | None:
    for is_named in _NAMED:
        found = [
            index
            for index, conversion in enumerate(conversions)
            if conversion.order_id
            and (event.role is Role.ENHANCEMENT or conversion.event == event.event)
            and is_named(event, conversion.order_id)
        ]
        if len(found) == 1:
            return found[0]
    return None


def _similar(one: str, other: str) -> bool:
    """The same order ID with something put around it or in another case, as shops do (`#1001`, `web-1001`)."""
    return (
        bool(one)
        and len(other) >= 4
        and (holds_order(one.lower(), other.lower()) or (len(one) >= 4 and holds_order(other, one)))
    )


def holds_order(text: str, order_id: str) -> bool:
    """Does the order ID stand in the text? Order 1001 is not order 11001, and 7 is not 17."""
    before = r"(?<!\d)" if order_id[:1].isdigit() else ""
    after = r"(?!\d)" if order_id[-1:].isdigit() else ""
    return bool(order_id) and re.search(f"{before}{re.escape(order_id)}{after}", text) is not None


def _by_partner(event: Event, events: Sequence[Event], places: dict[str, int]) -> int | None:
    found = {places[other.id] for other in events if other.id in places and event.key and other.key == event.key}
    return found.pop() if len(found) == 1 else None


def _by_time(event: Event, conversions: Sequence[Conversion]) -> int | None:
    """A row of a file is read long after the conversion, whose time it says; a tag tells of the web only."""
    moment = event.time if event.place and event.time is not None else event.received_at
    candidates = [
        (abs(moment - conversion.at), index)
        for index, conversion in enumerate(conversions)
        if (event.role is Role.ENHANCEMENT or conversion.event == event.event)
        and (event.channel == "capi" or not conversion.is_offline)
    ]
    return min(candidates)[1] if candidates else None


def _copies(conversion: Conversion, events: list[Event], spec: VendorSpec) -> Copies:
    arrived = [event for event in events if event.fate is not Fate.BLOCKED]
    real = [event for event in arrived if event.role is Role.EVENT]
    tag = [event for event in real if event.channel == "tag"]
    capi = [event for event in real if event.channel == "capi"]
    return Copies(
        conversion=conversion,
        tag=tuple(tag),
        capi=tuple(capi),
        collect=tuple(event for event in real if event.channel == "collect"),
        enhancements=tuple(event for event in arrived if event.role is Role.ENHANCEMENT),
        blocked=tuple(event for event in events if event.fate is Fate.BLOCKED and event.role is Role.EVENT),
        pairs=_pairs(tag, capi, spec),
    )


def _pairs(tag: list[Event], capi: list[Event], spec: VendorSpec) -> tuple[EventPair, ...]:
    """Pairs by the vendor's key first, then by nearness in time; each copy is in one pair at most."""
    pairs: list[EventPair] = []
    rules: list[tuple[str, Callable[[Event, Event], bool]]] = [
        (
            spec.event_id.field if spec.event_id and spec.event_id.used else "",
            lambda one, other: bool(one.key) and one.key == other.key,
        ),
        ("nearest", lambda one, other: True),
    ]
    free_tag, free_capi = list(tag), list(capi)
    for name, fits in rules:
        candidates = sorted(
            (
                (abs(one.received_at - other.received_at), *sorted((one.id, other.id)), one, other)
                for one in free_tag
                for other in free_capi
                if fits(one, other)
            ),
            key=lambda candidate: candidate[:3],
        )
        for _, _, _, one, other in candidates:
            if one in free_tag and other in free_capi:
                free_tag.remove(one)
                free_capi.remove(other)
                pairs.append(EventPair(tag=one, capi=other, paired_by=name))
    return tuple(pairs)
