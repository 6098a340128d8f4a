"""Requests of other people's making are counted as read, knowingly auxiliary, or missed; nothing is passed over."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from vendors.vendor_files import specs

from harness.conformance import conformance, request_of, table
from harness.errors import InputError
from harness.load.known_misses import load_known_misses
from harness.load.vendor_specs import packaged_specs
from harness.model.spec import KnownMiss

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
    assert (tally.requests, tally.negatives, tally.as_event, tally.as_twin) == (0, 2, 1, 0)
    assert list(tally.faults()) == ["look-alikes read as events: 1 of 2, expected none"]


def test_a_look_alike_that_only_repeats_an_event_on_the_vendors_other_host_is_told_apart() -> None:
    twin = "https://t.co/i/adsct?p_id=Twitter&txn_id=abc123&events=%5B%5B%22pageview%22%2Cnull%5D%5D"
    tally = tallied(a_line(vendor="twitter", url=twin, expected={"matches": False}))["x", "tag"]
    assert (tally.negatives, tally.as_event, tally.as_twin) == (1, 0, 1)
    assert list(tally.faults()) == []


def test_on_the_sites_own_host_nothing_else_repeats_an_event_so_it_counts_as_one() -> None:
    own = "https://shop.example/x?v=2&tid=G-1234567&en=purchase"
    tally = tallied(a_line(vendor="ga4", url=own, expected={"matches": False}))["ga4", "tag"]
    assert (tally.as_event, tally.as_twin) == (1, 0)


def test_a_miss_that_is_explained_does_not_fail_and_is_still_no_reading() -> None:
    known = KnownMiss(
        vendor="meta", channel="tag", request=r"GET https://www\.facebook\.com/else.*", says="x", because="no event"
    )
    miss = a_line(url="https://www.facebook.com/elsewhere")
    explained = conformance([a_line(), miss], specs(), [known])["meta", "tag"]
    assert (explained.read, explained.accounted_for, explained.missed) == (50.0, 100.0, [])
    assert explained.explained == ["GET https://www.facebook.com/elsewhere (no event)"]
    assert list(explained.faults()) == []
    in_another_channel = conformance([miss], specs(), [replace(known, channel="server")])["meta", "tag"]
    assert in_another_channel.explained == []


def test_one_unexplained_miss_in_a_hundred_passes_and_two_do_not() -> None:
    miss = a_line(url="https://www.facebook.com/elsewhere")
    assert list(tallied(*[a_line()] * 99, miss)["meta", "tag"].faults()) == []
    faults = list(tallied(*[a_line()] * 98, miss, miss)["meta", "tag"].faults())
    assert faults == ["read or explained: 98.0 % of 100, expected 99 % or more"]


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
    assert lines[2:] == [
        "missed (meta, tag): GET https://www.facebook.com/elsewhere",
        "fails (meta, tag): read or explained: 50.0 % of 2, expected 99 % or more",
    ]


def test_known_misses_name_vendors_that_there_are_and_the_documentation_tells_them() -> None:
    page = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text("utf-8")
    for entry in load_known_misses(packaged_specs() / "known_misses.yaml"):
        assert entry.vendor in specs()
        assert f"| {entry.says} | {entry.because} |" in page


def test_a_mistake_in_the_known_misses_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "known_misses.yaml"
    file.write_text("- {vendor: meta, channel: tag, says: a, because: b,\n   request: 'GET ('}\n")
    with pytest.raises(InputError, match=r"known_misses.yaml:2:13: broken pattern"):
        load_known_misses(file)
    file.write_text("- {vendor: meta, channel: capi, says: a, because: b, request: GET}\n")
    with pytest.raises(InputError, match=r"known_misses.yaml:1:27: .*tag, server"):
        load_known_misses(file)
