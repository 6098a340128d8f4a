"""Does anybody read the visitor's values who is not to have them?"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from builders import (
    LATER,
    SHOP,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    an_exchange,
    blocked,
    findings_of,
    google_tag,
    landing,
    meta_capi,
    meta_tag,
    outcomes_of,
    passes,
    persona,
    skip_of,
    tealium_collect,
    the_finding,
)

from harness.model.persona import PersonaSeed
from harness.model.recording import Body, Exchange, Origin, Request

CHECK = "identifier-leak"
EMAIL = persona().email


def a_request(url: str, *, body: str = "", referrer: str = "", **changes: object) -> Exchange:
    request = Request(
        method="POST" if body else "GET",
        url=url,
        headers=(("Referer", referrer),) if referrer else (),
        body=Body(text=body, size=len(body)) if body else None,
    )
    told = {"response": None, "type": "xmlhttprequest", **changes}
    return an_exchange(request, name="leak", at=LATER, **told)


FORM = a_request(f"{SHOP}/checkout", body=f"email={quote(EMAIL)}&last_name={quote(persona().last_name)}")


def test_passes_when_only_the_site_was_told() -> None:
    assert passes(CHECK, a_recording(landing(), FORM, meta_tag()), "")


def test_passes_when_a_host_of_the_site_or_one_that_takes_plain_values_was_told() -> None:
    assert passes(CHECK, a_healthy_recording(), "")  # Tealium's collector, below the site's domain
    beside = a_request("https://events.cornershop.test/e", body=EMAIL)
    assert passes(CHECK, a_recording(landing(), FORM, beside), "")


def test_passes_when_a_collector_of_the_scenario_was_told_wherever_it_is() -> None:
    hit = tealium_collect({"data/customer_last_name": persona().last_name})
    elsewhere = replace(hit.request, url="https://collect.tealiumiq.com/cornershop/main/2/i.gif")
    assert passes(CHECK, a_recording(landing(), FORM, replace(hit, request=elsewhere)), "")


def test_passes_when_the_request_was_blocked() -> None:
    assert passes(CHECK, a_recording(landing(), FORM, blocked(a_request("https://spy.test/", body=EMAIL))), "")


def test_is_skipped_when_the_visitor_gave_nothing() -> None:
    assert skip_of(CHECK, a_recording(landing()), "") == Skipped(
        "no value of the visitor was sent, not even to the site"
    )


@pytest.mark.parametrize(
    "text",
    [
        EMAIL,
        EMAIL.upper(),
        quote(quote(EMAIL, safe=""), safe=""),
        json.dumps({"visitor": {"mail": EMAIL}}),
        base64.b64encode(json.dumps({"e": EMAIL}).encode()).decode(),
    ],
)
def test_fails_when_a_stranger_is_told_in_whatever_form(text: str) -> None:
    recording = a_recording(landing(), a_request("https://spy.test/collect", body=text))
    assert the_finding(CHECK, recording, "") == Told(
        severity="error",
        message="The visitor's email address stood plain in a request to spy.test.",
        expected="no plain value of the visitor",
        found="email address in the body",
        exchanges=("leak",),
    )


def test_whoever_shows_the_visitor_a_frame_may_be_given_what_he_types_but_not_by_address() -> None:
    frame = a_request("https://js.pay.test/card", type="subdocument")
    given = a_request("https://api.pay.test/intents", body=EMAIL)
    told = a_request(f"https://api.pay.test/intents?mail={quote(EMAIL)}")
    assert the_finding(CHECK, a_recording(landing(), frame, given), "").severity == "warning"
    assert the_finding(CHECK, a_recording(landing(), frame, told), "").severity == "error"
    assert the_finding(CHECK, a_recording(landing(), given), "").severity == "error"


def test_fails_when_the_referrer_tells_the_address_of_the_page() -> None:
    page = f"{SHOP}/thanks?mail={quote(EMAIL)}"
    recording = a_recording(landing(), a_request(page, type="document"), a_request("https://cdn.test/x", referrer=page))
    own, stranger = findings_of(CHECK, recording, "")
    assert (own.severity, own.message) == (
        "warning",
        "The visitor's email address stood plain in the address of a request to cornershop.test.",
    )
    assert (stranger.severity, stranger.found) == ("error", "email address in the referrer")


def test_the_address_of_a_call_to_the_site_stands_in_its_logs_only() -> None:
    (found,) = findings_of(CHECK, a_recording(landing(), a_request(f"{SHOP}/suggest?q={quote(EMAIL)}")), "")
    assert found.severity == "info"


def test_a_known_vendor_is_a_stranger_too_where_it_wants_a_hash() -> None:
    (found,) = findings_of(CHECK, a_recording(landing(), meta_tag({"dl": f"{SHOP}/?phone={persona().phone}"})), "")
    assert found.found == "phone number in the address"


def test_a_vendor_is_not_to_be_told_by_a_server_either() -> None:
    page = f"{SHOP}/thanks?email={quote(EMAIL)}"
    found = the_finding(CHECK, a_recording(landing(), FORM, meta_capi({"event_source_url": page})), "")
    assert (found.severity, found.exchanges) == ("error", ("meta-capi",))
    assert found.message == "The visitor's email address stood plain in a request to graph.facebook.com."


def test_whom_else_a_server_works_with_is_nobodys_business() -> None:
    mailing = a_request("https://mail.test/send", body=EMAIL, origin=Origin.SERVER)
    assert passes(CHECK, a_recording(landing(), FORM, mailing), "")


def test_what_identifier_raw_tells_of_is_told_once() -> None:
    recording = a_recording(landing(), FORM, meta_tag({"ud[em]": EMAIL}))
    assert passes(CHECK, recording, "")
    assert outcomes_of(recording, "meta")["identifier-raw"].findings


def test_a_town_and_a_postal_code_identify_nobody() -> None:
    assert passes(CHECK, a_recording(landing(), FORM, google_tag()), "")


def test_is_skipped_when_nobody_knows_who_the_visitor_was() -> None:
    recording = a_healthy_recording("meta", persona=PersonaSeed(token=""))
    reason = "nobody says who the visitor was, so he could not be looked for everywhere"
    assert skip_of(CHECK, recording, "") == Skipped(reason, undecided=True)


@pytest.mark.parametrize(
    ("query", "severity"),
    [
        (f"q={EMAIL.partition('@')[0]}", "info"),
        (f"color={persona().last_name}", "info"),
        (f"q={persona().first_name}+{persona().last_name}", "error"),
        (f"q={quote(EMAIL)}", "error"),
    ],
)
def test_a_name_alone_may_be_a_word_where_the_visitor_is_a_real_one(query: str, severity: str) -> None:
    call = a_request(f"https://search.example/s?{query}")
    (driven,) = findings_of(CHECK, a_recording(landing(), call), "")
    assert driven.severity == "error"
    (found,) = findings_of(CHECK, replace(a_recording(landing(), call), steps=()), "")
    assert found.severity == severity
    assert found.message.endswith("it may be a word like any other.") == (severity == "info")
