"""Do value, currency, order ID and items say what the order says?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    ORDER,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    evidence_of,
    findings_of,
    google_capi,
    google_enhancement,
    google_tag,
    hexed,
    meta_capi,
    meta_tag,
    passes,
    persona,
    skip_of,
    specs,
    teads_capi,
    tealium_collect,
    the_finding,
)

from harness.checks import order_parameters
from harness.model.recording import Exchange

CHECK = "order-parameters"


def test_passes_when_every_copy_says_what_the_order_says() -> None:
    for vendor in ("meta", "google-ads", "teads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_for_the_same_number_written_in_another_way() -> None:
    assert passes(CHECK, a_recording(meta_tag({"cd[value]": "129.9", "cd[currency]": "eur"})))


@pytest.mark.parametrize(
    ("vendor", "exchange", "finding"),
    [
        (
            "meta",
            meta_capi({"custom_data/value": 109.16}),
            Told(
                "error",
                "The value of the server call is 109.16 (net of 19 % tax); the order says 129.90.",
                expected="129.90",
                found="109.16",
                exchanges=("meta-capi",),
            ),
        ),
        (
            "teads",
            teads_capi({"conversion_params/price": 12990}),
            Told(
                "error",
                "The value of the server call is 12990 (in cents); the order says 129.90.",
                expected="129.90",
                found="12990",
                exchanges=("teads-capi",),
            ),
        ),
        (
            "tealium",
            tealium_collect({"data/order_currency": "USD"}),
            Told(
                "error",
                "The currency of the Collect call is USD (another currency); the order says EUR.",
                expected="EUR",
                found="USD",
                exchanges=("tealium-collect",),
            ),
        ),
        (
            "google-ads",
            google_capi({"transactionId": "#CS-7F3K9Q2"}),
            Told(
                "error",
                "The order ID of the server call is #CS-7F3K9Q2 (the order ID with something put around it); "
                "the order says CS-7F3K9Q2.",
                expected="CS-7F3K9Q2",
                found="#CS-7F3K9Q2",
                exchanges=("google-capi",),
            ),
        ),
        (
            "google-ads",
            google_tag({"item": "(62.50*1*CS-TEA-01**)"}),
            Told(
                "error",
                "The items of the browser tag are 1 × CS-TEA-01 at 62.5; the order says 2 × CS-TEA-01 at 62.50.",
                expected="2 × CS-TEA-01 at 62.50",
                found="1 × CS-TEA-01 at 62.5",
                exchanges=("google-tag",),
            ),
        ),
        (
            "tealium",
            tealium_collect({"data/order_total": "129,90"}),
            Told(
                "error",
                "The value of the Collect call is 129,90 (unreadable); the order says 129.90.",
                expected="129.90",
                found="129,90",
                exchanges=("tealium-collect",),
            ),
        ),
    ],
    ids=["net", "cents", "currency", "order ID", "items", "comma"],
)  # fmt: skip
def test_fails_for_what_differs_from_the_order(vendor: str, exchange: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(exchange), vendor) == finding


def test_fails_for_what_is_not_there() -> None:
    assert the_finding(CHECK, a_recording(meta_tag({"cd[currency]": None}))) == Told(
        "error",
        "The browser tag for order CS-7F3K9Q2 carries no currency.",
        expected="currency",
        found="nothing",
        rule="meta.parameter.currency",
        exchanges=("meta-tag",),
    )
    assert the_finding(CHECK, a_recording(google_tag({"value": None})), "google-ads") == Told(
        "warning",
        "The browser tag for order CS-7F3K9Q2 carries no value.",
        expected="value",
        found="nothing",
        rule="google-ads.parameter.value",
        exchanges=("google-tag",),
    )


def test_fails_for_a_parameter_that_every_event_must_carry() -> None:
    meta = specs()["meta"]
    (value, currency) = meta.parameters
    for_every_event = replace(meta, parameters=(replace(value, required_for={"capi": ("*",)}), currency))
    recording = a_recording(meta_capi({"custom_data/value": None}))
    assert passes(CHECK, recording), "the schema asks for it"
    findings = findings_of(CHECK, recording, known={**specs(), "meta": for_every_event})
    assert [finding.rule for finding in findings] == ["meta.parameter.value"]


def test_what_only_the_copies_disagree_about_is_left_to_parameter_agreement() -> None:
    assert passes(CHECK, a_recording(meta_tag(), meta_capi({"event_source_url": "https://cornershop.test/checkout"})))


def test_a_value_of_another_shape_is_left_to_the_schema() -> None:
    assert passes(CHECK, a_recording(meta_capi({"custom_data/value": "129,90"})))


def test_is_skipped_when_no_copy_arrived() -> None:
    assert skip_of(CHECK, a_recording(conversions=(ORDER,))) == Skipped("no copy of a conversion arrived")


def test_a_request_that_has_no_place_for_a_parameter_owes_none() -> None:
    """An enhancement names the order and adds an email to it; the amount was the tag's to tell."""
    enhanced = a_recording(google_tag(), google_enhancement(hexed(persona().email.lower())), vendors=("google-ads",))
    evidence = evidence_of(enhanced, "google-ads")
    (copies,) = evidence.vendor.copies
    assert copies.enhancements
    as_call = replace(evidence.vendor, copies=(replace(copies, capi=copies.enhancements),))
    assert not [*order_parameters.look(replace(evidence, vendor=as_call))]
