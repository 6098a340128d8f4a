"""Each copy belongs to one conversion at most, and each tag copy to one server copy at most."""

from __future__ import annotations

from hashlib import sha256

import pytest
from unit.comparators.compared import a_vendor, an_event, an_order

from harness.comparators.pairing import copies_of, holds_order
from harness.model.event import Event
from harness.model.facts import Copies
from harness.model.recording import Fate
from harness.model.spec import Role

VENDOR = a_vendor()
FIRST, SECOND = an_order("ORD-1001", at=0), an_order("ORD-2002", at=100)


def copies(*events: Event) -> tuple[Copies, ...]:
    return copies_of((FIRST, SECOND), events, VENDOR)[0]


def pairs(*events: Event) -> list[tuple[str, str, str]]:
    return [(pair.tag.id, pair.capi.id, pair.paired_by) for copy in copies(*events) for pair in copy.pairs]


@pytest.mark.parametrize("order_id", ["ORD-2002", "ord-2002", "#ORD-2002", "web-ORD-2002-de"])
def test_an_order_id_places_an_event_also_with_something_around_it(order_id: str) -> None:
    one, other = copies(an_event("t", at=0, order_id=order_id))
    assert (one.tag, [event.id for event in other.tag]) == ((), ["t"])


def test_an_order_id_inside_the_event_id_places_an_event() -> None:
    assert [event.id for event in copies(an_event("t", event_id="purchase.ORD-2002"))[1].tag] == ["t"]


def test_an_exact_order_id_wins_over_a_similar_one() -> None:
    orders = (an_order("1001"), an_order("10012", at=100))
    found, _ = copies_of(orders, (an_event("t", order_id="10012"),), VENDOR)
    assert [len(copy.tag) for copy in found] == [0, 1]


def test_the_order_id_wins_over_an_event_id_that_was_made_for_another_order() -> None:
    event = an_event("t", order_id="#ORD-2002", event_id="purchase.ORD-1001")
    assert [[found.id for found in copy.tag] for copy in copies(event)] == [[], ["t"]]


def test_a_hash_of_the_order_id_wins_over_the_event_id_too() -> None:
    event = an_event("t", event_id="purchase.ORD-1001", fields={"order_key": sha256(b"ORD-2002").hexdigest()})
    assert [[found.id for found in copy.tag] for copy in copies(event)] == [[], ["t"]]


def test_a_copy_without_order_id_follows_its_partner_with_the_same_key() -> None:
    _, other = copies(an_event("t", at=5, event_id="x"), an_event("c", "capi", at=6, event_id="x", order_id="ORD-2002"))
    assert ([event.id for event in other.tag], [event.id for event in other.capi]) == (["t"], ["c"])


def test_without_any_key_the_nearest_in_time_is_taken() -> None:
    one, other = copies(an_event("early", at=40), an_event("late", at=60))
    assert ([event.id for event in one.tag], [event.id for event in other.tag]) == (["early"], ["late"])


def test_events_of_other_kinds_are_no_copies_and_kinds_without_a_conversion_no_strays() -> None:
    found, stray = copies_of((FIRST,), (an_event("t", event="view_item"),), VENDOR)
    assert (found[0].tag, stray) == ((), ())


def test_blocked_copies_and_enhancements_are_kept_apart() -> None:
    (one, _) = copies(
        an_event("blocked", order_id="ORD-1001", fate=Fate.BLOCKED),
        an_event("more", "capi", order_id="ORD-1001", role=Role.ENHANCEMENT, event=""),
        an_event("collect", "collect", order_id="ORD-1001"),
    )
    assert [event.id for event in one.blocked] == ["blocked"]
    assert [event.id for event in one.enhancements] == ["more"]
    assert [event.id for event in one.collect] == ["collect"]
    assert (one.tag, one.capi, one.pairs) == ((), (), ())


def test_equal_keys_are_paired_before_near_ones() -> None:
    assert pairs(
        an_event("t1", at=0, event_id="a", order_id="ORD-1001"),
        an_event("t2", at=1, event_id="b", order_id="ORD-1001"),
        an_event("c1", "capi", at=0, event_id="b", order_id="ORD-1001"),
        an_event("c2", "capi", at=9, event_id="a", order_id="ORD-1001"),
    ) == [("t2", "c1", "event_id"), ("t1", "c2", "event_id")]


def test_what_is_left_is_paired_by_nearness_and_the_rest_stays_single() -> None:
    assert pairs(
        an_event("t1", at=0, event_id="a", order_id="ORD-1001"),
        an_event("c1", "capi", at=1, event_id="x", order_id="ORD-1001"),
        an_event("c2", "capi", at=2, event_id="y", order_id="ORD-1001"),
    ) == [("t1", "c1", "nearest")]


def test_copies_of_different_orders_are_never_paired() -> None:
    assert pairs(an_event("t", order_id="ORD-1001"), an_event("c", "capi", order_id="ORD-2002")) == []


@pytest.mark.parametrize(
    ("text", "order_id", "stands_there"),
    [
        ("purchase.1001", "1001", True),
        ("web1001x", "1001", True),
        ("11001", "1001", False),
        ("10017", "1001", False),
        ("17", "7", False),
        ("order-7", "7", True),
        ("XCS-1", "CS-1", True),
        ("CS-12", "CS-1", False),
        ("CS-1", "", False),
    ],
)
def test_an_order_id_of_digits_is_not_a_part_of_a_longer_number(text: str, order_id: str, stands_there: bool) -> None:
    assert holds_order(text, order_id) is stands_there
