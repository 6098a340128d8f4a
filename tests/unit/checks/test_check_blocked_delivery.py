"""When the browser's tag is blocked, does the server's copy alone still carry the conversion?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    BLOCKING,
    ORDER,
    PENDING,
    SECOND_ORDER,
    UNOBSERVABLE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    findings_of,
    google_capi,
    google_tag,
    marked,
    meta_capi,
    meta_tag,
    outcomes_of,
    passes,
    skip_of,
    teads_capi,
    teads_tag,
    the_finding,
    with_account,
    with_blocked,
    without,
)

CHECK = "blocked-delivery"


def test_passes_when_the_server_call_identifies_the_visitor() -> None:
    assert passes(CHECK, with_blocked(a_healthy_recording("meta"), "meta-tag"))
    assert passes(CHECK, with_blocked(a_healthy_recording("meta", server_source=PENDING), "meta-tag"))


def test_passes_when_an_identifier_alone_identifies_the_visitor() -> None:
    assert passes(CHECK, a_recording(blocked(meta_tag()), meta_capi({"user_data/fbc": None}), profile=BLOCKING))


def test_passes_when_the_click_id_alone_identifies_the_visit() -> None:
    assert passes(CHECK, with_blocked(a_healthy_recording("teads"), "teads-tag"), "teads")


def test_fails_when_no_server_call_carries_the_order() -> None:
    lost = without(with_blocked(a_healthy_recording("meta"), "meta-tag"), "meta-capi")
    assert the_finding(CHECK, lost) == Told(
        "error",
        "With the tag blocked, order CS-7F3K9Q2 is lost: no server call carries it.",
        expected="a server call the vendor accepts",
        found="none",
    )


def test_fails_when_the_only_call_is_one_that_is_never_counted() -> None:
    recording = a_recording(blocked(google_tag()), marked(google_capi(), validateOnly=True), profile=BLOCKING)
    finding = the_finding(CHECK, recording, "google-ads")
    assert (finding.severity, finding.found) == ("error", "a call that is not counted")
    assert finding.rule == "google-ads.filter.validate-only"


def test_fails_when_the_only_call_goes_to_another_account() -> None:
    recording = a_recording(blocked(meta_tag()), meta_capi(pixel="702400000000999"), profile=BLOCKING)
    finding = the_finding(CHECK, recording)
    assert (finding.severity, finding.found) == ("error", "a call to another account")


def test_fails_when_the_vendor_refused_the_only_call() -> None:
    recording = a_recording(blocked(meta_tag()), meta_capi(token="expired-EAAB"), profile=BLOCKING)
    assert the_finding(CHECK, recording) == Told(
        "error",
        "With the tag blocked, order CS-7F3K9Q2 is lost: no server call carries it.",
        expected="a server call the vendor accepts",
        found="a refused call",
        exchanges=("meta-capi",),
    )


def test_fails_when_the_server_call_identifies_nobody() -> None:
    recording = a_recording(blocked(teads_tag()), teads_capi({"auctid": None}), profile=BLOCKING)
    assert the_finding(CHECK, recording, "teads") == Told(
        "error",
        "With the tag blocked, the server call for order CS-7F3K9Q2 does not identify the visitor.",
        expected="a strong identifier or the click ID",
        found="neither",
        exchanges=("teads-capi",),
    )


def test_is_skipped_when_the_profile_blocks_nothing() -> None:
    assert skip_of(CHECK, a_healthy_recording("meta")) == Skipped("this profile blocks nothing")


def test_is_skipped_when_the_tag_was_let_through() -> None:
    recording = a_healthy_recording("meta", profile=BLOCKING)
    assert skip_of(CHECK, recording) == Skipped("the profile did not block this vendor's tag")
    page_view = blocked(meta_tag({"ev": "PageView"}, name="page-view"))
    only_another_event = a_recording(page_view, meta_tag(), profile=BLOCKING)
    assert skip_of(CHECK, only_another_event) == Skipped("the profile did not block this vendor's tag")


def test_is_skipped_when_the_scenario_wants_no_server_calls() -> None:
    tag_only = with_account(with_blocked(a_healthy_recording("meta"), "meta-tag"), "meta", channels=("tag",))
    assert skip_of(CHECK, tag_only) == Skipped("the scenario does not expect server calls to this vendor")


def test_is_skipped_and_undecided_when_a_server_call_may_exist() -> None:
    silent = without(with_blocked(a_healthy_recording("meta"), "meta-tag"), "meta-capi")
    for source, reason in (
        (UNOBSERVABLE, "server calls are not observable here"),
        (PENDING, "a server call may still come: 2 s of the 6 s budget were waited"),
    ):
        assert skip_of(CHECK, replace(silent, server_source=source)) == Skipped(reason, undecided=True)


def test_a_lost_order_is_found_although_the_call_of_another_may_still_come() -> None:
    recording = a_recording(
        blocked(meta_tag(order=SECOND_ORDER)),
        meta_capi(order=SECOND_ORDER, token="expired-EAAB"),
        conversions=(ORDER, SECOND_ORDER),
        profile=BLOCKING,
        server_source=PENDING,
    )
    assert outcomes_of(recording, "meta")[CHECK].undecided
    assert [finding.exchanges for finding in findings_of(CHECK, recording)] == [("meta-capi",)]
