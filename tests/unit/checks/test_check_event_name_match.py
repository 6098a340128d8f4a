"""Do both copies call the conversion by the vendor's name of it?"""

from __future__ import annotations

from builders import (
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    teads_tag,
    the_finding,
    with_account,
)

CHECK = "event-name-match"


def test_passes_when_both_copies_use_the_vendors_name() -> None:
    assert passes(CHECK, a_healthy_recording("meta"))
    assert passes(CHECK, a_healthy_recording("teads"), "teads")


def test_passes_for_a_name_that_the_site_chose() -> None:
    recording = a_recording(meta_tag({"ev": "TicketBought"}))
    assert passes(CHECK, with_account(recording, "meta", names={"purchase": {"tag": "TicketBought"}}))


def test_fails_when_the_name_is_in_another_case() -> None:
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi({"event_name": "purchase"}))) == Told(
        "error",
        "The server call for order CS-7F3K9Q2 is named purchase; the vendor's name is Purchase.",
        expected="Purchase",
        found="purchase",
        rule="meta.event-names",
        exchanges=("meta-capi",),
    )


def test_fails_for_a_tag_of_another_name() -> None:
    finding = the_finding(CHECK, a_recording(teads_tag({"conversion_type": "PURCHASE"})), "teads")
    assert finding.message == "The browser tag for order CS-7F3K9Q2 is named PURCHASE; the vendor's name is Purchase."


def test_is_skipped_when_the_site_chose_the_names() -> None:
    assert skip_of(CHECK, a_healthy_recording("google-ads"), "google-ads") == Skipped(
        "the site chose the names; a call under another name would be missing"
    )


def test_is_skipped_when_no_copy_arrived() -> None:
    assert skip_of(CHECK, a_recording(blocked(meta_tag()))) == Skipped("no copy of a conversion arrived")
