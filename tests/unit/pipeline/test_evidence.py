"""A visit that other programs saved is judged as far as it was seen, and its visitor is nowhere in the report."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from builders import (
    ACCOUNTS,
    ORDER,
    PIXEL,
    SECOND_ORDER,
    a_healthy_recording,
    a_recording,
    an_exchange,
    google_capi,
    google_tag,
    hexed,
    landing,
    meta_capi,
    meta_tag,
    persona,
    specs,
    without,
)
from click.testing import CliRunner

from harness import pipeline
from harness.cli import main
from harness.errors import InputError
from harness.model.persona import PersonaSeed
from harness.model.recording import Body, Exchange, Origin, Recording, Request, Response
from harness.model.result import CheckOutcome, Outcome, RunResult, Severity, SuiteResult
from harness.pipeline import EvidenceRequest, audit
from harness.record.har import har_of

VALUES = (
    "email", "phone", "phone_national", "first_name", "last_name", "street", "city", "region", "postal_code",
    "country", "external_id",
)  # fmt: skip


@pytest.fixture(autouse=True)
def known_specs(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read once for all tests."""
    monkeypatch.setattr(pipeline, "load_vendor_specs", lambda folder: specs())


class _Silent:
    def say(self, run_id: str, text: str) -> None: ...


def har_in(folder: Path, recording: Recording) -> Path:
    """What a browser would have saved of the visit."""
    archive = har_of(recording)
    archive["log"]["creator"] = {"name": "WebInspector", "version": "537.36"}
    entries = archive["log"]["entries"]
    archive["log"]["entries"] = [each for each in entries if each["_origin"] == "browser"]
    path = folder / "visit.har"
    path.write_text(json.dumps(archive), "utf-8")
    return path


def calls_in(folder: Path, exchanges: Sequence[Exchange], name: str = "calls.jsonl") -> Path:
    path = folder / name
    lines = []
    for each in exchanges:
        if each.origin is Origin.SERVER:
            sent = each.request.body.text if each.request.body else None
            answer = each.response.body.text if each.response and each.response.body else None
            status = each.response.status if each.response else None
            words = {"time": each.started_at, "method": each.request.method, "url": each.request.url, "body": sent}
            lines.append(
                json.dumps(words | {"status": status, "response": answer, "headers": dict(each.request.headers)})
            )
    path.write_text("\n".join(lines), "utf-8")
    return path


def visit_in(folder: Path, **told: Any) -> Path:
    path = folder / "visit.yaml"
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return path


def described(folder: Path, *vendors: str, **changes: Any) -> Path:
    """The whole truth about the healthy order."""
    items = [{"id": item.id, "quantity": item.quantity, "price": item.price} for item in ORDER.items]
    order = {"order_id": ORDER.order_id, "value": ORDER.value, "currency": ORDER.currency, "items": items}
    accounts = {
        name: {
            "accounts": ACCOUNTS[name].accounts,
            "names": ACCOUNTS[name].names,
            "channels": [*ACCOUNTS[name].channels],
        }
        for name in vendors
    }
    told = {
        "persona": {name: getattr(persona(), name) for name in VALUES},
        "orders": [order],
        "vendors": accounts,
        "server_calls": {"complete": True},
    }
    return visit_in(folder, **(told | changes))


def audited(folder: Path, *files: Path, **request: Any) -> SuiteResult:
    evidence = EvidenceRequest(**request)
    return audit(files, folder / "out", fail_on=Severity.ERROR, progress=_Silent(), evidence=evidence).result


def outcomes(result: SuiteResult, vendor: str) -> dict[str, Outcome]:
    [run] = result.runs
    return {outcome.check: outcome for outcome in run.outcomes if outcome.vendor == vendor}


def reported(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in (folder / "out").rglob("*") if path.is_file())


