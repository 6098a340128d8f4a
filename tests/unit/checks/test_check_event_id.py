"""Does every copy of a conversion carry a usable event ID?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    google_capi,
    google_tag,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    specs,
    the_finding,
)

from harness.model.recording import Exchange
from harness.model.spec import ForEvents

CHECK = "event-id"


def test_passes_when_both_copies_carry_an_id() -> None:
    assert passes(CHECK, a_healthy_recording("meta"))
    assert passes(CHECK, a_healthy_recording("google-ads"), "google-ads")


@pytest.mark.parametrize(
    ("vendor", "exchange", "finding"),
    [
        (
            "meta",
            meta_tag({"eid": None}),
            Told(
                "error",
                "The browser tag for order CS-7F3K9Q2 carries no event ID.",
                expected="an ID shared by both copies",
                found="nothing",
                rule="meta.event-id",
                exchanges=("meta-tag",),
            ),
        ),
        (
            "meta",
            meta_tag({"eid": None, "cd[eventID]": "purchase.1"}),
            Told(
                "error",
                "The browser tag for order CS-7F3K9Q2 carries no event ID. "
                "It stands in param/cd[eventID], where it has no effect.",
                expected="an ID shared by both copies",
                found="nothing",
                rule="meta.event-id",
                exchanges=("meta-tag",),
            ),
        ),
        (
            "meta",
            meta_tag({"eid": "ob3_plugin-set_0123456789abcdef"}),
            Told(
                "error",
                "The browser tag for order CS-7F3K9Q2 carries an ID that the tag made up, as the site gave none.",
                expected="an ID shared by both copies",
                found="ob3_plugin-set_0123456789abcdef",
                rule="meta.event-id",
                exchanges=("meta-tag",),
            ),
        ),
        (
            "google-ads",
            google_capi({"transactionId": "CS/7F3K9Q2"}),
            Told(
                "error",
                "The order ID of the server call for order CS-7F3K9Q2 is not well formed: CS/7F3K9Q2",
                expected="text that matches [A-Za-z0-9 _-]{1,64}",
                found="CS/7F3K9Q2",
                rule="google-ads.event-id",
                exchanges=("google-capi",),
            ),
        ),
        (
            "google-ads",
            google_tag({"oid": ""}),
            Told(
                "error",
                "The browser tag for order CS-7F3K9Q2 carries no order ID.",
                expected="an ID shared by both copies",
                found="nothing",
                rule="google-ads.event-id",
                exchanges=("google-tag",),
            ),
        ),
        (
            "meta",
            meta_capi({"event_id": 7130392}),
            Told(
                "warning",
                "The event ID of the server call for order CS-7F3K9Q2 is a number; the other side sends text.",
                expected='"7130392"',
                found="7130392",
                rule="meta.event-id",
                exchanges=("meta-capi",),
            ),
        ),
    ],
    ids=["missing", "misplaced", "made up by the tag", "malformed", "empty", "number"],
)  # fmt: skip
def test_fails_for_an_id_that_cannot_be_used(vendor: str, exchange: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(exchange), vendor) == finding


def test_is_skipped_when_no_copy_arrived() -> None:
    assert skip_of(CHECK, a_recording(blocked(meta_tag()))) == Skipped("no copy of a conversion arrived")


def test_is_skipped_when_the_vendor_has_no_event_id() -> None:
    assert skip_of(CHECK, a_healthy_recording("teads"), "teads") == Skipped("this vendor has no event ID")


def test_is_skipped_when_events_of_this_name_have_no_event_id() -> None:
    spec = specs()["meta"]
    assert spec.event_id is not None
    for_leads = replace(spec, event_id=replace(spec.event_id, events=ForEvents(only=("generate_lead",))))
    recording = a_recording(meta_tag({"eid": None}), vendors=("meta",))
    assert skip_of(CHECK, recording, known={"meta": for_leads}) == Skipped("this vendor has no event ID for purchase")
