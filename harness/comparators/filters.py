"""Which events does the vendor take and treat as no conversion, and why?"""

from __future__ import annotations

from collections.abc import Iterable

from harness.comparators.event_values import matches, values_of
from harness.model.event import Event
from harness.model.facts import FilteredEvent
from harness.model.spec import Basis, FilterRule, VendorSpec

_GRAVITY = {"never": 0, "perhaps": 1, "always": 2}


def filtered_events(events: Iterable[Event], spec: VendorSpec) -> tuple[FilteredEvent, ...]:
    """Every event that a filter of the vendor catches, with the filter that costs it most."""
    found = []
    for event in events:
        caught = [_caught(event, rule, spec) for rule in spec.filters if _catches(rule, event, spec)]
        found += [min(caught, key=lambda each: _GRAVITY[each.counted])] if caught else []
    return tuple(found)


def _catches(rule: FilterRule, event: Event, spec: VendorSpec) -> bool:
    if rule.requests and event.request not in rule.requests:
        return False
    return matches(event, rule.where, spec, unlike={}, without=rule.without)


def _caught(event: Event, rule: FilterRule, spec: VendorSpec) -> FilteredEvent:
    doubted = rule.counted == "never" and rule.rule.basis is Basis.INFERRED
    field = next(iter(rule.where), "")
    value = "" if field.startswith("identifier.") else ", ".join(sorted(values_of(event, field, spec)))
    return FilteredEvent(
        event=event.id,
        channel=event.channel,
        rule=rule.rule,
        counted="perhaps" if doubted else rule.counted,
        field=field,
        value=value,
        request="" if field or rule.without else event.request,
    )
