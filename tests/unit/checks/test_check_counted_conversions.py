"""Would the platform count as many conversions as there are orders?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    BLOCKING,
    LATER,
    ORDER,
    PENDING,
    SECOND_ORDER,
    UNOBSERVABLE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    event_id_of,
    google_capi,
    google_tag,
    marked,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    teads_capi,
    teads_tag,
    the_finding,
    with_account,
    with_blocked,
    without,
)

from harness.model.persona import PersonaSeed

CHECK = "counted-conversions"
OWN = event_id_of(ORDER)


def test_passes_when_the_copies_of_an_order_are_one() -> None:
    for vendor in ("meta", "google-ads", "teads"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_when_either_copy_is_alone() -> None:
    assert passes(CHECK, with_blocked(a_healthy_recording("meta"), "meta-tag"))
    assert passes(CHECK, without(a_healthy_recording("meta"), "meta-capi"))


def test_a_copy_for_another_account_is_not_counted_for_this_one() -> None:
    elsewhere = meta_capi(pixel="702400000000999")
    assert passes(CHECK, a_recording(meta_tag(), elsewhere))
    assert the_finding(CHECK, a_recording(blocked(meta_tag()), elsewhere, profile=BLOCKING)) == Told(
        "error",
        "1 order, and the platform would count none, as another account gets the server's copy.",
        expected="1",
        found="0",
        exchanges=("meta-capi",),
    )


def test_a_copy_that_names_no_account_is_counted_for_none() -> None:
    finding = the_finding(CHECK, a_recording(google_capi(account="")), "google-ads")
    assert finding.message == "1 order, and the platform would count none, as the server's copy names no account."


def test_where_the_scenario_names_no_account_any_is_counted() -> None:
    recording = a_recording(blocked(meta_tag()), meta_capi(pixel="702400000000999"), profile=BLOCKING)
    assert passes(CHECK, with_account(recording, "meta", accounts={}))


def test_passes_when_two_orders_are_two() -> None:
    recording = a_recording(
        meta_tag(),
        meta_capi(),
        meta_tag(order=SECOND_ORDER, name="second-tag", at=SECOND_ORDER.at),
        meta_capi(order=SECOND_ORDER, name="second-capi", at=SECOND_ORDER.at + 1),
        conversions=(ORDER, SECOND_ORDER),
    )
    assert passes(CHECK, recording)


def test_a_tags_twin_on_another_host_is_no_second_conversion() -> None:
    twin = google_tag(name="twin", host="https://www.google.com/ccm/conversion")
    assert passes(CHECK, a_recording(google_tag(), twin, google_capi()), "google-ads")


def test_fails_when_the_copies_have_different_ids() -> None:
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi({"event_id": "4711"}))) == Told(
        "error",
        f"1 order, but the platform would count 2: the tag's copy {OWN}, the server's copy 4711.",
        expected="1",
        found="2",
        rule="meta.dedup.event-id",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_fails_when_two_orders_share_an_id() -> None:
    same = {"event_id": "purchase"}
    recording = a_recording(
        meta_capi(same),
        meta_tag({"eid": "purchase"}, order=SECOND_ORDER, at=LATER),
        conversions=(ORDER, SECOND_ORDER),
    )
    assert the_finding(CHECK, recording) == Told(
        "error",
        "2 orders, but the platform would count 1: the tag's copy purchase.",
        expected="2",
        found="1",
        rule="meta.dedup.event-id",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_fails_when_nothing_reaches_the_platform() -> None:
    lost = with_blocked(a_healthy_recording("teads"), "teads-tag")
    assert the_finding(CHECK, without(lost, "teads-capi"), "teads") == Told(
        "error",
        "1 order, and the platform would count none.",
        expected="1",
        found="0",
        rule="teads.dedup.click-id",
    )


def test_fails_when_the_copies_are_too_far_apart() -> None:
    slow_clock = teads_capi({"event_time": int(ORDER.at) - 400})
    finding = the_finding(CHECK, a_recording(teads_tag(), slow_clock), "teads")
    assert finding.message == "1 order, but the platform would count 2: the tag's copy, the server's copy."


def test_warns_where_the_vendor_does_not_say_what_a_repeat_does() -> None:
    recording = a_recording(meta_tag(), meta_tag(name="again", at=LATER), meta_capi())
    finding = the_finding(CHECK, recording)
    assert finding.severity == "warning"
    assert finding.message == (
        "1 order would be counted as 1 or 2: the vendor does not say what repeated or barely late copies do."
    )
    assert (finding.expected, finding.found, finding.rule) == ("1", "1 or 2", "meta.dedup.event-id")


def test_a_refused_call_is_not_counted() -> None:
    recording = a_recording(blocked(meta_tag()), meta_capi(token="expired-EAAB"))
    assert the_finding(CHECK, recording).message == "1 order, and the platform would count none."


def test_fails_when_the_only_copy_is_one_that_the_platform_never_counts() -> None:
    only_copy = a_recording(blocked(google_tag()), marked(google_capi(), validateOnly=True))
    assert the_finding(CHECK, only_copy, "google-ads") == Told(
        "error",
        "1 order, and the platform would count none, as it does not count the server's copy with validate_only: true.",
        expected="1",
        found="0",
        rule="google-ads.filter.validate-only",
        exchanges=("google-capi",),
    )
    assert passes(CHECK, a_recording(google_tag(), marked(google_capi(), validateOnly=True)), "google-ads")


def test_the_copy_that_lacks_what_the_vendor_insists_on_is_the_reason() -> None:
    without_click = a_recording(blocked(teads_tag()), teads_capi({"auctid": None}))
    finding = the_finding(CHECK, without_click, "teads")
    assert (finding.severity, finding.rule) == ("error", "teads.filter.click-id")
    assert finding.message == "1 order, and the platform would count none, as it does not count the server's copy."


def test_warns_when_the_only_copy_is_perhaps_not_counted() -> None:
    call = teads_capi()
    to_tests = replace(call, request=replace(call.request, url="https://ca.teads.tv/v1/test/event"))
    assert the_finding(CHECK, a_recording(blocked(teads_tag()), to_tests), "teads") == Told(
        "warning",
        "1 order would be counted as 0 or 1: "
        "the vendor does not say that it counts the server's copy with test_code: test/.",
        expected="1",
        found="0 or 1",
        rule="teads.filter.test-address",
        exchanges=("teads-capi",),
    )


def test_a_mark_that_changes_no_count_is_left_to_another_check() -> None:
    assert passes(CHECK, a_recording(meta_tag(), marked(meta_capi(), test_event_code="TEST12345")))


def test_is_skipped_and_undecided_when_a_server_call_may_add_to_the_count() -> None:
    tag_only = without(a_healthy_recording("meta", server_source=UNOBSERVABLE), "meta-capi")
    unseen = Skipped("server calls are not observable here", undecided=True)
    assert skip_of(CHECK, tag_only) == unseen
    assert skip_of(CHECK, with_blocked(tag_only, "meta-tag")) == unseen
    assert passes(CHECK, with_account(tag_only, "meta", channels=("tag",)))


def test_is_skipped_and_undecided_while_the_call_of_one_order_may_still_come() -> None:
    recording = a_recording(meta_capi(), conversions=(ORDER, SECOND_ORDER), server_source=PENDING)
    assert skip_of(CHECK, recording) == Skipped(
        "a server call may still come: 2 s of the 6 s budget were waited", undecided=True
    )


def test_fails_for_too_many_tag_copies_whatever_the_server_may_add() -> None:
    tags = a_recording(meta_tag(), meta_tag({"eid": "another"}, name="again", at=LATER), server_source=UNOBSERVABLE)
    assert the_finding(CHECK, tags).severity == "error"


def test_is_skipped_and_undecided_without_any_order() -> None:
    assert skip_of(CHECK, a_healthy_recording("meta", conversions=())) == Skipped(
        "the journey confirmed no conversion", undecided=True
    )


def test_fails_when_an_order_is_reported_that_was_never_made() -> None:
    recording = a_recording(meta_tag(), meta_capi(), conversions=(), no_conversions=("purchase",))
    assert the_finding(CHECK, recording) == Told(
        "error",
        f"No order, but the platform would count 1: the tag's copy {OWN}.",
        expected="0",
        found="1",
        rule="meta.dedup.event-id",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_passes_when_no_order_was_made_and_none_reported() -> None:
    assert passes(CHECK, a_recording(conversions=(), no_conversions=("purchase",)), "meta")


def test_is_undecided_when_nobody_said_whether_an_order_was_made() -> None:
    assert skip_of(CHECK, a_recording(conversions=())) == Skipped("the journey confirmed no conversion", undecided=True)


def test_is_skipped_and_undecided_when_nobody_said_which_orders_there_were() -> None:
    heard = a_healthy_recording("meta", conversions=(), steps=(), persona=PersonaSeed(token=""))
    assert skip_of(CHECK, heard) == Skipped(
        "nobody says that there was an order, and no call tells of one", undecided=True
    )
