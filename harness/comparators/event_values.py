"""What does an event say under the name that a vendor spec gives a field?"""

from __future__ import annotations

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
