"""Do the calls have the shape the vendor documents?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from builders import (
    LABEL,
    LATER,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    findings_of,
    google_capi,
    google_tag,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    teads_capi,
    the_finding,
)

from harness.model.recording import Body, Exchange

CHECK = "schema"


def test_passes_when_every_call_has_the_documented_shape() -> None:
    for vendor in ("meta", "google-ads", "teads"):
        assert passes(CHECK, a_healthy_recording(), vendor)


@pytest.mark.parametrize(
    ("vendor", "call", "finding"),
    [
        (
            "meta",
            meta_capi({"custom_data/value": "129,90"}),
            Told(
                "error",
                "body/data/0/custom_data/value of the server call Purchase is 129,90; expected a number.",
                expected="a number",
                found="129,90",
                rule="meta.purchase-value",
                exchanges=("meta-capi",),
            ),
        ),
        (
            "meta",
            meta_capi({"custom_data/currency": None}),
            Told(
                "error",
                "body/data/0/custom_data/currency of the server call Purchase is nothing; "
                "expected an ISO 4217 code such as EUR.",
                expected="an ISO 4217 code such as EUR",
                found="nothing",
                rule="meta.purchase-value",
                exchanges=("meta-capi",),
            ),
        ),
        (
            "google-ads",
            google_tag({"value": "129,90"}),
            Told(
                "error",
                f"param/value of the browser tag {LABEL} is 129,90; expected a number with a decimal point.",
                expected="a number with a decimal point",
                found="129,90",
                rule="google-ads.request.conversion",
                exchanges=("google-tag",),
            ),
        ),
        (
            "teads",
            teads_capi({"buyer_pixel_id": "13614"}),
            Told(
                "error",
                "body/buyer_pixel_id of the server call Purchase is 13614; expected the pixel's number.",
                expected="the pixel's number",
                found="13614",
                rule="teads.pixel-id",
                exchanges=("teads-capi",),
            ),
        ),
    ],
    ids=["text for a number", "missing", "tag", "number as text"],
)  # fmt: skip
def test_fails_for_a_field_of_another_shape(vendor: str, call: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(call), vendor) == finding


def test_fails_once_for_each_field() -> None:
    call = google_capi({"transactionId": "", "eventTimestamp": "2026-11-21 12:00"})
    # The time is told by event-time, with its reason.
    assert [finding.rule for finding in findings_of(CHECK, a_recording(call), "google-ads")] == [
        "google-ads.transaction-id"
    ]


def test_fails_for_a_time_that_can_be_read_but_is_text() -> None:
    assert the_finding(CHECK, a_recording(teads_capi({"event_time": "1795286410"})), "teads") == Told(
        "error",
        "body/event_time of the server call Purchase is 1795286410; expected Unix time in seconds (10 digits).",
        expected="Unix time in seconds (10 digits)",
        found="1795286410",
        rule="teads.time-unit",
        exchanges=("teads-capi",),
    )


def test_fails_for_the_time_of_an_event_that_is_no_conversion() -> None:
    page_view = meta_tag({"ev": "PageView", "ts": "1795286410"}, name="page-view", at=LATER)
    assert the_finding(CHECK, a_recording(meta_tag(), page_view)).message == (
        "param/ts of the browser tag PageView is 1795286410; expected Unix milliseconds (13 digits)."
    )


def test_what_is_wrong_with_a_request_is_told_once_however_many_events_it_carries() -> None:
    call = meta_capi()
    sent = json.loads(call.request.body.text if call.request.body and call.request.body.text else "")
    text = json.dumps({"data": sent["data"] * 2, "partner_agent": 7})
    call = replace(call, request=replace(call.request, body=Body(text=text, size=len(text))))
    assert the_finding(CHECK, a_recording(call)) == Told(
        "warning",
        "body/partner_agent of the server call capi is 7; expected text.",
        expected="text",
        found="7",
        rule="meta.envelope",
        exchanges=("meta-capi",),
    )


def test_a_conversions_time_in_another_unit_is_left_to_event_time() -> None:
    assert passes(CHECK, a_recording(meta_tag(), meta_capi({"event_time": 1795286410000})))


def test_is_skipped_when_no_call_has_a_described_shape() -> None:
    assert skip_of(CHECK, a_recording()) == Skipped("no call with a described shape was seen")
    assert skip_of(CHECK, a_healthy_recording("tealium"), "tealium") == Skipped(
        "no call with a described shape was seen"
    )
