"""Does a vendor ask for this field at all? What it does not ask for may be missing, and nobody is to complain."""

from __future__ import annotations

from typing import Any

from harness.accuracy.case import Case


def asks_for(case: Case, channel: str, field: str) -> bool:
    """By a parameter rule of the spec, or because the request's schema requires the place it stood at."""
    event = case.of(channel)
    named = any(
        rule.parameter == field and rule.severity != "info" and _covers(rule.required_for.get(channel, ()), event.event)
        for rule in case.spec.parameters
    )
    if named or (case.spec.event_id is not None and case.spec.event_id.field == field):
        return True
    request = next(each for each in case.spec.requests if each.id == event.request)
    key = event.paths[field].rsplit("/", 1)[-1]
    schemas = (case.spec.schemas.get(name) for name in (request.schema, request.request_schema))
    return any(_requires(schema, key) for schema in schemas if schema is not None)


def _covers(events: tuple[str, ...], event: str) -> bool:
    return event in events or "*" in events


def _requires(schema: Any, key: str) -> bool:
    if isinstance(schema, dict):
        return key in schema.get("required", ()) or any(_requires(part, key) for part in schema.values())
    return isinstance(schema, list) and any(_requires(part, key) for part in schema)