def test_a_described_visit_is_judged_as_a_recording_of_it(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta", "google-ads")
    result = audited(
        tmp_path,
        har_in(tmp_path, recording),
        server=(calls_in(tmp_path, recording.exchanges),),
        visit=described(tmp_path, "meta", "google-ads"),
    )
    assert result.findings == ()
    assert outcomes(result, "meta")["counted-conversions"].outcome is CheckOutcome.PASSED
    assert outcomes(result, "meta")["identifier-hashing"].outcome is CheckOutcome.PASSED
    assert outcomes(result, "meta")["click-id-carriage"].outcome is CheckOutcome.PASSED
    assert result.verdict == "passed"


def test_faults_are_found_with_the_reason_that_the_description_gives(tmp_path: Path) -> None:
    wrong = {"user_data/em": [hexed(f" {persona().email.lower()}")], "event_id": "another"}
    recording = a_recording(landing(), meta_tag(), meta_capi(wrong), vendors=("meta",))
    result = audited(
        tmp_path,
        har_in(tmp_path, recording),
        server=(calls_in(tmp_path, recording.exchanges),),
        visit=described(tmp_path, "meta"),
    )
    found = outcomes(result, "meta")
    assert "blanks around it" in found["identifier-hashing"].findings[0].message
    assert found["event-id-match"].outcome is CheckOutcome.FAILED
    assert found["counted-conversions"].findings[0].found == "2"


def test_without_a_description_what_can_be_judged_is_and_nothing_else_passes(tmp_path: Path) -> None:
    wrong = {"event_id": "another", "user_data/em": [persona().email], "user_data/ph": [hexed("null")]}
    recording = a_recording(landing(), meta_tag(), meta_capi(wrong), vendors=("meta",))
    result = audited(tmp_path, har_in(tmp_path, recording), server=(calls_in(tmp_path, recording.exchanges),))
    found = outcomes(result, "meta")
    failed = {check for check, outcome in found.items() if outcome.outcome is CheckOutcome.FAILED}
    assert {"event-id-match", "identifier-raw", "identifier-hashing", "counted-conversions"} <= failed
    assert found["identifier-hashing"].findings[0].message.endswith("the hash of nothing, not of a real value.")
    for check in ("tag-once", "server-call-once", "order-parameters", "action-source"):
        assert found[check].outcome is CheckOutcome.SKIPPED, check
        assert "which orders were made" in found[check].reason
    assert found["account-match"].reason == "nobody says which account is meant"


def test_two_hashes_of_one_value_that_differ_are_told_whoever_the_visitor_was(tmp_path: Path) -> None:
    wrong = {"user_data/em": [hexed(f" {persona().email.lower()}")]}
    recording = a_recording(landing(), meta_tag(), meta_capi(wrong), vendors=("meta",))
    har, calls = har_in(tmp_path, recording), calls_in(tmp_path, recording.exchanges)
    [finding] = outcomes(audited(tmp_path, har, server=(calls,)), "meta")["parameter-agreement"].findings
    assert (finding.severity.value, finding.parameter) == ("warning", "email")
    assert finding.expected.startswith("‹hash#")
    assert finding.found.startswith("‹hash#")
    assert finding.expected != finding.found
    told = outcomes(audited(tmp_path, har, server=(calls,), visit=described(tmp_path, "meta")), "meta")
    assert told["parameter-agreement"].findings == ()
    assert [each.parameter for each in told["identifier-hashing"].findings] == ["email"]


def test_a_healthy_visit_without_a_description_is_inconclusive_and_not_passed(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    result = audited(tmp_path, har_in(tmp_path, recording), server=(calls_in(tmp_path, recording.exchanges),))
    assert result.findings == ()
    assert result.verdict == "inconclusive"
    found = outcomes(result, "meta")
    assert found["identifier-hashing"].reason.startswith("nobody says who the visitor was")
    passed = {check for check, outcome in found.items() if outcome.outcome is CheckOutcome.PASSED}
    assert passed >= {"event-id-match", "schema", "event-time", "vendor-acceptance", "identifier-raw"}
    assert not passed & {"counted-conversions", "order-parameters", "server-call-once", "tag-once"}


def test_the_browser_alone_says_nothing_against_the_server(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    result = audited(tmp_path, har_in(tmp_path, recording), visit=described(tmp_path, "meta"))
    found = outcomes(result, "meta")
    assert found["server-call-once"].reason == "server calls are not observable here"
    assert found["counted-conversions"].outcome is CheckOutcome.SKIPPED
    assert found["tag-once"].outcome is CheckOutcome.PASSED
    assert result.findings == ()


def test_the_server_alone_says_nothing_against_the_tag(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    calls = calls_in(tmp_path, recording.exchanges)
    result = audited(tmp_path, server=(calls,), visit=described(tmp_path, "meta"))
    found = outcomes(result, "meta")
    silence = "nothing of what the browser sent was handed over"
    for check in ("tag-once", "event-id-match", "counted-conversions", "click-id-carriage"):
        assert (found[check].outcome, found[check].reason) == (CheckOutcome.SKIPPED, silence), check
    assert found["server-call-once"].outcome is CheckOutcome.PASSED


@pytest.mark.parametrize("complete", [True, False])
def test_a_missing_server_call_is_a_fault_only_where_somebody_vouches_for_the_log(
    tmp_path: Path, complete: bool
) -> None:
    recording = a_healthy_recording("meta", "google-ads")
    result = audited(
        tmp_path,
        har_in(tmp_path, recording),
        server=(calls_in(tmp_path, without(recording, "meta-capi").exchanges),),
        visit=described(tmp_path, "meta", "google-ads", server_calls={"complete": complete}),
    )
    found = outcomes(result, "meta")["server-call-once"]
    assert found.outcome is (CheckOutcome.FAILED if complete else CheckOutcome.SKIPPED)


def test_calls_about_other_visits_are_shown_and_judged_with_none(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    other = persona(PersonaSeed(token="m2d8w5z1"))
    stranger = meta_capi({"user_data/fbp": "fb.1.1795286300000.99"}, order=SECOND_ORDER, visitor=other, name="other")
    calls = calls_in(tmp_path, (*recording.exchanges, stranger))
    result = audited(tmp_path, har_in(tmp_path, recording), server=(calls,), visit=described(tmp_path, "meta"))
    assert result.findings == ()
    assert [(orphan.vendor, orphan.summary) for orphan in result.orphans] == [
        ("meta", f"POST https://graph.facebook.com/v26.0/{PIXEL}/events")
    ]


def test_an_event_id_that_all_orders_share_brings_no_other_order_into_the_visit(tmp_path: Path) -> None:
    other = persona(PersonaSeed(token="m2d8w5z1"))
    constant = {"event_id": "purchase-event"}
    stranger = meta_capi({**constant, "user_data/fbp": "fb.1.2.3"}, order=SECOND_ORDER, visitor=other, name="other")
    recording = a_recording(landing(), meta_tag({"eid": "purchase-event"}), meta_capi(constant), vendors=("meta",))
    calls = calls_in(tmp_path, (*recording.exchanges, stranger))
    result = audited(tmp_path, har_in(tmp_path, recording), server=(calls,))
    assert len(result.orphans) == 1
    assert outcomes(result, "meta")["counted-conversions"].findings == ()


def test_a_call_belongs_to_an_order_whose_number_is_short(tmp_path: Path) -> None:
    short = replace(ORDER, order_id="1001")
    nobody = {"em": [hexed("nobody@b.test")], "client_ip_address": "198.51.100.7", "client_user_agent": "Browser/1.0"}
    call = meta_capi(
        {"event_id": "e", "event_source_url": "https://cornershop.test/", "user_data": nobody}, order=short
    )
    other = meta_capi({"event_id": "f", "user_data": nobody}, order=replace(ORDER, order_id="10012"), name="other")
    told = described(tmp_path, "meta", orders=[{"order_id": "1001"}])
    result = audited(tmp_path, server=(calls_in(tmp_path, [call, other]),), visit=told)
    assert [event.attributed_by for event in result.runs[0].events] == ["order_id"]
    assert len(result.orphans) == 1


def test_orders_of_others_are_not_the_visits_because_they_share_a_call_with_it(tmp_path: Path) -> None:
    """A call about order 17 alone is no call about order 7, nor is it one since a batch names both."""
    nobody = {"em": [hexed("nobody@b.test")], "client_ip_address": "198.51.100.7", "client_user_agent": "Browser/1.0"}
    mine, other = replace(ORDER, order_id="7"), replace(ORDER, order_id="17")
    alone = meta_capi({"event_id": "17", "user_data": nobody}, order=other, name="alone")
    call = meta_capi({"event_id": "7"}, order=mine)
    texts = [each.request.body.text for each in (call, alone) if each.request.body]
    text = json.dumps({"data": [event for each in texts for event in json.loads(each or "")["data"]]})
    both = replace(call, request=replace(call.request, body=Body(text=text, size=len(text))))
    told = described(tmp_path, "meta", orders=[{"order_id": "7"}])
    result = audited(tmp_path, server=(calls_in(tmp_path, [alone, both]),), visit=told)
    assert len(result.orphans) == 1
    assert [event.order_id for event in result.runs[0].events] == ["7"]
    assert outcomes(result, "meta")["server-call-once"].findings == ()


def test_two_orders_in_one_file_are_two_conversions(tmp_path: Path) -> None:
    sent = [landing(), meta_tag(), meta_capi()]
    sent += [
        meta_tag(order=SECOND_ORDER, name="t2", at=SECOND_ORDER.at),
        meta_capi(order=SECOND_ORDER, name="c2", at=SECOND_ORDER.at),
    ]
    recording = a_recording(*sent, vendors=("meta",), conversions=(ORDER, SECOND_ORDER))
    har, calls = har_in(tmp_path, recording), calls_in(tmp_path, sent)
    orders = [{"order_id": ORDER.order_id}, {"order_id": SECOND_ORDER.order_id}]
    for told in ({}, {"visit": described(tmp_path, "meta", orders=orders)}):
        [run] = audited(tmp_path, har, server=(calls,), **told).runs
        assert [row.counted for row in run.matrix if row.vendor == "meta"] == [2]
        assert [order.is_supposed for order in run.orders] == [not told, not told]


def test_names_that_the_site_chose_must_be_told(tmp_path: Path) -> None:
    recording = a_recording(landing(), google_tag(), meta_tag(), vendors=("google-ads", "meta"))
    found = outcomes(audited(tmp_path, har_in(tmp_path, recording)), "google-ads")
    assert found["tag-once"].reason.startswith("the site chose the names of its events")


def test_what_was_blocked_in_the_browser_is_no_missing_tag(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    har = har_in(tmp_path, recording)
    archive = json.loads(har.read_text("utf-8"))
    for entry in archive["log"]["entries"]:
        if "facebook.com/tr" in entry["request"]["url"]:
            entry["response"] = {"status": 0, "_error": "net::ERR_BLOCKED_BY_CLIENT"}
    har.write_text(json.dumps(archive), "utf-8")
    calls = calls_in(tmp_path, recording.exchanges)
    result = audited(tmp_path, har, server=(calls,), visit=described(tmp_path, "meta"))
    found = outcomes(result, "meta")
    assert found["tag-once"].reason == "the profile blocked the tag, so its absence is no fault"
    assert found["blocked-delivery"].outcome is CheckOutcome.PASSED


def test_a_tag_whose_body_was_not_saved_is_not_called_missing(tmp_path: Path) -> None:
    recording = without(a_healthy_recording("meta"), "meta-tag")
    har = har_in(tmp_path, recording)
    archive = json.loads(har.read_text("utf-8"))
    beacon = {"method": "POST", "url": "https://www.facebook.com/tr/", "headers": [], "bodySize": 300}
    lost = {"startedDateTime": archive["log"]["entries"][0]["startedDateTime"], "request": beacon}
    archive["log"]["entries"].append(lost | {"response": {"status": 200}})
    har.write_text(json.dumps(archive), "utf-8")
    calls = calls_in(tmp_path, recording.exchanges)
    result = audited(tmp_path, har, server=(calls,), visit=described(tmp_path, "meta"))
    assert "without their bodies" in outcomes(result, "meta")["tag-once"].reason
    assert result.findings == ()


LOST_TAGS: dict[str, dict[str, Any]] = {
    "Chrome, a beacon": {"request": {"method": "POST", "url": "https://www.facebook.com/tr/", "bodySize": 0}},
    "Charles, a tunnel": {"request": {"method": "CONNECT", "url": "https://www.facebook.com:443"}},
}


@pytest.mark.parametrize("name", LOST_TAGS)
def test_what_a_program_does_not_show_of_a_tag_is_neither_missing_nor_right(tmp_path: Path, name: str) -> None:
    recording = a_healthy_recording("meta")
    har = har_in(tmp_path, recording)
    entries = json.loads(har.read_text("utf-8"))["log"]["entries"]
    tag = next(each for each in entries if "facebook.com/tr" in each["request"]["url"])
    lost = LOST_TAGS[name]
    changed = {**tag, "response": {"status": 200}, "request": {"headers": [], **lost["request"]}}
    har.write_text(json.dumps({"log": {"entries": [changed if each is tag else each for each in entries]}}), "utf-8")
    calls = calls_in(tmp_path, recording.exchanges)
    result = audited(tmp_path, har, server=(calls,), visit=described(tmp_path, "meta"))
    found = outcomes(result, "meta")
    for check in ("tag-once", "counted-conversions", "event-id-match"):
        assert found[check].outcome is CheckOutcome.SKIPPED, (check, found[check])
        assert found[check].undecided, (check, found[check])
    assert (result.findings, result.verdict) == ((), "inconclusive")


def test_a_count_that_rests_on_a_call_without_an_answer_is_not_decided(tmp_path: Path) -> None:
    """Firefox writes the same of what was blocked and of what had gone out as the page was left."""
    recording = without(a_healthy_recording("meta"), "meta-capi")
    har = har_in(tmp_path, recording)
    archive = json.loads(har.read_text("utf-8"))
    for entry in archive["log"]["entries"]:
        if "facebook.com/tr" in entry["request"]["url"]:
            entry["response"] = {"status": 0}
    har.write_text(json.dumps(archive), "utf-8")
    account = {"meta": {"accounts": ACCOUNTS["meta"].accounts, "channels": ["tag"]}}
    found = outcomes(audited(tmp_path, har, visit=described(tmp_path, vendors=account)), "meta")
    assert found["counted-conversions"].reason.startswith("nobody knows whether the tag's call arrived")
    assert found["tag-once"].outcome is CheckOutcome.PASSED


@pytest.mark.parametrize("is_tunnel", [True, False])
def test_a_server_call_whose_body_nobody_kept_is_not_missing(tmp_path: Path, is_tunnel: bool) -> None:
    recording = a_healthy_recording("meta")
    calls = calls_in(tmp_path, recording.exchanges)
    if is_tunnel:
        tunnel = {"method": "CONNECT", "url": "graph.facebook.com:443", "headers": []}
        lost = {"startedDateTime": "2026-11-22T12:00:00Z", "request": tunnel, "response": {"status": 200}}
        calls.write_text(json.dumps({"log": {"entries": [lost]}}), "utf-8")
    else:
        line = json.loads(calls.read_text("utf-8").splitlines()[0])
        calls.write_text(json.dumps(line | {"body": None}), "utf-8")
    result = audited(tmp_path, har_in(tmp_path, recording), server=(calls,), visit=described(tmp_path, "meta"))
    found = outcomes(result, "meta")["server-call-once"]
    assert (found.outcome, found.undecided) == (CheckOutcome.SKIPPED, True)
    assert "without their bodies" in found.reason
    assert result.findings == ()


def test_answers_that_were_not_kept_are_no_acceptance(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    calls = calls_in(tmp_path, recording.exchanges)
    line = {
        key: value for key, value in json.loads(calls.read_text("utf-8")).items() if key not in ("status", "response")
    }
    calls.write_text(json.dumps(line), "utf-8")
    result = audited(tmp_path, har_in(tmp_path, recording), server=(calls,), visit=described(tmp_path, "meta"))
    found = outcomes(result, "meta")["vendor-acceptance"]
    assert (found.outcome, found.reason) == (
        CheckOutcome.SKIPPED, "the answers to 1 of its calls were not handed over",
    )  # fmt: skip


ANNA = {"em": "Anna.Önder@kunde.example", "ph": "+49 151 2345678", "fn": "Anna", "ln": "Önder", "ct": "Köln-Deutz"}


def test_a_visitor_of_whom_nothing_was_said_is_not_in_the_report(tmp_path: Path) -> None:
    """What the calls carry plain, in names of fields, in the address of a page, and beside it in JSON."""
    raw = {f"user_data/{name}": [value] for name, value in ANNA.items()}
    more = {"custom_data/billing": {"firstName": "Anna-Lena", "street": "Domstraße 7", "phone": "0221 998877"}}
    query = f"?email={quote(ANNA['em'])}&last_name={quote('Önder')}"
    tag = meta_tag({"dl": f"https://cornershop.test/thank-you{query}", "ud[em]": ANNA["em"]})
    recording = a_recording(
        landing(), tag, meta_capi({**raw, **more, "user_data/client_ip_address": "203.0.113.77"}), vendors=("meta",)
    )
    audited(tmp_path, har_in(tmp_path, recording), server=(calls_in(tmp_path, recording.exchanges),))
    text = reported(tmp_path).lower()
    for value in (*ANNA.values(), "Anna-Lena", "Domstraße", "0221 998877", "203.0.113.77", "EAAB-test-token"):
        assert value.lower() not in text, value
        assert quote(value).lower() not in text, value
    assert "‹email›" in text


def _forms_of(value: str) -> set[str]:
    """A text in which a value could be tried out, or read: plain and hashed, in every encoding."""
    found = {value, quote(value, safe=""), *_base64_of(value.encode())}
    for text in (value, value.lower(), f" {value.lower()}"):
        for function in ("sha256", "md5", "sha1"):
            digest = hashlib.new(function, text.encode(), usedforsecurity=False).digest()
            found |= {digest.hex(), *_base64_of(digest), *_base64_of(digest.hex().encode())}
    return {form.lower() for form in found}


def _base64_of(content: bytes) -> set[str]:
    padded = {base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode()}
    return {form for text in padded for form in (text, text.rstrip("="), quote(text, safe=""))}


@pytest.mark.parametrize("is_described", [True, False])
def test_no_hash_of_a_real_visitor_is_written_anywhere(tmp_path: Path, is_described: bool) -> None:
    """Whoever has an address, or tries all phone numbers of a country, must not find it in any file of the audit."""
    visitor = persona()
    nested = base64.b64encode(json.dumps({"em": hexed(visitor.email.lower()), "ids": [1]}).encode()).decode()
    odd = {
        "user_data/em": [hexed(f" {visitor.email.lower()}")],
        "user_data/ph": [hexed(visitor.phone.lstrip("+")).upper()],
        "custom_data/more": {"md5": hashlib.md5(visitor.email.lower().encode(), usedforsecurity=False).hexdigest()},
        "custom_data/packed": nested,
    }
    page = f"https://cornershop.test/thank-you?h={hexed(visitor.email.lower())}&x=%22{hexed(visitor.phone)}%22"
    tag = meta_tag({"dl": page, "cd[j]": f'{{"a":"\\u0022{hexed(visitor.last_name)}"}}', "cd[p]": nested})
    recording = a_recording(landing(), tag, meta_capi(odd), google_tag(), google_capi(), vendors=("meta", "google-ads"))
    har, calls = har_in(tmp_path, recording), calls_in(tmp_path, recording.exchanges)
    command = ["audit", str(har), "--server", str(calls), "--out", str(tmp_path / "out"), "--document"]
    command += ["--visit", str(described(tmp_path, "meta", "google-ads"))] if is_described else []
    shown = CliRunner().invoke(main, [*command, f"--history={tmp_path / 'out' / 'history.sqlite'}"])
    assert shown.exit_code == 1, shown.output
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert {"result.json", "document.html", "results.sarif", "history.sqlite"} <= {path.name for path in files}
    texts = {path.name: path.read_bytes().decode("utf-8", "replace").lower() for path in files}
    for name, text in {**texts, "terminal": shown.output.lower()}.items():
        for value in (getattr(visitor, each) for each in VALUES if each not in ("country", "region", "city")):
            assert not [form for form in _forms_of(value) if form in text], (name, value)
    if is_described:
        assert "hashed with the blanks around it" in texts["result.json"]


def test_a_hash_that_is_hidden_is_known_again_in_the_report_and_nowhere_else(tmp_path: Path) -> None:
    wrong = {"user_data/em": [hexed(f" {persona().email.lower()}")], "event_id": "9f86d081884c7d659a2feaa0c55ad015"}
    tag = meta_tag({"eid": "9f86d081884c7d659a2feaa0c55ad015"})
    recording = a_recording(landing(), tag, meta_capi(wrong), google_tag(), vendors=("meta", "google-ads"))
    har, calls = har_in(tmp_path, recording), calls_in(tmp_path, recording.exchanges)
    marks = []
    for _ in range(2):
        result = audited(tmp_path, har, server=(calls,), visit=described(tmp_path, "meta", "google-ads"))
        [finding] = outcomes(result, "meta")["identifier-hashing"].findings
        text = reported(tmp_path)
        assert finding.found in text
        assert (
            finding.expected.replace("‹hash#", "‹encoded hash#") in text
        )  # the other vendor's tag writes it in base64
        assert "9f86d081884c7d659a2feaa0c55ad015" in text
        marks.append((finding.expected, finding.found))
    assert not {*marks[0]} & {*marks[1]}


def test_what_is_somebodys_by_its_name_alone_is_no_proof_against_anybody(tmp_path: Path) -> None:
    """It may be the shop's own address; with a description it is known whose it is."""
    chat = Request(method="GET", url=f"https://chat.test/hello?email={quote(persona().email)}")
    sent = an_exchange(chat, name="chat", at=ORDER.at + 2, response=Response(status=200))
    har = har_in(tmp_path, a_recording(landing(), meta_tag(), sent, vendors=("meta",)))
    alone, told = audited(tmp_path, har), audited(tmp_path, har, visit=described(tmp_path, "meta"))
    leaks = [outcomes(result, "")["identifier-leak"].findings for result in (alone, told)]
    assert [(each.severity.value, each.message.partition(" stood")[0]) for [each] in leaks] == [
        ("warning", "Somebody's email address"),
        ("error", "The visitor's email address"),
    ]


def test_nothing_but_the_report_is_written(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    audited(tmp_path, har_in(tmp_path, recording), visit=described(tmp_path, "meta"))
    assert not [path for path in (tmp_path / "out").rglob("*") if path.name in ("recording.json", "network.har")]
    for value in (persona().email, persona().street, persona().last_name):
        assert value.lower() not in reported(tmp_path).lower()


def test_the_report_says_where_the_evidence_came_from_and_what_it_lacks(tmp_path: Path) -> None:
    result = audited(tmp_path, har_in(tmp_path, a_healthy_recording("meta")))
    run: RunResult = result.runs[0]
    assert [(source.name, source.program) for source in run.sources] == [
        ("visit.har", "WebInspector 537.36, Chromium 156")
    ]
    assert [gap.partition(":")[0] for gap in run.gaps] == [
        "what the site's servers sent",
        "which orders were made",
        "who the visitor was",
        "which accounts are meant",
    ]
    assert "Where the evidence came from" in reported(tmp_path)


def test_what_a_collector_received_does_not_repeat_what_the_browser_sent(tmp_path: Path) -> None:
    recording = a_healthy_recording("tealium")
    line = {"tealium_account": "cornershop", "tealium_profile": "main", "tealium_event": "purchase"}
    log = tmp_path / "events.jsonl"
    log.write_text(json.dumps(line | {"order_id": ORDER.order_id, "post_time": int(ORDER.at * 1000)}), "utf-8")
    [run] = audited(tmp_path, har_in(tmp_path, recording), server=(log,), visit=described(tmp_path, "tealium")).runs
    assert [row.collect_events for row in run.matrix] == [1]
    assert any("the browser's own calls tell of it" in lack for lack in run.sources[1].lacks)
    [alone] = audited(tmp_path, server=(log,), visit=described(tmp_path, "tealium")).runs
    assert [row.collect_events for row in alone.matrix] == [1]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.har: No such file"):
        audited(tmp_path, tmp_path / "nowhere.har")


def test_a_file_in_which_nothing_went_out_is_named(tmp_path: Path) -> None:
    path = tmp_path / "visit.har"
    path.write_text('{"log": {"entries": []}}', "utf-8")
    with pytest.raises(InputError, match="no request of the web in it"):
        audited(tmp_path, path)


def test_a_log_in_which_nothing_is_about_the_visit_is_named(tmp_path: Path) -> None:
    calls = calls_in(tmp_path, [meta_capi()])
    visit = visit_in(tmp_path, orders=[{"order_id": "CS-NEVER-MADE"}])
    with pytest.raises(InputError, match=r"calls\.jsonl: none of its 1 calls is about the visit"):
        audited(tmp_path, server=(calls,), visit=visit)
