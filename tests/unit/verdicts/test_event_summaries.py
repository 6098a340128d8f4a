"""How does a reader see the events of a run?"""

from __future__ import annotations

import json
from dataclasses import replace

from builders import (
    LATER,
    ORDER,
    ORDERED,
    START,
    a_healthy_recording,
    a_recording,
    an_exchange,
    decoded,
    facts_of,
    google_capi,
    google_tag,
    marked,
    meta_capi,
    meta_tag,
    thanks,
    with_blocked,
)

from harness.model.recording import Fate, Recording, Request, StepRecord
from harness.model.result import EventSummary
from harness.verdicts.events import event_summaries


def summaries_of(recording: Recording) -> dict[str, EventSummary]:
    found = event_summaries(recording, decoded(recording), facts_of(recording))
    return {summary.id.removesuffix("#0"): summary for summary in found}


def test_the_copies_of_an_order_name_each_other_and_the_one_that_is_kept() -> None:
    events = summaries_of(a_healthy_recording("meta"))
    assert (events["meta-tag"].kept, events["meta-tag"].pair) == (True, "meta-capi#0")
    assert (events["meta-capi"].kept, events["meta-capi"].pair) == (False, "meta-tag#0")
    assert [event.dropped_by for event in events.values()] == ["", "meta.dedup.event-id"]


def test_copies_that_are_not_joined_are_both_kept_but_still_a_pair() -> None:
    events = summaries_of(a_recording(meta_tag(), meta_capi({"event_id": "4711"})))
    assert [(event.kept, event.pair) for event in events.values()] == [(True, "meta-capi#0"), (True, "meta-tag#0")]


def test_what_never_reached_the_platform_or_is_no_conversion_is_neither_kept_nor_dropped() -> None:
    page_view = meta_tag({"ev": "PageView"}, name="page-view", at=LATER)
    healthy = a_healthy_recording("meta")
    recording = with_blocked(a_recording(*healthy.exchanges, page_view), "meta-tag")
    events = summaries_of(recording)
    assert [(event.kept, event.pair) for event in (events["meta-tag"], events["page-view"])] == [(None, ""), (None, "")]
    assert events["meta-capi"].kept is True


def test_a_copy_that_is_never_counted_names_the_filter() -> None:
    events = summaries_of(a_recording(google_tag(), marked(google_capi(), validateOnly=True)))
    assert [(event.kept, event.filtered_by) for event in events.values()] == [
        (True, ""), (None, "google-ads.filter.validate-only"),
    ]  # fmt: skip


def test_a_twin_is_folded_into_its_event() -> None:
    twin = google_tag(name="twin", host="https://www.google.com/ccm/conversion")
    events = summaries_of(a_recording(google_tag(), twin, google_capi()))
    assert events.keys() == {"google-tag", "google-capi"}
    assert events["google-tag"].mirrors == 1


def test_a_summary_shows_where_each_value_stood() -> None:
    capi = summaries_of(a_healthy_recording("meta"))["meta-capi"]
    assert (capi.channel, capi.name, capi.event, capi.role, capi.fate) == (
        "capi", "Purchase", "purchase", "event", "answered",
    )  # fmt: skip
    assert (capi.received_at, capi.method, capi.status, capi.answered_by) == (10.9, "POST", 200, "stand-in")
    assert capi.attributed_by == "order_id"
    assert json.loads(capi.payload)["event_id"] == "purchase.CS-7F3K9Q2"
    lines = {line.field: (line.value, line.path) for line in capi.lines}
    assert lines["account"] == ("702400000000001", "path/pixel")
    assert lines["value"] == ("129.9", "body/data/0/custom_data/value")
    assert lines["items"] == ("2 × CS-TEA-01 at 62.5", "body/data/0/custom_data/contents")
    assert lines["time"] == ("2026-11-21T18:40:10.000+00:00", "body/data/0/event_time")
    assert lines["fbp"][1] == "body/data/0/user_data/fbp"
    assert lines["page_url"] == (thanks(ORDER), "body/data/0/event_source_url")
    assert {"fbclid", "email", "phone", "ip_address"} <= lines.keys()


def test_the_vendors_answer_is_told_in_its_own_words() -> None:
    refused = meta_capi(token="expired-EAAB", name="refused", at=LATER)
    lost = meta_capi(fate=Fate.FAILED, response=None, name="lost", at=LATER)
    events = summaries_of(a_recording(meta_tag(), refused, lost))
    assert (events["meta-tag"].accepted, events["meta-tag"].answer) == (True, "")
    assert events["refused"].accepted is False
    assert "Error validating access token" in events["refused"].answer
    assert (events["lost"].accepted, events["lost"].answer) == (None, "")


def test_an_unreadable_value_is_shown_as_it_was_sent() -> None:
    capi = summaries_of(a_recording(meta_capi({"event_time": "now"})))["meta-capi"]
    assert [(line.value, line.path) for line in capi.lines if line.field == "time"] == [
        ("now", "body/data/0/event_time")
    ]


def test_a_call_that_nobody_reads_is_no_event() -> None:
    unknown = an_exchange(Request(method="GET", url="https://www.facebook.com/new"), name="new", at=LATER)
    assert summaries_of(a_recording(unknown)) == {}


def test_a_copy_names_its_order_how_late_it_is_and_its_identifiers_but_not_their_values() -> None:
    steps = [
        StepRecord(index=number, verb=verb, summary="", started_at=at, ended_at=at + 1)
        for number, (verb, at) in enumerate(
            (("open", START), ("click", ORDERED - 2), ("wait", ORDERED - 1), ("conversion", ORDERED))
        )
    ]
    events = summaries_of(replace(a_healthy_recording("meta"), steps=tuple(steps)))
    capi = events["meta-capi"]
    assert (capi.order_id, capi.delay) == (ORDER.order_id, 2.9)  # since the click
    assert {"email", "phone", "fbclid", "fbp"} <= set(capi.match_keys)
    assert not [name for name in capi.match_keys if "." in name]


def test_what_is_no_copy_of_an_order_has_neither_order_nor_delay() -> None:
    page_view = summaries_of(a_recording(meta_tag({"ev": "PageView"})))["meta-tag"]
    assert (page_view.order_id, page_view.delay) == ("", None)
