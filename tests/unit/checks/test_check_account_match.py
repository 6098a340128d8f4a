"""Do the calls go to the account the site means?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import (
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    google_capi,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    tealium_collect,
    the_finding,
    with_account,
)

from harness.model.recording import Origin

CHECK = "account-match"
OTHER = "702400000000999"


def test_passes_when_every_copy_goes_to_its_account() -> None:
    for vendor in ("meta", "google-ads", "teads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_for_a_channel_whose_account_the_scenario_leaves_open() -> None:
    recording = a_recording(meta_tag(), meta_capi(pixel=OTHER))
    assert passes(CHECK, with_account(recording, "meta", accounts={"tag": "702400000000001"}))


def test_fails_when_the_server_writes_to_another_pixel() -> None:
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi(pixel=OTHER))) == Told(
        "error",
        "The server call for order CS-7F3K9Q2 goes to account 702400000000999, not to 702400000000001.",
        expected="702400000000001",
        found=OTHER,
        exchanges=("meta-capi",),
    )


@pytest.mark.parametrize(
    ("call", "origin", "word"),
    [
        (meta_tag, Origin.BROWSER, "browser tag"),
        (meta_tag, Origin.SERVER, "tag hit sent by a server"),
        (meta_capi, Origin.SERVER, "server call"),
        (meta_capi, Origin.BROWSER, "API call sent by the browser"),
    ],
)
def test_a_call_is_named_by_its_form_and_by_who_sent_it(call: Any, origin: Origin, word: str) -> None:
    elsewhere = call({"id": OTHER}) if call is meta_tag else call(pixel=OTHER)
    finding = the_finding(CHECK, a_recording(replace(elsewhere, origin=origin)))
    assert finding.message.startswith(f"The {word} for order CS-7F3K9Q2 goes to account")


def test_fails_when_a_call_names_no_account() -> None:
    finding = the_finding(CHECK, a_recording(google_capi(account="")), "google-ads")
    assert finding.message == "The server call for order CS-7F3K9Q2 goes to account none, not to 1234567890."


def test_fails_for_the_profile_of_a_collector() -> None:
    finding = the_finding(CHECK, a_recording(tealium_collect(account="cornershop/test")), "tealium")
    assert (finding.expected, finding.found) == ("cornershop/main", "cornershop/test")


def test_is_skipped_when_the_scenario_names_no_account() -> None:
    recording = with_account(a_healthy_recording("meta"), "meta", accounts={})
    assert skip_of(CHECK, recording) == Skipped("the scenario names no account")


def test_is_skipped_when_no_copy_arrived() -> None:
    assert skip_of(CHECK, a_recording()) == Skipped("no copy of a conversion arrived")


def test_what_another_account_is_told_beside_the_one_that_is_meant_is_no_fault() -> None:
    agency = meta_tag({"id": OTHER, "eid": None}, name="agency")
    recording = a_recording(meta_tag(), agency, meta_capi())
    assert the_finding(CHECK, recording) == Told(
        "info",
        "The browser tag Purchase also goes to account 702400000000999, which nobody named: "
        "what that one is told is not judged.",
        found=OTHER,
        exchanges=("agency",),
    )
    for check in ("tag-once", "event-id", "event-id-match", "counted-conversions", "identifier-completeness"):
        assert passes(check, recording), check


def test_of_accounts_that_nobody_named_one_is_judged() -> None:
    agency = meta_tag({"id": OTHER}, name="agency", at=meta_tag().started_at - 1)
    recording = with_account(a_recording(meta_tag(), agency, meta_capi()), "meta", accounts={})
    assert skip_of(CHECK, recording).reason.endswith("; what 702400000000999 is told is not judged")
    assert passes("tag-once", recording)
    assert passes("counted-conversions", recording)
