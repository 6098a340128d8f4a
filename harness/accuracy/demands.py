"""Does a vendor ask for this field at all? What it does not ask for may be missing, and nobody is to complain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.accuracy.case import Case, within_event
from harness.decode.schema_faults import schema_faults


def asks_for(case: Case, channel: str, field: str) -> bool:
    """By a parameter rule of the spec, or because the request's schema requires the place it stood at."""
    event = case.of(channel)
    named = any(
        rule.parameter == field and rule.severity != "info" and _covers(rule.required_for.get(channel, ()), event.event)
        for rule in case.spec.parameters
    )
    key = case.spec.event_id
    has_copies = key is not None and key.serves(event.event) and not case.order.is_offline
    if named or (key is not None and key.field == field and has_copies):
        return True
    request = next(each for each in case.spec.requests if each.id == event.request)
    place = event.paths[field]
    own = within_event(place, request.events, event)
    return _requires(case.spec.schemas.get(request.schema), own, event.payload) or _requires(
        case.spec.schemas.get(request.request_schema), place.split("/")[1:], None
    )


def _covers(events: tuple[str, ...], event: str) -> bool:
    return event in events or "*" in events


def _requires(schema: Any, place: Sequence[str], said: Any) -> bool:
    """Must something stand at this place? What is `said` there decides which of the schema's conditions hold."""
    if not isinstance(schema, dict):
        return False
    head, *rest = place
    if not rest and head in schema.get("required", ()):
        return True
    inner, value = _inside(schema, head, said)
    if rest and _requires(inner, rest, value):
        return True
    branch = "then" if not schema_faults(said, schema.get("if", True)) else "else"
    if any(_requires(part, place, said) for part in (schema.get(branch), *schema.get("allOf", ()))):
        return True
    choices = [part for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())) if not schema_faults(said, part)]
    return bool(choices) and all(_requires(part, place, said) for part in choices)


def _inside(schema: dict[str, Any], key: str, said: Any) -> tuple[Any, Any]:
    if key.isdecimal() and not isinstance(said, dict):
        return schema.get("items"), said[int(key)] if said else None
    return schema.get("properties", {}).get(key), said.get(key) if isinstance(said, dict) else None
