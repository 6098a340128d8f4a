"""Rules of deduplication are executed as written, and what they do not say is not invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.comparators.compared import a_dedup, a_vendor, an_event
from unit.decode.decode_builders import RULE

from harness.comparators.dedup import moment, predict, reached
from harness.model.event import Answer, Event
from harness.model.facts import DedupPrediction
from harness.model.recording import Fate
from harness.model.spec import Basis, CopyCondition, DedupRule, FilterRule, ForEvents, Role

TAG = an_event("t", "tag", 0, event_id="a")
CALL = an_event("c", "capi", 10, event_id="a")
PAIRWISE = a_dedup(key=("account",), mode="pairwise", window=300, edge=10, keep="unknown")


def predicted(rule: DedupRule, *events: Event) -> DedupPrediction:
    return predict("purchase", events, a_vendor(rule), 1)


def kept(rule: DedupRule, *events: Event) -> list[str]:
    return [group.kept.id for group in predicted(rule, *events).groups]


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, 1),
        ({"account": "43"}, 2),
        ({"name": "purchase"}, 2),
        ({"event_id": "b"}, 2),
        ({"event_id": ""}, 2),
    ],
)
def test_every_key_must_be_present_and_equal(change: dict[str, Any], counted: int) -> None:
    assert predicted(a_dedup(), TAG, replace(CALL, **change)).counted == counted


def test_an_empty_key_on_both_sides_joins_nothing() -> None:
    assert predicted(a_dedup(), replace(TAG, event_id=""), replace(CALL, event_id="")).counted == 2


@pytest.mark.parametrize(("at", "counted"), [(99, 1), (100, 1), (101, 2)])
def test_the_window_closes(at: float, counted: int) -> None:
    assert predicted(a_dedup(window=100), TAG, replace(CALL, received_at=at)).counted == counted


@pytest.mark.parametrize(("at", "counted"), [(4, 2), (5, 1)])
def test_before_the_window_opens_nothing_is_dropped(at: float, counted: int) -> None:
    assert predicted(a_dedup(opens_after=5), TAG, replace(CALL, received_at=at)).counted == counted


@pytest.mark.parametrize(
    ("first", "later", "alternatives"),
    [(0, 299, (1,)), (299, 300, (2,)), (295, 299, (1,)), (599, 301, (1,)), (0, 600, (2,))],
)
def test_fixed_slots_part_copies_where_the_clock_does(
    first: float, later: float, alternatives: tuple[int, ...]
) -> None:
    found = predicted(a_dedup(slots=300.0), replace(TAG, received_at=first), replace(CALL, received_at=later))
    assert found.alternatives == alternatives


def test_clocks_that_differ_leave_copies_at_the_edge_of_a_slot_in_doubt() -> None:
    late = replace(CALL, received_at=301)
    found = predicted(a_dedup(slots=300.0, edge=5), replace(TAG, received_at=299), late)
    assert (found.counted, found.alternatives, found.by_clock, found.hedged) == (1, (1, 2), True, False)
    assert [(group.certainty, bool(group.note)) for group in found.groups] == [("clock", True)]


@pytest.mark.parametrize(
    ("zone", "first", "later", "alternatives"),
    [
        ("UTC", 0, 86399, (1,)),
        ("UTC", 86399, 86401, (2,)),
        ("", 1, 899, (1,)),
        ("", 899, 901, (1,)),  # near copies fall into one day but for a rare chance
        ("", 899, 1801, (1, 2)),
        ("", 0, 86399, (1, 2)),
        ("", 0, 86400, (2,)),
    ],
)
def test_a_day_is_the_same_for_sure_only_where_the_zone_is_known_or_makes_no_difference(
    zone: str, first: float, later: float, alternatives: tuple[int, ...]
) -> None:
    rule = a_dedup(slots=86400.0, zone=zone)
    found = predicted(rule, replace(TAG, received_at=first), replace(CALL, received_at=later))
    assert found.alternatives == alternatives
    assert found.by_clock == (alternatives == (1, 2))


def test_the_window_counts_from_the_first_of_a_group() -> None:
    third = replace(CALL, id="c2", channel="capi", received_at=150)
    assert predicted(a_dedup(window=100, repeat="dropped", across="any"), TAG, CALL, third).counted == 2


@pytest.mark.parametrize(("against", "counted"), [("first", 2), ("any", 1)])
def test_a_copy_is_compared_with_the_first_of_a_group_or_with_any(against: str, counted: int) -> None:
    by_order = a_dedup(key=("order_id",), against=against)
    opener, joined = replace(CALL, received_at=0), replace(TAG, order_id="o", received_at=1)
    late = replace(CALL, id="c2", event_id="b", order_id="o", received_at=2)
    assert predict("purchase", (opener, joined, late), a_vendor(a_dedup(), by_order), 1).counted == counted


def test_the_window_counts_from_any_copy_that_the_rule_compares_with() -> None:
    second, third = replace(TAG, id="t2", received_at=80), replace(TAG, id="t3", received_at=160)
    assert predicted(a_dedup(window=100, across="any", against="any"), TAG, second, third).counted == 1


def test_the_clock_of_a_rule_is_receipt_or_the_event_s_own_time() -> None:
    event = an_event("x", at=5, time=3.0)
    assert moment(event, a_dedup()) == 5
    assert moment(event, a_dedup(clock="event-time")) == 3
    assert moment(replace(event, time=None), a_dedup(clock="event-time")) == 5


@pytest.mark.parametrize(
    ("keep", "first", "id_"),
    [("first", "t", "t"), ("first", "c", "c"), ("tag", "c", "t"), ("capi", "t", "c"), ("last", "t", "c")],
)
def test_the_copy_the_rule_names_is_kept(keep: str, first: str, id_: str) -> None:
    late = {"t": CALL, "c": TAG}[first]
    events = [replace(event, received_at=50.0 if event is late else 0.0) for event in (TAG, CALL)]
    assert kept(a_dedup(keep=keep), *events) == [id_]


@pytest.mark.parametrize(("at", "id_"), [(300, "t"), (301, "c")])
def test_near_the_first_copy_the_tag_is_preferred(at: float, id_: str) -> None:
    rule = a_dedup(prefer_tag_within=300)
    assert kept(rule, replace(CALL, received_at=0), replace(TAG, received_at=at)) == [id_]


def test_a_rule_for_tag_first_spares_a_server_copy_that_came_before() -> None:
    rule = a_dedup(order="tag-first")
    assert predicted(rule, TAG, CALL).counted == 1
    found = predicted(rule, replace(CALL, received_at=0), replace(TAG, received_at=1))
    assert (found.counted, found.order_sensitive, found.alternatives) == (2, True, (1, 2))


@pytest.mark.parametrize(
    ("across", "repeat", "counted", "alternatives"),
    [
        ("channels", "undocumented", 1, (1, 2)),
        ("channels", "counted", 2, (2,)),
        ("channels", "dropped", 2, (2,)),
        ("any", "dropped", 1, (1,)),
        ("tag", "dropped", 1, (1,)),
        ("capi", "dropped", 2, (2,)),
    ],
)
def test_a_repeat_inside_one_channel(across: str, repeat: str, counted: int, alternatives: tuple[int, ...]) -> None:
    found = predicted(a_dedup(across=across, repeat=repeat), TAG, replace(TAG, id="t2", received_at=1))
    assert (found.counted, found.alternatives) == (counted, alternatives)
    assert found.undocumented == (len(alternatives) > 1)


def test_a_rule_the_vendor_hedges_is_likely_only() -> None:
    (group,) = predicted(a_dedup(sure=False), TAG, CALL).groups
    assert group.certainty == "likely"
    assert group.note


def test_a_rule_the_vendor_hedges_may_leave_a_repeat_in_one_channel_open() -> None:
    found = predicted(a_dedup(sure=False, repeat="undocumented"), TAG, replace(TAG, id="t2", received_at=1))
    assert (found.counted, found.alternatives, found.undocumented) == (1, (1, 2), True)
    closed = predicted(a_dedup(sure=False, repeat="counted"), TAG, replace(TAG, id="t2", received_at=1))
    assert (closed.counted, closed.alternatives) == (2, (2,))


def test_a_fallback_does_not_apply_where_both_have_the_better_key() -> None:
    rule = a_dedup(key=("account",), any_of=("browser_id.bid", "identifier.email"), unless="event_id")
    shared = {"browser_ids": {"bid": "1"}}
    assert predicted(rule, replace(TAG, **shared), replace(CALL, **shared)).counted == 2
    assert predicted(rule, replace(TAG, **shared, event_id=""), replace(CALL, **shared)).counted == 1
    assert predicted(rule, replace(TAG, event_id=""), replace(CALL, event_id="")).counted == 2
    email = {"identifiers": {"email": ("x", "y")}, "event_id": ""}
    other = {"identifiers": {"email": ("y",)}, "event_id": ""}
    assert predicted(rule, replace(TAG, **email), replace(CALL, **other)).counted == 1


@pytest.mark.parametrize(
    ("wanted", "counted"),
    [
        (CopyCondition(), 1),
        (CopyCondition(where={"source": "web"}), 1),
        (CopyCondition(where={"source": "store"}), 2),
        (CopyCondition(unlike={"source": "web"}), 2),
        (CopyCondition(unlike={"shop": ".*"}), 1),
        (CopyCondition(without=("order_id",)), 1),
        (CopyCondition(without=("event_id",)), 2),
        (CopyCondition(older=60), 2),
        (CopyCondition(older=59), 1),
        (CopyCondition(not_older=60), 1),
        (CopyCondition(not_older=59), 2),
    ],
)
def test_a_rule_looks_only_at_copies_that_are_as_it_wants_them(wanted: CopyCondition, counted: int) -> None:
    call = replace(CALL, fields={"source": "web"}, time=CALL.received_at - 60)
    assert predicted(a_dedup(copies={"capi": wanted}), TAG, call).counted == counted
    assert predicted(replace(PAIRWISE, copies={"capi": wanted}), TAG, call).counted == counted
    assert (
        predicted(a_dedup(copies={"tag": CopyCondition(not_older=0), "capi": CopyCondition()}), TAG, call).counted == 1
    )


def test_another_order_of_receipt_makes_no_copy_older() -> None:
    rule = a_dedup(copies={"capi": CopyCondition(not_older=60)}, window=1000)
    found = predicted(rule, replace(TAG, received_at=500), replace(CALL, received_at=0, time=0.0))
    assert (found.counted, found.alternatives) == (1, (1,))


@pytest.mark.parametrize(
    ("events", "counted"),
    [
        (ForEvents(), 1),
        (ForEvents(only=("purchase", "refund")), 1),
        (ForEvents(only=("refund",)), 2),
        (ForEvents(never=("refund",)), 1),
        (ForEvents(never=("purchase",)), 2),
    ],
)
def test_a_rule_for_some_events_leaves_the_others_alone(events: ForEvents, counted: int) -> None:
    assert predicted(a_dedup(events=events), TAG, CALL).counted == counted
    assert predicted(replace(PAIRWISE, events=events), TAG, CALL).counted == counted


@pytest.mark.parametrize(
    "change",
    [
        {"fate": Fate.BLOCKED},
        {"fate": Fate.FAILED},
        {"fate": Fate.REFUSED},
        {"role": Role.ENHANCEMENT},
        {"role": Role.MIRROR},
        {"channel": "collect"},
        {"answer": Answer(accepted=False)},
    ],
)
def test_what_did_not_reach_the_platform_is_not_counted(change: dict[str, Any]) -> None:
    assert reached([replace(TAG, **change)]) == []
    assert predicted(a_dedup(), replace(TAG, **change), CALL).counted == 1


def filtered(filter_rule: FilterRule, *events: Event) -> DedupPrediction:
    return predict("purchase", events, a_vendor(a_dedup(), filters=(filter_rule,)), 1)


TEST_CALL = replace(CALL, fields={"test": "T1"})


def test_a_copy_that_a_filter_catches_is_not_counted() -> None:
    found = filtered(FilterRule(rule=RULE, where={"test": ".+"}), TEST_CALL)
    assert (found.counted, found.alternatives, found.doubtful) == (0, (0,), False)
    assert [(each.event, each.counted) for each in found.filtered] == [("c", "never")]
    both = filtered(FilterRule(rule=RULE, where={"test": ".+"}), TAG, TEST_CALL)
    assert (both.counted, [group.kept.id for group in both.groups]) == (1, ["t"])


@pytest.mark.parametrize(
    "doubted",
    [
        FilterRule(rule=RULE, where={"test": ".+"}, counted="perhaps"),
        FilterRule(rule=replace(RULE, basis=Basis.INFERRED), where={"test": ".+"}),
    ],
    ids=["not said", "inferred"],
)
def test_a_copy_that_is_counted_perhaps_leaves_both_numbers(doubted: FilterRule) -> None:
    found = filtered(doubted, TEST_CALL)
    assert (found.counted, found.alternatives, found.doubtful) == (1, (0, 1), True)
    beside_another = filtered(doubted, TAG, TEST_CALL)
    assert (beside_another.counted, beside_another.alternatives, beside_another.doubtful) == (1, (1,), False)


def test_a_mark_that_changes_no_count_is_counted() -> None:
    found = filtered(FilterRule(rule=RULE, where={"test": ".+"}, counted="always"), TEST_CALL)
    assert (found.counted, found.alternatives, found.filtered) == (1, (1,), ())


def test_nothing_that_arrived_counts_as_nothing() -> None:
    found = predicted(a_dedup())
    assert (found.counted, found.groups, found.alternatives) == (0, (), (0,))


def test_pairwise_each_tag_copy_cancels_one_server_copy_the_nearest_first() -> None:
    calls = [an_event(f"c{at}", "capi", at) for at in (5, 100)]
    (one, other) = predicted(PAIRWISE, *calls, an_event("t", at=90)).groups
    assert (one.kept.id, one.dropped) == ("c5", ())
    assert (other.kept.id, [event.id for event in other.dropped]) == ("t", ["c100"])


@pytest.mark.parametrize(
    ("at", "counted", "alternatives"), [(290, 1, (1,)), (295, 1, (1, 2)), (300, 1, (1, 2)), (301, 2, (2,))]
)
def test_pairwise_copies_at_the_edge_of_the_window_may_be_one_or_two(
    at: float, counted: int, alternatives: tuple[int, ...]
) -> None:
    found = predicted(PAIRWISE, an_event("t"), an_event("c", "capi", at))
    assert (found.counted, found.alternatives) == (counted, alternatives)


def test_pairwise_the_server_s_copy_is_kept_where_the_rule_says_so() -> None:
    assert kept(replace(PAIRWISE, keep="capi"), TAG, CALL) == ["c"]
