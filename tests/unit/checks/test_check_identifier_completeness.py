"""Did each channel carry every identifier that the visitor gave and the vendor takes?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    LATER,
    ORDER,
    SECOND_ORDER,
    STORE_SALE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    google_tag,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    teads_tag,
    tealium_collect,
    the_finding,
)

from harness.model.persona import PersonaSeed
from harness.model.recording import Exchange

CHECK = "identifier-completeness"


def test_passes_when_nothing_was_left_out() -> None:
    for vendor in ("meta", "google-ads", "teads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_when_one_of_two_copies_of_a_channel_carries_it() -> None:
    poor = meta_tag({"ud[ph]": None}, name="again", at=LATER)
    assert passes(CHECK, a_recording(meta_tag(), poor))


def test_an_optional_identifier_is_no_gap() -> None:
    assert passes(CHECK, a_recording(tealium_collect({"data/customer_phone": None})), "tealium")


@pytest.mark.parametrize(
    ("vendor", "exchange", "finding"),
    [
        (
            "meta",
            meta_capi({"user_data/ph": None}),
            Told(
                "error",
                "The server call carries no phone (required, tier strongest).",
                expected="Phone",
                found="nothing",
                rule="meta.identifier.phone",
                exchanges=("meta-capi",),
            ),
        ),
        (
            "meta",
            meta_tag({"ud[ct]": None}),
            Told(
                "warning",
                "The browser tag carries no city (recommended, tier medium).",
                expected="City",
                found="nothing",
                rule="meta.identifier.city",
                exchanges=("meta-tag",),
            ),
        ),
        (
            "google-ads",
            google_tag({"em": "tv.1~pn.x~fn0.x~ln0.x~pc0.1~co0.DE"}),
            Told(
                "error",
                "The browser tag carries no email (required, tier strongest).",
                expected="Email",
                found="nothing",
                rule="google-ads.identifier.email",
                exchanges=("google-tag",),
            ),
        ),
        (
            "teads",
            teads_tag({"user_session_id": None}),
            Told(
                "warning",
                "The browser tag carries no session ID (recommended, tier lower).",
                expected="Session ID",
                found="nothing",
                rule="teads.identifier.session_id",
                exchanges=("teads-tag",),
            ),
        ),
        (
            "tealium",
            tealium_collect({"data/customer_email": None}),
            Told(
                "warning",
                "The Collect call carries no email (recommended, tier strongest).",
                expected="Email",
                found="nothing",
                rule="tealium.identifier.email",
                exchanges=("tealium-collect",),
            ),
        ),
    ],
    ids=["required", "recommended", "in a token", "no personal data", "collect"],
)
def test_fails_for_what_was_left_out(vendor: str, exchange: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(exchange), vendor) == finding


def test_what_one_order_has_makes_up_for_no_other() -> None:
    poor = meta_capi({"user_data/ph": None}, order=SECOND_ORDER, name="second-capi", at=SECOND_ORDER.at + 1)
    assert the_finding(CHECK, a_recording(meta_capi(), poor, conversions=(ORDER, SECOND_ORDER))) == Told(
        "error",
        "The server call for order CS-8G4L0R3 carries no phone (required, tier strongest).",
        expected="Phone",
        found="nothing",
        rule="meta.identifier.phone",
        exchanges=("second-capi",),
    )


def test_what_a_till_was_told_makes_up_for_no_order_on_the_web() -> None:
    sale = meta_capi({"action_source": "physical_store"}, order=STORE_SALE, name="till", at=STORE_SALE.at + 1)
    poor = meta_capi({"user_data/ph": None})
    found = the_finding(CHECK, a_recording(poor, sale, conversions=(ORDER, STORE_SALE)))
    assert (found.severity, found.exchanges) == ("error", ("meta-capi",))
    rich = meta_capi(), replace(poor, id="till", started_at=STORE_SALE.at + 1)
    assert passes(CHECK, a_recording(*rich, conversions=(ORDER, STORE_SALE)))


def test_a_missing_click_id_is_left_to_the_check_of_click_ids() -> None:
    assert passes(CHECK, a_recording(meta_capi({"user_data/fbc": None})))


def test_is_skipped_when_no_copy_arrived() -> None:
    nothing = Skipped("no copy of a conversion arrived in a channel that takes identifiers")
    assert skip_of(CHECK, a_recording(blocked(meta_tag()), conversions=(ORDER,))) == nothing


def test_is_skipped_when_nobody_knows_what_the_visitor_gave() -> None:
    said = ("em", "ph", "fn", "ln", "ct", "zp", "country", "external_id")
    bare = meta_tag({f"ud[{name}]": None for name in said}), meta_capi({f"user_data/{name}": None for name in said})
    told = skip_of(CHECK, a_recording(*bare, persona=PersonaSeed(token="")))
    assert told == Skipped("nobody says what the visitor gave", undecided=True)
