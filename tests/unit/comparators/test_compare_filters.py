"""A filter catches the events it describes, and says by what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.comparators.compared import a_vendor, an_event
from unit.decode.decode_builders import RULE

from harness.comparators.filters import filtered_events
from harness.model.event import Event
from harness.model.facts import FilteredEvent
from harness.model.spec import Basis, FilterRule

EVENT = an_event("x", fields={"test": "T1", "mode": "a\nb"}, identifiers={"email": ("x", "y")})


def caught(event: Event, *rules: dict[str, Any]) -> list[FilteredEvent]:
    filters = tuple(FilterRule(**{"rule": RULE, **parts}) for parts in rules)
    return list(filtered_events([event], a_vendor(filters=filters)))


@pytest.mark.parametrize(
    ("parts", "catches"),
    [
        ({"where": {"test": "T."}}, True),
        ({"where": {"test": "T"}}, False),
        ({"where": {"mode": "a.b"}}, True),
        ({"where": {"other": ".*"}}, False),
        ({"where": {"test": ".+", "mode": "c"}}, False),
        ({"where": {"identifier.email": "y"}}, True),
        ({"requests": ("hit",)}, True),
        ({"requests": ("call",)}, False),
        ({"requests": ("call",), "where": {"test": ".+"}}, False),
        ({"without": ("order_id",)}, True),
        ({"without": ("test",)}, False),
        ({"without": ("test", "order_id")}, True),
        ({"without": ("order_id",), "where": {"test": "other"}}, False),
    ],
)
def test_a_filter_catches_what_meets_all_its_conditions(parts: dict[str, Any], catches: bool) -> None:
    assert bool(caught(EVENT, parts)) == catches


def test_what_caught_an_event_is_told() -> None:
    (by_value,) = caught(EVENT, {"where": {"test": ".+"}})
    assert (by_value.event, by_value.channel, by_value.field, by_value.value) == ("x", "tag", "test", "T1")
    (by_request,) = caught(EVENT, {"requests": ("hit",)})
    assert (by_request.field, by_request.request) == ("", "hit")
    (by_lack,) = caught(EVENT, {"requests": ("hit",), "without": ("order_id",)})
    assert (by_lack.field, by_lack.request) == ("", "")


def test_an_identifier_is_never_told() -> None:
    (found,) = caught(EVENT, {"where": {"identifier.email": "x"}})
    assert (found.field, found.value) == ("identifier.email", "")


def test_of_several_filters_the_one_that_costs_most_is_told() -> None:
    rules = [{"where": {"test": ".+"}, "counted": word} for word in ("always", "perhaps", "never")]
    assert [found.counted for found in caught(EVENT, *rules)] == ["never"]


def test_what_is_only_inferred_to_be_lost_is_perhaps_counted() -> None:
    inferred = replace(RULE, basis=Basis.INFERRED)
    assert [found.counted for found in caught(EVENT, {"rule": inferred, "requests": ("hit",)})] == ["perhaps"]
