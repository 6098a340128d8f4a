"""Is any identifier sent plain where its hash is due?"""

from __future__ import annotations

import pytest
from builders import (
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    base64url,
    google_capi,
    google_tag,
    hexed,
    meta_capi,
    meta_tag,
    passes,
    persona,
    skip_of,
    teads_tag,
    the_finding,
)

from harness.model.persona import PersonaSeed
from harness.model.recording import Exchange

CHECK = "identifier-raw"
EMAIL, PHONE = persona().email, persona().phone


def test_passes_when_everything_is_hashed() -> None:
    for vendor in ("meta", "google-ads"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_for_plain_values_where_plain_is_right() -> None:
    # An external ID may be plain, an IP address and a postal code for this vendor must be.
    assert passes(CHECK, a_recording(meta_tag({"ud[external_id]": persona().external_id})))
    assert passes(CHECK, a_healthy_recording("tealium"), "tealium")


@pytest.mark.parametrize(
    ("vendor", "exchange", "finding"),
    [
        (
            "meta",
            meta_capi({"user_data/em": [EMAIL]}),
            Told(
                "error",
                "The email of the server call is not hashed: the plain value was sent where its hash is due.",
                hexed(EMAIL),
                EMAIL,
                "meta.identifier.email",
                ("meta-capi",),
            ),
        ),
        (
            "meta",
            meta_tag({"ud[ph]": "undefined"}),
            Told(
                "error",
                "The phone of the browser tag is not hashed: the word “undefined” was sent in place of a value.",
                hexed(PHONE.lstrip("+")),
                "undefined",
                "meta.identifier.phone",
                ("meta-tag",),
            ),
        ),
        (
            "google-ads",
            google_capi({"userData/userIdentifiers/2/address/givenName": PHONE}),
            Told(
                "error",
                "The first name of the server call is not hashed: the plain phone was sent where a hash is due.",
                hexed(persona().first_name.lower()),
                PHONE,
                "google-ads.identifier.first_name",
                ("google-capi",),
            ),
        ),
        (
            "google-ads",
            google_tag({"em": f"tv.1~em.{EMAIL}~pn.{base64url(PHONE)}"}),
            Told(
                "error",
                "The email of the browser tag is not hashed: the plain value was sent where its hash is due.",
                hexed(EMAIL),
                EMAIL,
                "google-ads.identifier.email",
                ("google-tag",),
            ),
        ),
    ],
    ids=["plain", "placeholder", "another field", "in a token"],
)
def test_fails_for_a_plain_value(vendor: str, exchange: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(exchange), vendor) == finding


def test_is_skipped_when_no_identifier_was_sent() -> None:
    nothing = Skipped("no identifier was sent")
    assert skip_of(CHECK, a_recording(teads_tag({"user_session_id": None})), "teads") == nothing
    assert skip_of(CHECK, a_recording()) == nothing


def test_fails_for_a_plain_value_of_a_visitor_whom_nobody_knows() -> None:
    recording = a_recording(meta_capi({"user_data/em": ["‹email#1f0c9a2e›"]}), persona=PersonaSeed(token=""))
    found = the_finding(CHECK, recording)
    assert found[:2] == (
        "error",
        "The email of the server call is not hashed: a plain value was sent where a hash is due.",
    )
