"""Requests of other people's making are counted as read, knowingly auxiliary, or missed; nothing is passed over."""

from __future__ import annotations

import json
from typing import Any

from vendors.vendor_files import specs

from harness.conformance import conformance, request_of, table

PURCHASE = "https://www.facebook.com/tr/?id=111122223333444&ev=Purchase&eid=o-1&cd[value]=5&cd[currency]=EUR"


def a_line(**changes: Any) -> str:
    row = {"vendor": "meta", "channel": "tag", "method": "GET", "url": PURCHASE, "headers": {}, "body": None}
    return json.dumps({**row, "expected": {"matches": True}, **changes})


def tallied(*lines: str) -> Any:
    return conformance(lines, specs())


def test_a_request_that_is_read_is_counted_with_the_fields_it_gave() -> None:
    tally = tallied(a_line())["meta", "tag"]
    assert (tally.requests, tally.events, tally.read) == (1, 1, 100.0)
    assert tally.fields == {"account": 1, "name": 1, "event_id": 1, "order_id": 0, "value": 1, "currency": 1}


def test_a_request_that_nobody_reads_is_missed_and_named() -> None:
    tally = tallied(a_line(url="https://www.facebook.com/another/path"))["meta", "tag"]
    assert (tally.events, tally.read) == (0, 0.0)
    assert tally.missed == ["GET https://www.facebook.com/another/path"]


def test_a_script_is_read_but_no_event() -> None:
    tally = tallied(a_line(url="https://connect.facebook.net/en_US/fbevents.js"))["meta", "tag"]
    assert (tally.events, tally.auxiliary, tally.read) == (0, 1, 100.0)


def test_a_look_alike_counts_as_wrong_only_if_it_is_read_as_an_event() -> None:
    no = {"matches": False}
    script = a_line(url="https://connect.facebook.net/en_US/fbevents.js", expected=no)
    tally = tallied(a_line(expected=no), script)["meta", "tag"]
    assert (tally.requests, tally.negatives, tally.wrongly_read) == (0, 2, 1)


def test_names_of_other_tools_are_known_and_unknown_vendors_are_passed_over() -> None:
    tallies = tallied(a_line(vendor="facebook"), a_line(vendor="nobody"), a_line(channel="tag-call"))
    assert list(tallies) == [("meta", "tag")]


def test_structured_bodies_are_encoded_as_their_format_says() -> None:
    row = {"method": "POST", "url": "https://x.test/", "body": {"format": "form", "data": {"a": "1 2"}}}
    request = request_of(row)
    assert (request.body.text if request.body else "") == "a=1+2"
    assert dict(request.headers)["content-type"] == "application/x-www-form-urlencoded"
    as_json = request_of({**row, "body": {"format": "JSON", "data": [1]}})
    assert (as_json.body.text if as_json.body else "") == "[1]"
    bare = request_of({**row, "body": {"data": [1], "event": "x"}})
    assert (bare.body.text if bare.body else "") == '{"data": [1], "event": "x"}'


def test_the_table_names_every_vendor_and_every_miss() -> None:
    lines = list(table(tallied(a_line(), a_line(url="https://www.facebook.com/elsewhere"))))
    assert lines[0].split()[:4] == ["vendor", "channel", "requests", "read"]
    assert lines[1].split()[:5] == ["meta", "tag", "2", "50.0", "%"]
    assert lines[2] == "missed (meta, tag): GET https://www.facebook.com/elsewhere"
