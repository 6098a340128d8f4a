"""Does the server report each conversion exactly once?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    EXHAUSTED,
    LABEL,
    LATER,
    ORDER,
    PENDING,
    SECOND_ORDER,
    UNOBSERVABLE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    google_capi,
    google_enhancement,
    google_tag,
    hexed,
    marked,
    meta_capi,
    meta_tag,
    outcomes_of,
    passes,
    persona,
    skip_of,
    the_finding,
    with_account,
    without,
)

from harness.model.recording import Fate, ServerSource
from harness.model.result import CheckOutcome

CHECK = "server-call-once"


def test_passes_when_a_call_was_checked_before_it_was_sent() -> None:
    checked = marked(google_capi(name="checked", at=ORDER.at), validateOnly=True)
    assert passes(CHECK, a_recording(google_tag(), checked, google_capi()), "google-ads")
    assert passes(CHECK, a_recording(google_tag(), checked), "google-ads")


def test_passes_when_the_server_called_once_for_each_order() -> None:
    assert passes(CHECK, a_healthy_recording("meta"))
    assert passes(CHECK, a_healthy_recording("meta", server_source=UNOBSERVABLE)), "what was seen was seen"


def test_fails_when_no_call_came_in_time() -> None:
    silent = without(a_healthy_recording("meta", server_source=EXHAUSTED), "meta-capi")
    assert the_finding(CHECK, silent) == Told(
        "error", "No server call reported order CS-7F3K9Q2 within 6 s.", expected="1 call", found="none"
    )


def test_fails_when_the_server_called_again() -> None:
    repeated = a_recording(google_tag(), google_capi(), google_capi(name="again", at=LATER))
    assert the_finding(CHECK, repeated, "google-ads") == Told(
        "error",
        "The server reported order CS-7F3K9Q2 2 times.",
        expected="1 call",
        found="2 calls",
        exchanges=("google-capi", "again"),
    )


def test_passes_when_a_call_was_sent_again_because_it_was_not_taken() -> None:
    refused = meta_capi(token="expired-EAAB", name="refused")
    assert passes(CHECK, a_recording(meta_tag(), refused, meta_capi(at=LATER)))
    assert passes("counted-conversions", a_recording(meta_tag(), refused, meta_capi(at=LATER)))


def test_passes_where_the_server_enriches_what_the_tag_reports() -> None:
    enhancement = google_enhancement(hexed(persona().email.lower()))
    assert passes(CHECK, a_recording(google_tag(), enhancement, vendors=("google-ads",)), "google-ads")
    nameless = a_recording(google_tag(), enhancement, vendors=("google-ads",))
    assert passes(CHECK, with_account(nameless, "google-ads", names={"purchase": {"tag": LABEL}}), "google-ads")


def test_fails_where_there_is_nothing_to_enrich_or_the_enrichment_is_lost() -> None:
    enhancement = google_enhancement(hexed(persona().email.lower()))
    for sent in ((enhancement,), (google_tag(), replace(enhancement, fate=Fate.FAILED))):
        finding = the_finding(CHECK, a_recording(*sent, vendors=("google-ads",)), "google-ads")
        assert finding.message.startswith("No server call reported order CS-7F3K9Q2")


def test_is_undecided_where_nobody_says_what_the_site_calls_it_in_this_channel() -> None:
    recording = with_account(a_healthy_recording("google-ads"), "google-ads", names={"purchase": {"tag": LABEL}})
    reason = "the site chose the names of its events, and nobody says what this one is called in its server calls"
    for check in (CHECK, "counted-conversions"):
        assert skip_of(check, recording, "google-ads") == Skipped(reason, undecided=True)


def test_of_conversions_without_a_name_of_the_sites_choosing_the_vendor_need_not_hear() -> None:
    lead = replace(ORDER, event="generate_lead", order_id="LEAD-1")
    recording = replace(a_healthy_recording("google-ads"), conversions=(ORDER, lead))
    for check in (CHECK, "tag-once", "counted-conversions"):
        assert passes(check, recording, "google-ads"), check


def test_is_skipped_when_the_scenario_wants_no_server_calls() -> None:
    tag_only = with_account(without(a_healthy_recording("meta"), "meta-capi"), "meta", channels=("tag",))
    assert skip_of(CHECK, tag_only) == Skipped("the scenario does not expect server calls to this vendor")


def test_is_skipped_and_undecided_when_server_calls_cannot_be_seen() -> None:
    unseen = Skipped("server calls are not observable here", undecided=True)
    for source in (UNOBSERVABLE, None):
        assert skip_of(CHECK, a_recording(meta_tag(), server_source=source)) == unseen


def test_is_skipped_and_undecided_while_a_call_may_still_come() -> None:
    assert skip_of(CHECK, a_recording(meta_tag(), server_source=PENDING)) == Skipped(
        "a server call may still come: 2 s of the 6 s budget were waited", undecided=True
    )


def test_a_repeated_call_is_found_although_that_of_another_order_may_still_come() -> None:
    recording = a_recording(
        meta_capi(order=SECOND_ORDER),
        meta_capi(order=SECOND_ORDER, name="again", at=LATER),
        conversions=(ORDER, SECOND_ORDER),
        server_source=PENDING,
    )
    outcome = outcomes_of(recording, "meta")[CHECK]
    assert outcome.outcome is CheckOutcome.FAILED
    assert [finding.message for finding in outcome.findings] == ["The server reported order CS-8G4L0R3 2 times."]
    assert outcome.undecided


def test_skipped_while_a_batching_vendor_may_still_send() -> None:
    source = ServerSource(kind="egress-proxy", budget=6, waited=6, settled=False)
    recording = with_account(a_recording(meta_tag(), server_source=source), "meta", lateness=600.0)
    assert skip_of(CHECK, recording) == Skipped(
        "a server call may still come: 6 s of the 600 s budget were waited", undecided=True
    )
