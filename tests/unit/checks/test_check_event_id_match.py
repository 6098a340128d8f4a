"""Do the tag's copy and the server's copy carry the same event ID?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    ORDER,
    PENDING,
    UNOBSERVABLE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    event_id_of,
    google_capi,
    google_tag,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    specs,
    the_finding,
    with_account,
    without,
)

from harness.model.spec import ForEvents

CHECK = "event-id-match"
OWN = event_id_of(ORDER)


def test_passes_when_both_copies_carry_the_same_id() -> None:
    assert passes(CHECK, a_healthy_recording("meta"))
    assert passes(CHECK, a_healthy_recording("google-ads"), "google-ads")


@pytest.mark.parametrize(
    ("server_id", "how"),
    [
        ("4711", ""),
        (OWN.upper(), ", which differs in case only"),
        (f" {OWN}", ", which differs in blanks only"),
        (f"server-{OWN}", ", one with something put around it"),
    ],
)
def test_fails_when_the_server_has_another_id(server_id: str, how: str) -> None:
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi({"event_id": server_id}))) == Told(
        "error",
        f"The tag says purchase.CS-7F3K9Q2, the server says {server_id}{how}.",
        expected=OWN,
        found=server_id,
        rule="meta.event-id",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_fails_for_the_order_id_where_that_is_the_key() -> None:
    recording = a_recording(google_tag(), google_capi({"transactionId": "#CS-7F3K9Q2"}))
    assert the_finding(CHECK, recording, "google-ads") == Told(
        "error",
        "The tag says CS-7F3K9Q2, the server says #CS-7F3K9Q2, one with something put around it.",
        expected="CS-7F3K9Q2",
        found="#CS-7F3K9Q2",
        rule="google-ads.event-id",
        exchanges=("google-tag", "google-capi"),
    )


def test_is_skipped_when_an_id_is_missing() -> None:
    recording = a_recording(meta_tag({"eid": None}), meta_capi())
    assert skip_of(CHECK, recording) == Skipped("an ID is missing on one side, see event-id")


def test_is_skipped_when_the_copies_need_no_common_id() -> None:
    assert skip_of(CHECK, a_healthy_recording("teads"), "teads") == Skipped(
        "this vendor has no event ID that both copies share"
    )


def test_is_skipped_when_events_of_this_name_have_no_event_id() -> None:
    spec = specs()["meta"]
    assert spec.event_id is not None
    for_leads = replace(spec, event_id=replace(spec.event_id, events=ForEvents(never=("purchase",))))
    assert skip_of(CHECK, a_healthy_recording("meta"), known={"meta": for_leads}) == Skipped(
        "this vendor has no event ID for purchase"
    )


def test_is_skipped_without_a_tag_copy() -> None:
    recording = without(a_healthy_recording("meta"), "meta-tag")
    assert skip_of(CHECK, recording) == Skipped("no tag copy arrived to compare with")


def test_is_skipped_without_a_server_copy() -> None:
    recording = without(a_healthy_recording("meta"), "meta-capi")
    assert skip_of(CHECK, recording) == Skipped("no server copy arrived to compare with")


def test_is_skipped_and_undecided_when_the_server_copy_may_exist() -> None:
    for source, reason in (
        (UNOBSERVABLE, "server calls are not observable here"),
        (PENDING, "a server call may still come: 2 s of the 6 s budget were waited"),
    ):
        recording = without(a_healthy_recording("meta", server_source=source), "meta-capi")
        assert skip_of(CHECK, recording) == Skipped(reason, undecided=True)
        tag_only = with_account(recording, "meta", channels=("tag",))
        assert skip_of(CHECK, tag_only) == Skipped("no server copy arrived to compare with")
