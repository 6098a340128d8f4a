"""Which events in the visit's calls are about somebody else?

A server may send what it has to say of several visitors in one call. All of it comes with the visit's own event, and
none of the rest is the visit's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.comparators.identifiers import identifier_facts
from harness.comparators.pairing import names_order
from harness.model.event import Decoded, Event
from harness.model.facts import IdentifierFact
from harness.model.persona import Persona
from harness.model.recording import Origin, Recording
from harness.model.spec import VendorSpec

# A name or a city may well be another visitor's, too.
_ONES_OWN = frozenset(("email", "phone", "external_id"))
_NOT_THE_VISITORS = frozenset(("missing", "unexplained", "unverifiable"))


def without_strangers(
    decoded: Decoded, recording: Recording, persona: Persona, specs: Mapping[str, VendorSpec]
) -> Decoded:
    """The events without those of a batch that are about others."""
    # Orders that are supposed may be other people's; those that the browser names are the visitor's.
    made = {conversion.order_id for conversion in recording.conversions if not conversion.is_supposed}
    return replace(decoded, events=own_events(decoded.events, made, persona, specs))


def own_events(
    events: Sequence[Event], orders: Iterable[str], persona: Persona, specs: Mapping[str, VendorSpec]
) -> tuple[Event, ...]:
    """The same of events of which nothing is known but whose they are to be, and which orders he made."""
    batches: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if event.origin is Origin.SERVER and not event.place:
            batches.setdefault((event.vendor, event.exchange), []).append(event)
    visit = _Visit.of(events, orders, persona)
    strange = {
        event.id
        for (vendor, _), batch in batches.items()
        if len(batch) > 1
        for event in _strange(batch, visit, specs[vendor])
    }
    return tuple(event for event in events if event.id not in strange)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """What the visit is known by: its orders, its click IDs, what its browser sent, and its visitor."""

    orders: Collection[str]
    click_ids: Collection[str]
    browser_ids: Collection[str]
    keys: Collection[str]
    persona: Persona

    @classmethod
    def of(cls, events: Iterable[Event], orders: Iterable[str], persona: Persona) -> _Visit:
        sent = [event for event in events if event.origin is Origin.BROWSER]
        return cls(
            orders={*orders, *(event.order_id for event in sent)} - {""},
            click_ids={value.lower() for value in persona.click_ids.values()},
            browser_ids={value for event in sent for value in event.browser_ids.values()},
            keys={event.key for event in sent if event.key},
            persona=persona,
        )


def _strange(batch: Sequence[Event], visit: _Visit, spec: VendorSpec) -> list[Event]:
    mine = [event for event in batch if _is_visits(event, visit, spec)]
    return [event for event in batch if event not in mine and _is_somebodys(event)] if mine else []


def _is_visits(event: Event, visit: _Visit, spec: VendorSpec) -> bool:
    return (
        any(names_order(event, order) for order in visit.orders)
        or bool(event.key and event.key in visit.keys)
        or any(value.lower() in visit.click_ids for value in event.click_ids.values())
        or any(value in visit.browser_ids for value in event.browser_ids.values())
        or any(fact.state not in _NOT_THE_VISITORS for fact in _own_identifiers(event, visit.persona, spec))
    )


def _own_identifiers(event: Event, persona: Persona, spec: VendorSpec) -> list[IdentifierFact]:
    personal = {identifier.name for identifier in spec.identifiers if identifier.persona in _ONES_OWN}
    return [fact for fact in identifier_facts([event], spec, persona) if fact.name in personal]


def _is_somebodys(event: Event) -> bool:
    """Does it say at all whose it is? One that does not may be the visit's, badly made."""
    return bool(event.order_id or event.click_ids or event.browser_ids or _ONES_OWN & event.identifiers.keys())
