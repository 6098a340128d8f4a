"""Is every identifier the visitor's own, normalised and hashed as the vendor asks?"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from builders import (
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    base64url,
    findings_of,
    google_capi,
    google_enhancement,
    hexed,
    letters,
    meta_capi,
    meta_tag,
    passes,
    persona,
    skip_of,
    tealium_collect,
    the_finding,
)

from harness.model.recording import Exchange

CHECK = "identifier-hashing"
EMAIL, PHONE, CITY = persona().email, persona().phone, persona().city
NATIONAL = persona().phone_national.replace(" ", "")


def test_passes_when_every_hash_is_the_visitors() -> None:
    for vendor in ("meta", "google-ads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_for_an_accepted_variant() -> None:
    # The vendor's own library drops the letters that are not ASCII.
    ascii_only = hexed(letters(CITY).encode("ascii", "ignore").decode())
    assert passes(CHECK, a_recording(meta_capi({"user_data/ct": [ascii_only]})))


def meta_email(value: str, reason: str) -> tuple[str, Exchange, Told]:
    call = meta_capi({"user_data/em": [value]})
    message = f"The email of the server call is wrong: {reason}."
    return "meta", call, Told("error", message, hexed(EMAIL), value, "meta.identifier.email", ("meta-capi",))


@pytest.mark.parametrize(
    ("vendor", "call", "finding"),
    [
        meta_email(hexed(f" {EMAIL}"), "hashed with the blanks around it"),
        meta_email(hexed(EMAIL.title()), "hashed without lower-casing it first"),
        meta_email(hexed(hexed(EMAIL)), "hashed twice: the hash itself was hashed again"),
        meta_email(hexed(""), "the hash of an empty value, not of a real one"),
        meta_email(hexed(PHONE), "the hash of the phone, not of the email"),
        meta_email(hexed(EMAIL).upper(), "the hash is right but written in upper-case letters"),
        meta_email(hashlib.md5(EMAIL.encode()).hexdigest(), "hashed with MD5 in place of SHA-256"),
        meta_email(
            hexed("somebody@else.example"), "it is not what the visitor typed, and no known mistake explains it"
        ),
        (
            "google-ads",
            google_capi({"userData/userIdentifiers/1/phoneNumber": hexed(NATIONAL)}),
            Told(
                "error",
                "The phone of the server call is wrong: the national number was hashed, without its country code.",
                hexed(PHONE),
                hexed(NATIONAL),
                "google-ads.identifier.phone",
                ("google-capi",),
            ),
        ),
        (
            "meta",
            meta_tag({"ud[ct]": hexed(CITY)}),
            Told(
                "warning",
                "The city of the browser tag is wrong: hashed without lower-casing it first.",
                hexed(letters(CITY)),
                hexed(CITY),
                "meta.identifier.city",
                ("meta-tag",),
            ),
        ),
        (
            "meta",
            meta_capi({"user_data/client_ip_address": hexed("198.51.100.7")}),
            Told(
                "error",
                "The IP address of the server call is wrong: hashed where the plain value is due.",
                "",
                hexed("198.51.100.7"),
                "meta.identifier.ip_address",
                ("meta-capi",),
            ),
        ),
    ],
    ids=[
        "blanks", "case", "twice", "nothing", "other field", "upper-case hex", "MD5", "stranger", "national", "tag",
        "plain is due",
    ],
)  # fmt: skip
def test_fails_and_names_the_mistake(vendor: str, call: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(call), vendor) == finding


def test_fails_for_a_strangers_value_in_the_collectors_call() -> None:
    call = tealium_collect({"data/customer_email": "somebody@else.example"})
    (finding,) = findings_of(CHECK, a_recording(call), "tealium")
    assert finding.rule == "tealium.identifier.email"
    assert finding.found == "somebody@else.example"


def test_is_skipped_when_nothing_can_be_recomputed() -> None:
    nothing = Skipped("no identifier that can be recomputed was sent")
    assert skip_of(CHECK, a_healthy_recording("teads"), "teads") == nothing
    assert skip_of(CHECK, a_recording()) == nothing


def test_what_one_channel_wants_otherwise_is_judged_and_cited_as_such() -> None:
    finding = the_finding(CHECK, a_recording(google_enhancement(base64url(EMAIL))), "google-ads")
    assert finding == Told(
        "error",
        "The email of the server call is wrong: the hash is right but written as base64url.",
        expected=hexed(EMAIL),
        found=base64url(EMAIL),
        rule="google-ads.identifier.email.capi",
        exchanges=("enhancement",),
    )
    assert passes(CHECK, a_recording(google_enhancement(hexed(EMAIL))), "google-ads")


def test_fails_for_a_right_hash_in_another_encoding_than_the_call_declares() -> None:
    call = google_capi()
    assert call.request.body is not None
    assert call.request.body.text is not None
    body = replace(call.request.body, text=call.request.body.text.replace('"HEX"', '"BASE64"'))
    other = replace(call, request=replace(call.request, body=body))
    found = findings_of(CHECK, a_recording(other), "google-ads")
    assert found[0].message == (
        "The email of the server call is wrong: the hash is right but written as hex, and the call declares BASE64."
    )
    assert {finding.rule for finding in found} == {
        f"google-ads.identifier.{name}.data-manager" for name in ("email", "phone", "first_name", "last_name")
    }
