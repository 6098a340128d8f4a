"""What does an event say under the name that a vendor spec gives a field?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from harness.model.event import Event
from harness.model.spec import VendorSpec


def values_of(event: Event, field: str, spec: VendorSpec) -> frozenset[str]:
    """The values of a field as specs name it (`event_id`, `click_id.<name>`, `identifier.external_id`) in one event."""
    kind, _, name = field.partition(".")
    if kind == "identifier":
        return frozenset(event.identifiers.get(name, ()))
    if kind == "click_id":
        value = event.click_ids.get(name, "")
        strict = any(click.parameter == name and click.case_sensitive for click in spec.click_ids)
        value = value if strict else value.lower()
    elif kind == "browser_id":
        value = event.browser_ids.get(name, "")
    else:
        value = str(getattr(event, field, "") or event.fields.get(field) or "")
    return frozenset([value]) if value else frozenset()


def matches(
    event: Event, where: Mapping[str, str], spec: VendorSpec, *, unlike: Mapping[str, str], without: Collection[str]
) -> bool:
    """Do all fields of `where` and none of `unlike` match, and is one of `without` missing, if there are any?"""

    def fits(field: str, pattern: str) -> bool:
        return any(re.fullmatch(pattern, value, re.DOTALL) for value in values_of(event, field, spec))

    return (
        all(fits(field, pattern) for field, pattern in where.items())
        and not any(fits(field, pattern) for field, pattern in unlike.items())
        and (not without or not all(values_of(event, field, spec) for field in without))
    )
