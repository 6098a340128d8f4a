"""How are conversions judged that happened away from the web, and files that report them?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    EXHAUSTED,
    ORDER,
    STORE_SALE,
    Skipped,
    Told,
    a_recording,
    facts_of,
    findings_of,
    google_capi,
    google_tag,
    google_upload,
    meta_capi,
    meta_tag,
    meta_upload,
    outcomes_of,
    passes,
    persona,
    skip_of,
    tealium_collect,
    the_finding,
    with_account,
    with_blocked,
)

from harness.model.recording import ROWS_OF_OTHERS, ConsentChoice, Recording
from harness.model.result import CheckOutcome, Severity
from harness.verdicts.matrix import matrix_row

BOTH = (ORDER, STORE_SALE)
CHANNELS = ("tag", "capi", "offline")


def the_run(*exchanges: object, vendor: str = "meta", **changes: object) -> Recording:
    recording = a_recording(*exchanges, **{"conversions": BOTH, "server_source": EXHAUSTED} | changes)  # type: ignore[arg-type]
    return with_account(recording, vendor, channels=CHANNELS)


def test_a_sale_that_only_a_file_reports_is_no_fault_of_any_check() -> None:
    for vendor, run in (
        ("meta", the_run(meta_tag(), meta_capi(), meta_upload())),
        ("google-ads", the_run(google_tag(), google_capi(), google_upload(), vendor="google-ads")),
    ):
        graver = {
            finding.check: finding.message
            for outcome in outcomes_of(run, vendor).values()
            for finding in outcome.findings
            if finding.severity is not Severity.INFO
        }
        assert graver == {}


@pytest.mark.parametrize("check", ["tag-once", "event-id"])
def test_a_check_of_the_tag_has_nothing_to_judge_where_there_were_only_sales_in_the_store(check: str) -> None:
    assert skip_of(check, the_run(meta_upload(), conversions=(STORE_SALE,))) == Skipped(
        "every conversion happened away from the web, where there is no tag"
    )


def test_a_blocked_tag_loses_no_sale_in_the_store() -> None:
    run = the_run(meta_tag(), meta_capi())
    assert passes("blocked-delivery", with_blocked(run, "meta-tag"))


def test_the_collector_need_not_hear_of_a_sale_in_the_store() -> None:
    assert passes("collect-once", a_recording(tealium_collect(), conversions=BOTH), "tealium")


def test_a_sale_of_which_the_vendor_was_to_hear_and_did_not_is_missing() -> None:
    assert the_finding("server-call-once", the_run(meta_tag(), meta_capi())) == Told(
        "error", "No server call or file reported order TILL-0042 within 6 s.", expected="1 call", found="none"
    )
    assert the_finding("counted-conversions", the_run(meta_tag(), meta_capi())).message == (
        "2 orders, but the platform would count 1: the tag's copy purchase.CS-7F3K9Q2."
    )


def test_a_sale_of_which_the_vendor_was_not_to_hear_is_told_and_no_fault() -> None:
    run = a_recording(meta_tag(), meta_capi(), conversions=BOTH, server_source=EXHAUSTED)
    finding = the_finding("server-call-once", run)
    assert (finding.severity, finding.message) == (
        "info",
        "Nothing tells this vendor of order TILL-0042 (physical store): the scenario does not have it in the channel "
        "offline.",
    )
    assert passes("counted-conversions", run)


def test_an_order_of_the_site_in_a_file_is_counted_again_where_nothing_joins_the_copies() -> None:
    again = meta_upload({"event_id": "till-1001", "action_source": "physical_store"}, order=ORDER)
    finding = the_finding("counted-conversions", the_run(meta_tag(), meta_capi(), again, conversions=(ORDER,)))
    assert finding.message.startswith(
        "1 order, but the platform would count 2: the tag's copy purchase.CS-7F3K9Q2, line 1 of sales.jsonl till-1001"
    )


def test_an_order_of_the_site_in_a_file_is_told_where_the_vendor_drops_it() -> None:
    run = the_run(google_tag(), google_upload(order=ORDER), vendor="google-ads", conversions=(ORDER,))
    finding = the_finding("counted-conversions", run, "google-ads")
    assert finding.severity == "info"
    assert finding.message == (
        "A file repeats order CS-7F3K9Q2: the tag's copy CS-7F3K9Q2 and row 3 of sales.csv CS-7F3K9Q2 report it; the "
        "vendor takes them for one."
    )


def test_a_file_that_repeats_what_the_visitor_refused_is_judged_without_demanding_anything() -> None:
    refusal = ConsentChoice(state="denied", at=ORDER.at - 60, step=1)
    run = the_run(google_tag(), google_upload(order=ORDER), vendor="google-ads", conversions=(ORDER,))
    outcomes = outcomes_of(replace(run, consents=(refusal,)), "google-ads")
    assert outcomes["server-call-once"].outcome is CheckOutcome.SKIPPED
    assert [finding.severity for finding in outcomes["counted-conversions"].findings] == ["error", "info"]


def test_a_row_counts_for_the_account_of_sales_away_from_the_web_alone() -> None:
    accounts = {"tag": "702400000000001", "capi": "702400000000001", "offline": "702400000000009"}
    web = (meta_tag(), meta_capi())

    def told(account: str) -> dict[str, list[str]]:
        file = meta_upload()
        query = f"?account={account}" if account else ""
        file = replace(file, request=replace(file.request, url=f"{file.request.url}{query}"))
        run = with_account(the_run(*web, file), "meta", channels=CHANNELS, accounts=accounts)
        outcomes = outcomes_of(run, "meta")
        return {
            check: [finding.message for finding in outcomes[check].findings]
            for check in ("account-match", "counted-conversions")
        }

    for own in ("702400000000009", ""):
        assert told(own) == {"account-match": [], "counted-conversions": []}
    assert told("702400000000001") == {
        "account-match": [
            "The upload in line 1 of sales.jsonl for order TILL-0042 goes to account 702400000000001, "
            "not to 702400000000009."
        ],
        "counted-conversions": [
            "2 orders, but the platform would count 1: the tag's copy purchase.CS-7F3K9Q2, as another account gets "
            "the server's copy."
        ],
    }


def test_a_sale_in_a_call_and_in_a_file_is_reported_twice() -> None:
    call = meta_capi({"action_source": "physical_store"}, order=STORE_SALE)
    finding = the_finding("server-call-once", the_run(call, meta_upload(), conversions=(STORE_SALE,)))
    assert finding.message == "The server reported order TILL-0042 2 times, line 1 of sales.jsonl among them."


def test_a_row_that_the_vendor_refuses_is_not_counted() -> None:
    row = f",555666777,2026-11-21 12:00:00,{STORE_SALE.order_id},129.90,EUR"
    run = the_run(google_upload(row), vendor="google-ads", conversions=(STORE_SALE,))
    outcomes = outcomes_of(run, "google-ads")
    assert outcomes["vendor-acceptance"].outcome is CheckOutcome.FAILED
    assert "count none" in outcomes["counted-conversions"].findings[0].message


def test_the_click_id_of_a_row_must_be_that_of_the_landing() -> None:
    own = persona().click_ids["gclid"]
    row = f"{own.swapcase()},555666777,2026-11-21 12:00:00,{STORE_SALE.order_id},129.90,EUR"
    run = the_run(google_upload(row), vendor="google-ads", conversions=(STORE_SALE,))
    assert the_finding("click-id-carriage", run, "google-ads").message == (
        "The upload in row 3 of sales.csv carries another gclid than the landing URL: its letters were changed to "
        "another case."
    )


def test_identifiers_of_a_row_are_judged_as_those_of_a_call() -> None:
    raw = the_run(meta_upload({"user_data/em": [persona().email]}), conversions=(STORE_SALE,))
    assert [finding.message for finding in findings_of("identifier-raw", raw)] == [
        "The email of the upload in line 1 of sales.jsonl is not hashed: the plain value was sent where its hash "
        "is due."
    ]


def test_a_vendor_without_a_way_says_so() -> None:
    run = a_recording(conversions=(STORE_SALE,), server_source=EXHAUSTED)
    message = findings_of("server-call-once", run, "teads")[0].message
    assert message.endswith("(physical store): no way to report one is known of this vendor.")


@pytest.mark.parametrize(
    ("headers", "lacks"),
    [((), "a row in a form that is known"), (((ROWS_OF_OTHERS, "12"),), "a row of this run")],
)
def test_a_file_without_a_row_of_this_run_is_told(headers: tuple[tuple[str, str], ...], lacks: str) -> None:
    file = google_upload("")
    file = replace(file, request=replace(file.request, headers=(*file.request.headers, *headers)))
    found = findings_of("unrecognised-call", the_run(file, vendor="google-ads"), "google-ads")
    assert [finding.message for finding in found] == [
        f"UPLOAD upload://google-ads/sales.csv is no event, since it lacks {lacks} (once)."
    ]


def test_a_vendor_that_was_not_to_hear_of_a_sale_has_an_order_less() -> None:
    run = a_recording(meta_tag(), meta_capi(), conversions=BOTH, server_source=EXHAUSTED)
    assert matrix_row(facts_of(run)["meta"], ()).orders == 1
    heard = the_run(meta_tag(), meta_capi())
    assert matrix_row(facts_of(heard)["meta"], ()).orders == 2


def test_what_a_till_did_not_know_is_told_and_no_fault() -> None:
    """Nobody knows what was said at the counter; what only a browser has is not asked for there."""
    poor = the_run(meta_upload({"user_data/ph": None}), conversions=(STORE_SALE,))
    missing = {found.message: found.severity for found in findings_of("identifier-completeness", poor)}
    assert set(missing.values()) == {"info"}
    assert any("carries no phone" in message for message in missing)
    assert not [message for message in missing if "user agent" in message or "fbp" in message]
