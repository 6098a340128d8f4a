"""A file alone is judged by its shape, the form of identifiers, its times and its repeats; it tells nobody's data."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from builders import hexed, specs

from harness.record.uploads import request_of
from harness.upload_audit import UploadAudit, audit_upload

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
CLICKS = (
    "Parameters:TimeZone=+0100\n"
    "Google Click ID,Conversion Name,Conversion Time,Order ID,Conversion Value,Conversion Currency\n"
)
LEADS = "Email,Phone Number,Conversion Name,Conversion Time,Conversion Value,Conversion Currency\n"
PIN_EVENT = {
    "event_name": "checkout",
    "action_source": "offline",
    "event_time": int(NOW) - 86399,
    "event_id": "till-1",
    "user_data": {"em": [hexed("jane.doe@mail.example")]},
    "custom_data": {"value": "1.00", "currency": "EUR", "order_id": "T-1"},
}
CLICK = "EAIaIQobChMI_test_gclid_0001"
MAIL, DIGEST = "jane.doe@mail.example", hexed("jane.doe@mail.example")


def audited(text: str, vendor: str = "google-ads", file: str = "day.csv") -> UploadAudit:
    return audit_upload(request_of(vendor, file, text.encode(), "1234567890"), specs()[vendor], NOW)


def told(text: str, vendor: str = "google-ads") -> list[str]:
    return [f"{each.line}:{each.column} {each.severity} {each.message}" for each in audited(text, vendor).findings]


def test_a_sound_file_has_nothing_wrong() -> None:
    audit = audited(f"{CLICKS}{CLICK},Sale,2026-11-21 12:00:00,T-1,129.90,EUR\n")
    assert list(audit.lines("day.csv")) == [
        "day.csv: 1 row as google-ads click-file for account 1234567890: nothing wrong"
    ]


def test_what_is_wrong_is_told_at_the_cell() -> None:
    rows = f'{CLICK},"Sale, in store",2026-11-21 12:00:00,T-1,"129,90",eur\n'
    assert told(CLICKS + rows) == [
        "3:71 error Conversion Value is 129,90; expected a number with a decimal point and nothing else",
        "3:80 error Conversion Currency is eur; expected an ISO 4217 code such as EUR",
    ]


def test_identifiers_are_judged_by_their_form() -> None:
    moment = "Sale,2026-11-21 12:00:00+0100,1,EUR\n"
    rows = f"{MAIL},{DIGEST},{moment}{DIGEST[:32]},{hexed('')},{moment}{DIGEST.upper()},,{moment}"
    assert told(LEADS + rows) == [
        "2:1 error email is plain; expected its SHA-256",
        "3:1 error email is a digest of another kind; expected SHA-256",
        "3:34 warning phone is the SHA-256 of nothing; leave it out",
        "4:1 error email is a digest in hex-upper; expected hex",
    ]


def test_times_are_judged_by_now() -> None:
    rows = f"{CLICK},Sale,2026-11-23 12:00:00,T-1,1,EUR\n{CLICK},Sale,2026-01-21 12:00:00,T-2,1,EUR\n"
    assert told(CLICKS + rows) == [
        "3:35 error Conversion Time is 23.0 hours ahead; expected a time that is not in the future",
        "4:35 error Conversion Time is 305.0 days ago; the vendor takes 90.0 days",
    ]
    assert told(f"{LEADS}{DIGEST},,Sale,2026-09-10 12:00:00+0100,1,EUR\n") == [
        f"2:{len(DIGEST) + 8} error Conversion Time is 73.0 days ago; the vendor takes 63.0 days"
    ]
    assert told(json.dumps(PIN_EVENT) + "\n", "pinterest") == []
    late = {**PIN_EVENT, "action_source": "web"}
    assert [each.partition(" ")[2] for each in told(json.dumps(late) + "\n", "pinterest")] == [
        "warning event_time is 24.0 hours ago; after 1.0 hours the vendor takes it for an offline event"
    ]


def test_a_time_without_a_zone_is_told() -> None:
    assert told(f"{LEADS}{DIGEST},,Sale,2026-11-21 12:00:00,1,EUR\n") == [
        "2:72 error Conversion Time is 2026-11-21 12:00:00; expected a time zone, in the row or in the line above the "
        "table"
    ]


def test_a_row_that_repeats_another_names_it() -> None:
    row = f"{CLICK},Sale,2026-11-21 12:00:00,,1,EUR\n"
    ordered = "other_click_id,Sale,2026-11-20 12:00:00,T-1,1,EUR\n"
    assert told(CLICKS + row + ordered + row + ordered) == [
        "5:1 warning the row repeats row 3: Without an order ID, a second upload of a click ID and conversion time for "
        "the same conversion action is refused.",
        "6:1 warning the row repeats row 4: A second upload of an order ID for the same conversion action is refused.",
    ]


def test_a_row_that_repeats_a_click_and_its_time_is_told_by_the_rule_of_offline_conversions() -> None:
    head = "Parameters:TimeZone=+0000\nMicrosoft Click ID,Conversion Name,Conversion Time\n"
    rows = "".join(f"f894f652ea334e739002f7167ab8f8e3,Sale,11/21/2026 {hour}:50:54 PM\n" for hour in (6, 7, 6))
    found = audited(head + rows, "microsoft-uet").findings
    assert [(each.line, each.rule.id if each.rule else "") for each in found if each.kind == "repeated"] == [
        (5, "microsoft-uet.dedup.offline-repeat")
    ]


def test_lines_of_json_are_judged_as_events_of_the_api() -> None:
    line = (
        '{"event_name": "purchase", "event_time": 1795345200, "action_source": "physical_store", '
        f'"user_data": {{"em": ["{MAIL}"]}}, "custom_data": {{"value": 1, "currency": "EUR"}}}}\n'
    )
    column = line.index('"em"') + 1
    assert told(line + "no event\n", "meta") == [
        "1:2 error event_name is purchase; the vendor's name is Purchase",
        f"1:{column} error email is plain; expected its SHA-256",
        "2:1 error the row is not as it should be; expected a value of type object",
    ]


def test_a_vendor_that_takes_plain_emails_in_files_gets_no_complaint() -> None:
    head = "email,firstname,lastname,timestamp,eventtype,amount,currency\n"
    assert told(f"{head}{MAIL},Jane,Doe,11/21/2026,PURCHASE,129.90,EUR\n", "linkedin") == []


def test_a_file_in_no_known_form_is_told() -> None:
    assert told("Order,Value\nT-1,1\n") == [
        "1:1 error the file has no form that is known; expected a table with the columns Email, Conversion Name or a "
        "table with the columns Google Click ID, Conversion Name"
    ]


@pytest.mark.parametrize("value", [MAIL, "Jane Doe", "+49 170 1234567", "0170 1234567", "01701234567", "Jane"])
def test_what_people_typed_is_never_shown(value: str) -> None:
    rows = f"{value},{value},Sale,{value},{value},{value}\n,,{value},x,{value},\n"
    for text in (LEADS + rows, f"{CLICKS}{value},{value},{value},{value},{value},{value}\n"):
        shown = "\n".join(audited(text).lines("day.csv"))
        assert "error" in shown
        assert value not in shown


def test_many_findings_of_a_kind_are_counted() -> None:
    rows = "".join(f"{CLICK},Sale,2026-11-21 12:00:{number:02d},T-{number},x,EUR\n" for number in range(15))
    lines = list(audited(CLICKS + rows).lines("day.csv"))
    assert len([line for line in lines if "error: Conversion Value" in line]) == 10
    assert lines[-2] == "day.csv: Conversion Value, a number with a decimal point and nothing else: 5 more"
    assert lines[-1].endswith("15 errors")
