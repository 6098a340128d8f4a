"""What stands in one cell of the matrix: one vendor in one run?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    LATER,
    ORDER,
    SECOND_ORDER,
    UNOBSERVABLE,
    a_healthy_recording,
    a_recording,
    facts_of,
    google_capi,
    google_tag,
    landing,
    meta_capi,
    meta_tag,
    outcomes_of,
    with_account,
    with_blocked,
    without,
)

from harness.model.recording import Recording
from harness.model.result import EventCount, MatrixRow
from harness.verdicts.matrix import matrix_row


def row_of(recording: Recording, vendor: str = "meta") -> MatrixRow:
    outcomes = outcomes_of(recording, vendor).values()
    return matrix_row(facts_of(recording)[vendor], list(outcomes))


def test_a_healthy_platform() -> None:
    row = row_of(a_healthy_recording())
    assert (row.vendor, row.title, row.state, row.note) == ("meta", "Meta (Facebook, Instagram)", "passed", "")
    assert (row.orders, row.tag_events, row.capi_events, row.collect_events, row.blocked_events) == (1, 1, 1, 0, 0)
    assert row.counted == 1
    assert row.counts == (EventCount(event="purchase", orders=1, counted=1, alternatives=(1,)),)
    assert (row.kind, row.alternatives, row.certainty) == ("platform", (1,), "certain")
    assert {channel: (entry.score, entry.missing) for channel, entry in row.coverage.items()} == {
        "tag": (100.0, ()),
        "capi": (100.0, ()),
    }


def test_a_transport_counts_nothing_itself() -> None:
    row = row_of(a_healthy_recording(), "tealium")
    assert (row.collect_events, row.counted, row.state) == (1, None, "passed")
    assert (row.kind, row.alternatives, row.note) == ("transport", (), "")


def test_copies_and_counts_are_those_of_all_orders() -> None:
    recording = a_recording(
        meta_tag(),
        meta_capi(),
        meta_tag(order=SECOND_ORDER, name="second", at=LATER),
        conversions=(ORDER, SECOND_ORDER),
    )
    row = row_of(recording)
    assert (row.orders, row.tag_events, row.capi_events, row.counted) == (2, 2, 1, 2)


def test_blocked_events_are_no_copies() -> None:
    row = row_of(with_blocked(a_healthy_recording("meta"), "meta-tag"))
    assert (row.tag_events, row.capi_events, row.blocked_events, row.counted) == (0, 1, 1, 1)
    assert row.coverage.keys() == {"capi"}


def test_missing_identifiers_are_named_by_channel() -> None:
    row = row_of(a_recording(google_tag(), google_capi({"adIdentifiers": None})), "google-ads")
    assert {channel: entry.missing for channel, entry in row.coverage.items()} == {"tag": (), "capi": ("gclid",)}
    assert row.coverage["capi"].score < row.coverage["tag"].score == 100.0


@pytest.mark.parametrize(
    ("recording", "state"),
    [
        (without(a_healthy_recording("meta"), "meta-capi"), "failed"),
        (without(a_healthy_recording("meta", server_source=UNOBSERVABLE), "meta-capi"), "inconclusive"),
        (a_recording(meta_tag({"fbc": None}), meta_capi()), "warning"),
        (with_account(a_recording(vendors=("tealium",)), "tealium", channels=()), "skipped"),
    ],
)
def test_the_worst_outcome_is_the_state(recording: Recording, state: str) -> None:
    assert row_of(recording, recording.scenario.vendors[0].vendor).state == state


def test_a_count_is_open_where_a_server_call_may_have_come_unseen() -> None:
    unseen = without(a_healthy_recording("meta", server_source=UNOBSERVABLE), "meta-capi")
    rows = (row_of(unseen), row_of(a_healthy_recording("meta")))
    assert [(row.counted, row.is_open) for row in rows] == [(1, True), (1, False)]


def test_an_error_outweighs_what_could_not_be_judged() -> None:
    recording = a_recording(meta_tag({"eid": None}), server_source=UNOBSERVABLE)
    assert row_of(recording).state == "failed"


def test_an_unsure_count_says_what_is_possible_and_why() -> None:
    row = row_of(a_recording(meta_tag(), meta_tag(name="again", at=LATER), meta_capi()))
    assert (row.counted, row.alternatives, row.certainty) == (1, (1, 2), "undocumented")
    assert row.note == "the vendor does not say what repeated or barely late copies do"


def test_a_count_that_depends_on_the_order_of_arrival_says_so() -> None:
    recording = a_recording(meta_tag({"eid": None}), meta_capi())
    row = row_of(recording)
    assert (row.alternatives, row.certainty) == ((1, 2), "order-sensitive")
    assert row.note == "it depends on which copy arrives first"


def test_possible_counts_add_up_over_the_kinds_of_events() -> None:
    lead = replace(ORDER, event="generate_lead", order_id="L-4711", value="", currency="", items=())
    recording = a_recording(
        meta_tag(),
        meta_tag(name="again", at=LATER),
        meta_tag({"ev": "Lead", "eid": "lead.1", "cd[order_id]": "L-4711"}, name="lead", at=LATER),
        conversions=(ORDER, lead),
    )
    row = row_of(recording)
    assert (row.orders, row.counted, row.alternatives) == (2, 2, (2, 3))


def test_without_an_order_nothing_is_counted() -> None:
    row = row_of(a_healthy_recording("meta", conversions=()))
    assert (row.counted, row.alternatives, row.state) == (None, (), "inconclusive")
    assert row.note == "no conversion was confirmed"


def test_click_ids_that_the_profile_took_are_named() -> None:
    stripped = a_recording(landing(stripped=("fbclid",)), meta_tag({"fbc": None}), meta_capi({"user_data/fbc": None}))
    assert row_of(stripped).stripped_click_ids == ("fbclid",)
