"""At which hop was a value lost?

The server's copy of a conversion has come a long way: from the data layer straight to the server, or through a
first-party collector and its connector. A value is looked for at every hop, under whatever name it stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from harness.comparators.data_layers import same, stands
from harness.model.event import Event
from harness.model.facts import Copies, Trail
from harness.model.persona import Persona
from harness.model.recording import Conversion, Recording
from harness.model.spec import VendorSpec


def trails(
    copies: Iterable[Copies],
    collected: Mapping[str, Sequence[Event]],
    recording: Recording,
    spec: VendorSpec,
    persona: Persona,
) -> tuple[Trail, ...]:
    """The way of the event ID, the order ID, the value and the click IDs of each conversion.

    `collected` are the collector's events of each order. A conversion away from the web has no way to come.
    """
    return tuple(
        trail
        for copy in copies
        if not copy.conversion.is_offline
        for parameter, value in _values(copy, recording, spec, persona)
        for trail in [_trail(copy, parameter, value, collected.get(copy.conversion.order_id, ()), recording, spec)]
        if len(trail.hops) > 1
    )


def _values(copy: Copies, recording: Recording, spec: VendorSpec, persona: Persona) -> Iterator[tuple[str, str]]:
    """What should have come through: the browser's own event ID, and the truth."""
    if spec.event_id and spec.event_id.used and spec.event_id.field == "event_id":
        own = next((event.key for event in copy.tag if event.key), "")
        if own:
            yield "event_id", own
    for parameter in ("order_id", "value"):
        truth = getattr(copy.conversion, parameter)
        if truth:
            yield parameter, truth
    for click in spec.click_ids:
        if click.parameter in persona.click_ids and click.parameter in recording.scenario.landing_parameters:
            yield f"click_id.{click.parameter}", persona.click_ids[click.parameter]


def _trail(
    copy: Copies, parameter: str, value: str, collected: Sequence[Event], recording: Recording, spec: VendorSpec
) -> Trail:
    hops: list[tuple[str, str]] = []
    layer = _data_layer(recording, copy.conversion)
    if layer is not None and not parameter.startswith("click_id."):
        hops.append(("data layer", _state(stands(value, layer))))
    if copy.tag and _readable(copy.tag, parameter, spec):
        hops.append(("tag", _state(any(_carries(event, parameter, value) for event in copy.tag))))
    if collected:
        hops.append(("collect", _state(any(stands(value, event.payload) for event in collected))))
    source = recording.server_source
    if copy.capi and _readable(copy.capi, parameter, spec) and not _is_spared(copy.capi, parameter):
        hops.append(("capi", _state(any(_carries(event, parameter, value) for event in copy.capi))))
    elif not copy.capi and source is not None and not source.observable:
        hops.append(("capi", "not observable"))
    last_seen, lost_at = _loss(hops)
    return Trail(
        order_id=copy.conversion.order_id,
        parameter=parameter,
        value=value,
        hops=tuple(hops),
        last_seen=last_seen,
        lost_at=lost_at,
        events=tuple(event.id for event in (*copy.tag, *collected, *copy.capi)),
    )


def _state(is_there: bool) -> str:
    return "there" if is_there else "absent"


def _loss(hops: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The last hop with the value and the first without it. The tag is a branch: its loss is no other's.

    Only where nothing else is known does it stand for what the server could have had.
    """
    is_all = [hop for hop, _ in hops] == ["tag", "capi"]
    way = [(hop, state) for hop, state in hops if is_all or hop != "tag"]
    for (seen, before), (hop, after) in pairwise(way):
        if before == "there" and after == "absent":
            return seen, hop
    return "", ""


def _readable(events: Sequence[Event], parameter: str, spec: VendorSpec) -> bool:
    kinds = {event.request for event in events}
    return any(request.id in kinds and parameter in request.fields for request in spec.requests)


def _is_spared(events: Sequence[Event], parameter: str) -> bool:
    """Some calls take one click ID only: whoever sends one of the vendor's has lost nothing with the others."""
    name = parameter.removeprefix("click_id.")
    if name == parameter or any(event.click_ids.get(name) for event in events):
        return False
    return any(any(event.click_ids.values()) for event in events)


def _carries(event: Event, parameter: str, value: str) -> bool:
    if parameter.startswith("click_id."):
        return event.click_ids.get(parameter.removeprefix("click_id."), "").lower() == value.lower()
    found = {"event_id": event.key, "order_id": event.order_id, "value": event.value}[parameter]
    return same(found, value)


def _data_layer(recording: Recording, conversion: Conversion) -> Any:
    """The entries of the data layer at the step that confirmed the conversion; None where there is no data layer."""
    step = next((step for step in recording.steps if step.index == conversion.step), None)
    return step.data_layer if step is not None and step.data_layer else None
