"""Parameters differ only if they mean something else, and the usual reasons are told."""

from __future__ import annotations

from typing import Any

import pytest
from unit.comparators.compared import a_vendor, an_event, an_order
from unit.decode.decode_builders import RULE

from harness.comparators.digests import sha256
from harness.comparators.pairing import copies_of
from harness.comparators.parameters import differences
from harness.model.event import Event, FieldProblem
from harness.model.facts import Difference
from harness.model.recording import Item
from harness.model.spec import ParameterRule

ORDER = an_order()
ITEMS = (Item(id="B"), Item(id="A", quantity=2))


def found(*events: Event) -> list[Difference]:
    copies, _ = copies_of((ORDER,), events, a_vendor())
    return list(differences(copies, a_vendor()))


def told(*events: Event) -> list[tuple[str, str, str]]:
    return [(entry.parameter, entry.against, entry.explanation) for entry in found(*events)]


@pytest.mark.parametrize(
    "sent",
    [
        {"value": "129.90"},
        {"value": "129.9"},
        {"currency": "eur"},
        {"order_id": "ORD-1001"},
        {"items": ITEMS},
        {"items": (Item(id="A"), Item(id="B"), Item(id="A"))},
        {"items": (Item(id="A", quantity=None), Item(id="B"))},
        {"items": (Item(id="A", quantity=1), Item(id="A", quantity=None), Item(id="B"))},
        {"fields": {"units": "3"}},
        {"fields": {"units": "3.0"}},
        {"fields": {"order_key": sha256("ORD-1001").hex()}},
        {},
    ],
)
def test_what_means_the_same_is_no_difference(sent: dict[str, Any]) -> None:
    assert told(an_event("t", **sent)) == []


@pytest.mark.parametrize(
    ("sent", "parameter", "explanation"),
    [
        ({"value": "12990"}, "value", "in cents"),
        ({"value": "125"}, "value", "the goods alone, without shipping"),
        ({"value": "109.16"}, "value", "net of 19 % tax"),
        ({"value": "105.04"}, "value", "net of 19 % tax and without shipping"),
        ({"value": "130"}, "value", ""),
        ({"currency": "USD"}, "currency", "another currency"),
        ({"order_id": "#ORD-1001"}, "order_id", "the order ID with something put around it"),
        ({"order_id": "ord-1001"}, "order_id", "the order ID in another case"),
        ({"order_id": "7"}, "order_id", ""),
        ({"items": (Item(id="A", quantity=1), Item(id="B"))}, "items", ""),
        ({"fields": {"units": "1"}}, "units", ""),
        ({"fields": {"order_key": sha256("7").hex()}}, "order_key", ""),
        ({"fields": {"order_key": sha256("ord-1001").hex()}}, "order_key", "with another case"),
        ({"fields": {"order_key": sha256("#ORD-1001").hex()}}, "order_key", "with #, put before it"),
        ({"fields": {"units": "2"}}, "units", "the number of different items"),
        ({"items": (Item(id="A", quantity=2),)}, "items", ""),
        ({"items": (Item(id="A", quantity=None), Item(id="B", quantity=3))}, "items", ""),
        ({"items": (Item(id="A", quantity=None), Item(id="C", quantity=None))}, "items", ""),
    ],
)
def test_a_difference_from_the_order_is_explained_where_it_is_a_usual_one(
    sent: dict[str, Any], parameter: str, explanation: str
) -> None:
    assert told(an_event("t", **sent)) == [(parameter, "order", explanation)]


def test_a_field_that_cannot_be_read_differs_from_the_order() -> None:
    problem = FieldProblem(field="value", path="param/v", found="129,90", expected="a number")
    (entry,) = found(an_event("t", problems=(problem,)))
    assert (entry.parameter, entry.found, entry.expected, entry.explanation) == (
        "value",
        "129,90",
        "129.90",
        "unreadable",
    )


def test_both_copies_of_a_pair_are_compared_with_each_other_too() -> None:
    events = (
        an_event("t", value="129.90", page_url="https://shop.test/thanks/?order=1"),
        an_event("c", "capi", value="129.90", page_url="https://shop.test/checkout"),
    )
    assert told(*events) == [("page_url", "tag", "")]
    same = (events[0], an_event("c", "capi", value="130", page_url="https://SHOP.test/thanks#x"))
    assert told(*same) == [("value", "order", ""), ("value", "tag", "")]


def test_a_parameter_only_one_copy_states_is_no_difference_between_them() -> None:
    assert told(an_event("t", value="129.90"), an_event("c", "capi")) == []


def test_two_copies_are_compared_in_the_quantities_that_both_state() -> None:
    unstated = an_event("t", items=(Item(id="A", quantity=None), Item(id="B", quantity=1)))
    assert told(unstated, an_event("c", "capi", items=ITEMS)) == []
    other = (Item(id="A", quantity=2), Item(id="B", quantity=2))
    assert told(unstated, an_event("c", "capi", items=other)) == [("items", "order", ""), ("items", "tag", "")]


def test_a_quantity_that_is_not_stated_is_not_told() -> None:
    (entry,) = found(an_event("t", items=(Item(id="A", quantity=None, price="50"),)))
    assert entry.found == "A at 50"


def test_the_place_and_both_values_are_told() -> None:
    (entry,) = found(an_event("t", items=(Item(id="A", quantity=2, price="50"),), paths={"items": "param/items"}))
    assert (entry.event, entry.path) == ("t", "param/items")
    assert (entry.found, entry.expected) == ("2 × A at 50", "2 × A at 50.00, 1 × B at 25.00")


def lacking(*values: str, leaves_out: tuple[str, ...] = ("shipping", "tax")) -> list[str]:
    """The values that differ for a vendor that has these left out, told by the tag and then by the server."""
    spec = a_vendor(parameters=(ParameterRule(parameter="value", rule=RULE, leaves_out=leaves_out),))
    events = [an_event(f"e{at}", "capi" if at else "tag", at, value=value) for at, value in enumerate(values)]
    copies, _ = copies_of((ORDER,), events, spec)
    return [entry.found for entry in differences(copies, spec) if entry.against == "order"]


def test_what_a_vendor_has_left_out_of_a_value_may_be_missing() -> None:
    assert [value for value in ("125", "109.16", "105.04") if lacking(value)] == []
    assert lacking("125", "125") == []
    assert lacking("109.16", leaves_out=("shipping",)) == ["109.16"]
    assert lacking("105.04", leaves_out=("tax",)) == ["105.04"]


def test_nothing_else_may_be_missing_from_it() -> None:
    for wrong in ("0", "64.95", "12990", "130", "1.25"):
        assert lacking(wrong) == [wrong]


def test_copies_that_leave_out_different_things_do_not_follow_the_vendor() -> None:
    assert lacking("129.90", "125") == ["125"]


def test_a_value_without_what_the_vendor_leaves_out_is_the_sum_of_the_events_own_items() -> None:
    spec = a_vendor(parameters=(ParameterRule(parameter="value", rule=RULE, leaves_out=("shipping", "tax")),))
    for price, wrong in (("52.52", []), ("62.50", ["105.04"])):
        items = (Item(id="A", quantity=2, price=price),)
        copies, _ = copies_of((an_order(items=()),), [an_event("t", value="105.04", items=items)], spec)
        assert [entry.found for entry in differences(copies, spec) if entry.parameter == "value"] == wrong
