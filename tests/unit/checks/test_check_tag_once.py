"""Does the browser tag report each conversion exactly once?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    ACTION,
    LATER,
    ORDER,
    SECOND_ORDER,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    decoded,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    specs,
    the_finding,
    with_account,
    with_blocked,
    without,
)

from harness.model.spec import VendorSpec

CHECK = "tag-once"


def test_passes_when_the_tag_fired_once_for_each_order() -> None:
    twice = a_recording(meta_tag(), meta_tag(order=SECOND_ORDER, name="second"), conversions=(ORDER, SECOND_ORDER))
    assert passes(CHECK, twice)
    assert passes(CHECK, a_healthy_recording("google-ads"), "google-ads")


def test_fails_when_the_tag_did_not_fire_though_nothing_blocked_it() -> None:
    assert the_finding(CHECK, without(a_healthy_recording("meta"), "meta-tag")) == Told(
        "error", "The tag did not report order CS-7F3K9Q2.", expected="1 call", found="none"
    )


def test_fails_when_the_tag_fired_again() -> None:
    again = meta_tag({"eid": "another"}, name="again", at=LATER)
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi(), again)) == Told(
        "error",
        "The tag reported order CS-7F3K9Q2 2 times.",
        expected="1 call",
        found="2 calls",
        exchanges=("meta-tag", "again"),
    )


def test_fails_for_the_order_whose_tag_is_missing_when_that_of_another_was_blocked() -> None:
    silent = a_recording(meta_tag(), conversions=(ORDER, SECOND_ORDER))
    assert the_finding(CHECK, silent).message == "The tag did not report order CS-8G4L0R3."


def test_is_undecided_where_nobody_says_what_the_site_calls_it_in_its_tag() -> None:
    recording = with_account(a_healthy_recording("google-ads"), "google-ads", names={"purchase": {"capi": ACTION}})
    reason = "the site chose the names of its events, and nobody says what this one is called in its tag"
    assert skip_of(CHECK, recording, "google-ads") == Skipped(reason, undecided=True)


def test_is_skipped_when_the_tag_was_blocked() -> None:
    protected = with_blocked(a_healthy_recording("meta"), "meta-tag")
    assert skip_of(CHECK, protected) == Skipped("the profile blocked the tag, so its absence is no fault")


def test_is_skipped_when_the_tags_script_was_blocked() -> None:
    protected = a_recording(blocked(meta_tag({"ev": "PageView"}, name="page-view")), meta_capi())
    assert skip_of(CHECK, protected) == Skipped("the profile blocked the tag, so its absence is no fault")


def test_what_another_device_blocked_is_no_excuse() -> None:
    page_view = blocked(meta_tag({"ev": "PageView"}, name="page-view"))
    elsewhere = a_recording(page_view, meta_capi(), conversions=(replace(ORDER, leg=1),))
    assert the_finding(CHECK, elsewhere).message == "The tag did not report order CS-7F3K9Q2."


def test_is_skipped_when_the_scenario_wants_no_tag() -> None:
    server_only = with_account(a_healthy_recording("meta"), "meta", channels=("capi",))
    assert skip_of(CHECK, server_only) == Skipped("the scenario does not expect a tag of this vendor")


def test_is_skipped_and_undecided_without_any_order() -> None:
    nothing_bought = a_healthy_recording("meta", conversions=())
    assert skip_of(CHECK, nothing_bought) == Skipped("the journey confirmed no conversion", undecided=True)


def test_a_tag_that_a_collectors_server_may_call_in_is_no_gap_while_servers_cannot_be_seen() -> None:
    """Of two orders one is reported twice: that is proven, whatever became of the other."""
    orders = (SECOND_ORDER, ORDER)
    again = meta_tag({"eid": "another"}, name="again", at=LATER)
    run = a_recording(meta_tag(), again, conversions=orders, server_source=None)
    handed = replace(decoded(run), handed_over=frozenset({"meta"}))
    assert the_finding(CHECK, run, decoded=handed).message == "The tag reported order CS-7F3K9Q2 2 times."
    only_handed = a_recording(vendors=("meta",), conversions=(ORDER,), server_source=None)
    assert skip_of(CHECK, only_handed, decoded=replace(decoded(only_handed), handed_over=frozenset({"meta"}))) == (
        Skipped("server calls are not observable here", undecided=True)
    )


def usual(vendor: str) -> dict[str, VendorSpec]:
    """The specs, with one whose names are but the usual ones."""
    spec = specs()[vendor]
    return {**specs(), vendor: replace(spec, event_names=replace(spec.event_names, open=True))}


def test_is_undecided_where_a_call_under_the_sites_own_name_may_be_the_one() -> None:
    recording = a_recording(meta_tag({"ev": "Bestellung"}), meta_capi({"event_name": "Bestellung"}))
    assert skip_of(CHECK, recording, known=usual("meta")) == Skipped(
        "the site may have chosen the names of its events, and nobody says whether Bestellung in its tag is "
        "order CS-7F3K9Q2",
        undecided=True,
    )


def test_fails_where_no_call_under_the_sites_own_name_tells_of_a_result() -> None:
    scroll = meta_tag({"ev": "Scroll", "cd[order_id]": None, "cd[value]": None, "eid": None})
    finding = the_finding(CHECK, a_recording(scroll, meta_capi()), known=usual("meta"))
    assert finding.message == "The tag did not report order CS-7F3K9Q2."


def test_fails_where_the_server_says_it_in_the_usual_words() -> None:
    recording = a_recording(meta_tag({"ev": "Bestellung"}), meta_capi())
    assert the_finding(CHECK, recording, known=usual("meta")).message == "The tag did not report order CS-7F3K9Q2."
