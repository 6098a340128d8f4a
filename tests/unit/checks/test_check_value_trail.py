"""Does every value arrive that set out?"""

from __future__ import annotations

from builders import (
    ORDER,
    UNOBSERVABLE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    findings_of,
    meta_capi,
    meta_tag,
    passes,
    persona,
    skip_of,
    tealium_collect,
    the_finding,
)

from harness.model.recording import StepRecord

CHECK = "value-trail"
FBCLID = persona().click_ids["fbclid"]
THANKS = StepRecord(
    index=ORDER.step,
    verb="click",
    summary="click Place order",
    started_at=ORDER.at,
    ended_at=ORDER.at + 1,
    data_layer=({"event": "page"}, {"event": "purchase", "ecommerce": {"id": ORDER.order_id, "value": 129.9}}),
)


def test_passes_when_every_value_gets_through() -> None:
    for vendor in ("meta", "google-ads", "teads"):
        assert passes(CHECK, a_healthy_recording(steps=(THANKS,)), vendor)


def test_passes_when_only_the_tag_lacks_a_value_that_the_server_has() -> None:
    recording = a_recording(meta_tag({"cd[value]": None}), meta_capi(), steps=(THANKS,))
    assert passes(CHECK, recording)


def test_fails_nobody_but_tells_where_a_value_got_lost() -> None:
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi({"user_data/fbc": None}))) == Told(
        "info",
        "The fbclid of order CS-7F3K9Q2 did not get from the tag to the server call (tag yes, server call absent).",
        expected=FBCLID,
        found="not in the server call",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_fails_nobody_but_tells_of_the_first_hop_without_the_value() -> None:
    recording = a_recording(
        meta_tag(),
        tealium_collect({"data/order_total": None}),
        meta_capi({"custom_data/value": 5}),
        steps=(THANKS,),
    )
    (finding,) = findings_of(CHECK, recording)
    assert finding.message == (
        "The value of order CS-7F3K9Q2 did not get from the data layer to the Collect call "
        "(data layer yes, tag yes, Collect call absent, server call absent)."
    )
    assert (finding.expected, finding.found) == ("129.90", "not in the Collect call")
    assert finding.exchanges == ("meta-tag", "tealium-collect", "meta-capi")


def test_a_server_call_that_cannot_be_seen_has_lost_nothing() -> None:
    assert passes(CHECK, a_recording(meta_tag(), server_source=UNOBSERVABLE))


def test_is_skipped_when_no_value_was_seen_twice() -> None:
    assert skip_of(CHECK, a_recording(meta_tag())) == Skipped("no value was seen at two hops")
