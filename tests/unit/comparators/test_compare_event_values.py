"""A field of an event is found under the name that specs give it."""

from __future__ import annotations

from dataclasses import replace

from unit.comparators.compared import a_vendor, an_event

from harness.comparators.event_values import values_of


def test_values_of_click_ids_ignore_case_only_where_the_vendor_does() -> None:
    event = an_event("x", click_ids={"clid": "AbC"}, fields={"extra": "E"})
    vendor = a_vendor()
    assert values_of(event, "click_id.clid", vendor) == {"AbC"}
    loose = replace(vendor, click_ids=(replace(vendor.click_ids[0], case_sensitive=False),))
    assert values_of(event, "click_id.clid", loose) == {"abc"}
    assert values_of(event, "extra", vendor) == {"E"}
    assert values_of(event, "time", vendor) == frozenset()
