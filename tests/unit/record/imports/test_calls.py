"""A log of server calls is read line by line, in our own form or in one that is described as data."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.load.call_logs import load_call_logs
from harness.load.vendor_specs import packaged_specs
from harness.model.recording import Fate, Origin
from harness.record.imports import ImportedFile, imported_files

CALL: dict[str, Any] = {
    "time": "2026-11-22T12:00:00Z",
    "url": "https://api.ads.test/events",
    "body": {"event": "Purchase"},
}
NOON = 1795348800.0


def read(folder: Path, *lines: Any) -> ImportedFile:
    path = folder / "calls.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    forms = load_call_logs(packaged_specs() / "call_logs.yaml")
    [file] = imported_files(path, 3, is_servers=True, origins={}, forms=forms)
    return file


def test_a_line_is_a_call_of_a_server(tmp_path: Path) -> None:
    file = read(tmp_path, CALL | {"status": 200, "response": {"ok": True}, "headers": {"x-a": "b"}}, "")
    [exchange] = file.exchanges
    assert (exchange.id, exchange.origin, exchange.started_at) == ("3-0001", Origin.SERVER, NOON)
    assert exchange.request.method == "POST"
    assert exchange.request.headers == (("x-a", "b"), ("content-type", "application/json"))
    assert exchange.request.body is not None
    assert exchange.request.body.text == '{"event":"Purchase"}'
    assert exchange.response is not None
    assert (exchange.fate, exchange.response.status) == (Fate.ANSWERED, 200)


def test_a_call_whose_answer_nobody_wrote_down_has_none(tmp_path: Path) -> None:
    file = read(tmp_path, CALL)
    assert (file.exchanges[0].fate, file.exchanges[0].response) == (Fate.PENDING, None)
    assert "1 request of which the answer is not known" in file.source.lacks


def test_seconds_are_a_time_as_well(tmp_path: Path) -> None:
    assert read(tmp_path, CALL | {"time": NOON + 0.5}).exchanges[0].started_at == NOON + 0.5


def test_a_body_that_was_zipped_on_its_way_is_read(tmp_path: Path) -> None:
    zipped = base64.b64encode(gzip.compress(b'{"event":"Purchase"}')).decode()
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    [exchange] = read(tmp_path, {**CALL, "headers": headers, "body": None, "base64": zipped}).exchanges
    assert exchange.request.body is not None
    assert exchange.request.body.text == '{"event":"Purchase"}'


WRONG = {
    "no JSON": ("{", "calls.jsonl:2:1"),
    "no object": ("[1]", "a JSON list"),
    "misspelt": (CALL | {"stauts": 200}, 'unknown key "stauts"'),
    "no time": ({"url": "https://a.test"}, "no time"),
    "no zone": (CALL | {"time": "2026-11-22T12:00:00"}, "without a zone"),
    "milliseconds": (CALL | {"time": NOON * 1000}, "looks like milliseconds"),
    "no URL": (CALL | {"url": "/events"}, "a whole URL"),
    "no status": (CALL | {"status": "fine"}, "an HTTP status"),
    "no headers": (CALL | {"headers": "x-a: b"}, "headers of another shape"),
    "no base64": (CALL | {"base64": "???"}, "base64 that cannot be decoded"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_line_is_named_with_what_was_expected(tmp_path: Path, name: str) -> None:
    line, said = WRONG[name]
    with pytest.raises(InputError, match=r"calls\.jsonl:2:1") as refused:
        read(tmp_path, CALL, line)
    assert said in str(refused.value)


def test_all_wrong_lines_are_named_unless_the_file_is_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r":1:1(.|\n)*:3:1"):
        read(tmp_path, {"url": ""}, CALL, {"url": ""})
    with pytest.raises(InputError, match="15 more lines are wrong"):
        read(tmp_path, *[{"level": "info"}] * 35)


ASKED = {
    "Name": "Pixel", "Type": "Request", "TraceId": "t1", "EventName": "purchase", "RequestMethod": "POST",
    "RequestUrl": "https://api.ads.test/events", "RequestBody": {"event": "Purchase"},
}  # fmt: skip
ANSWERED = {"Name": "Pixel", "Type": "Response", "TraceId": "t1", "ResponseStatusCode": 200, "ResponseBody": '{"ok":1}'}


@pytest.mark.parametrize("around", ["jsonPayload", "textPayload", ""])
def test_a_log_of_server_templates_has_the_call_and_its_answer_in_two_lines(tmp_path: Path, around: str) -> None:
    def line(said: dict[str, Any], time: str) -> dict[str, Any]:
        inner = json.dumps(said) if around == "textPayload" else said
        return {"timestamp": time, **({around: inner} if around else said)}

    file = read(
        tmp_path,
        line(ASKED, "2026-11-22T12:00:00.000Z"),
        line(ASKED | {"TraceId": "t2", "Type": "Message"}, "2026-11-22T12:00:01Z"),
        line(ANSWERED, "2026-11-22T12:00:02Z"),
    )
    [exchange] = file.exchanges
    assert (exchange.request.url, exchange.started_at, exchange.ended_at) == (ASKED["RequestUrl"], NOON, NOON + 2)
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert (file.source.entries, file.source.taken, file.is_received) == (3, 1, False)


def test_such_a_log_without_times_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no time"):
        read(tmp_path, ASKED)


def test_an_event_that_a_webhook_handed_on_tells_what_the_collector_received(tmp_path: Path) -> None:
    event = {"tealium_account": "shop", "tealium_profile": "main", "tealium_event": "purchase", "order_id": "1001"}
    file = read(tmp_path, event | {"post_time": 1795348800000})
    [exchange] = file.exchanges
    assert (exchange.request.url, exchange.started_at) == ("https://collect.tealiumiq.com/event", NOON)
    assert exchange.request.body is not None
    assert json.loads(exchange.request.body.text or "")["order_id"] == "1001"
    assert file.is_received
