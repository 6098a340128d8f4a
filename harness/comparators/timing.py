"""Did a tag fire before the data that it needs was complete?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.comparators.data_layers import before_and_after, stands
from harness.comparators.digests import encoded, sha256
from harness.model.event import Event
from harness.model.facts import Copies, Difference, IdentifierFact, TimingFact
from harness.model.persona import Persona
from harness.model.recording import Conversion, Recording
from harness.model.spec import VendorSpec


def timing_facts(
    copies: Iterable[Copies],
    identifiers: Iterable[IdentifierFact],
    differences: Iterable[Difference],
    spec: VendorSpec,
    persona: Persona,
    recording: Recording,
) -> tuple[TimingFact, ...] | None:
    """What tags lack, or have wrong, that the data layer held only later; None where no data layer was seen."""
    steps = {exchange.id: exchange.step for exchange in recording.exchanges}
    wrong = {(entry.event, entry.parameter): entry.found for entry in differences if entry.against == "order"}
    missing = [fact for fact in identifiers if fact.state == "missing" and fact.importance != "optional"]
    found: list[TimingFact] = []
    was_seen = False
    for copy in copies:
        for event in copy.tag:
            step = steps[event.exchange]
            layers = before_and_after(recording, step, {event.event, event.name}) if step is not None else None
            if layers is None:
                continue
            was_seen = True
            needed = {**_order(event, copy.conversion, wrong, spec), **_persons(event, missing, spec, persona)}
            for parameter, texts in needed.items():
                if _came_late(texts, *layers):
                    sent = wrong.get((event.id, parameter), "")
                    found.append(TimingFact(event=event.id, parameter=parameter, found=sent))
    return tuple(found) if was_seen else None


def _order(
    event: Event, conversion: Conversion, wrong: Mapping[tuple[str, str], str], spec: VendorSpec
) -> dict[str, tuple[str, ...]]:
    """What the call lacks of the order, or tells otherwise."""
    request = next((request for request in spec.requests if request.id == event.request), None)
    truth = {
        "value": (conversion.value,),
        "order_id": (conversion.order_id,),
        "items": tuple(item.id for item in conversion.items),
    }
    return {
        parameter: texts
        for parameter, texts in truth.items()
        if request is not None
        and parameter in request.fields
        and any(texts)
        and (not getattr(event, parameter) or (event.id, parameter) in wrong)
    }


def _persons(
    event: Event, missing: Iterable[IdentifierFact], spec: VendorSpec, persona: Persona
) -> dict[str, tuple[str, ...]]:
    """The forms in which a page usually holds a value: as typed, in small letters, hashed."""
    found: dict[str, tuple[str, ...]] = {}
    for fact in missing:
        identifier = spec.identifier(fact.name)
        value = getattr(persona, identifier.persona, "") if identifier and identifier.persona else ""
        if fact.event == event.id and value:
            plain = value.lower()
            found[fact.name] = (value, plain, encoded(sha256(plain), "hex"), fact.expected)
    return found


def _came_late(texts: Iterable[str], then: Any, later: Any) -> bool:
    wanted = [text for text in texts if text]
    return any(stands(text, later) for text in wanted) and not any(stands(text, then) for text in wanted)
