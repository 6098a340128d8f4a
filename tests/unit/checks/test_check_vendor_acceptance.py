"""Did the vendor take every call?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    LATER,
    ORDER,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    google_capi,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    the_finding,
)

from harness.model.recording import Fate, Response

CHECK = "vendor-acceptance"


def test_passes_when_every_call_was_taken() -> None:
    for vendor in ("meta", "google-ads", "teads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_fails_when_the_token_has_expired() -> None:
    finding = the_finding(CHECK, a_recording(meta_tag(), meta_capi(token="expired-EAAB")))
    assert finding == Told(
        "error",
        f"The vendor refuses the server call Purchase: {finding.found}",
        expected="an answer that accepts the call",
        found=finding.found,
        rule="meta.request.capi",
        exchanges=("meta-capi",),
    )
    assert finding.found.startswith("HTTP 400: ")
    assert "Error validating access token" in finding.found


def test_fails_with_the_field_that_the_vendor_names() -> None:
    finding = the_finding(CHECK, a_recording(google_capi({"eventTimestamp": "yesterday"})), "google-ads")
    assert finding.message.startswith("The vendor refuses the server call 555666777: HTTP 400: ")
    assert "eventTimestamp" in finding.found


def test_fails_when_a_call_could_not_be_delivered() -> None:
    lost = meta_capi(fate=Fate.FAILED, response=None, answered_by="", error="connection refused")
    assert the_finding(CHECK, a_recording(meta_tag(), lost)) == Told(
        "error", "The server call Purchase could not be delivered.", exchanges=("meta-capi",)
    )


def test_is_skipped_when_nothing_was_answered() -> None:
    unanswered = a_recording(blocked(meta_tag()), meta_capi(fate=Fate.PENDING, response=None), conversions=(ORDER,))
    assert skip_of(CHECK, unanswered) == Skipped("no call of this vendor was answered")


def test_a_call_that_was_refused_and_taken_when_it_was_sent_again_is_no_fault() -> None:
    refused = meta_capi(token="expired-EAAB", name="refused")
    finding = the_finding(CHECK, a_recording(meta_tag(), refused, meta_capi(at=LATER)))
    assert finding.severity == "info"
    assert finding.message.startswith("The server call Purchase was not taken at first: HTTP 400: ")
    assert finding.message.endswith(". Sent again, it was.")
    assert finding.exchanges == ("refused",)


def test_only_a_later_try_makes_good_what_a_server_out_of_order_did_not_take() -> None:
    down = replace(meta_capi(), response=Response(status=503))
    again = meta_capi(name="again", at=LATER)
    assert the_finding(CHECK, a_recording(meta_tag(), down, again)).severity == "info"
    assert passes("server-call-once", a_recording(meta_tag(), down, again))
    assert the_finding(CHECK, a_recording(meta_tag(), again, replace(down, started_at=LATER + 1))).severity == "error"


def test_fails_when_a_call_had_to_be_changed_to_be_taken() -> None:
    bad = meta_capi({"custom_data/currency": None}, name="bad")
    finding = the_finding(CHECK, a_recording(meta_tag(), bad, meta_capi(at=LATER)))
    assert (finding.severity, finding.exchanges) == ("error", ("bad",))
