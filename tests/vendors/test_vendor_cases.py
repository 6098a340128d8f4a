"""Every vendor spec reads the requests it must read, and leaves alone what only looks like them.

A case is a file: `<vendor>/accepted/*.yaml` and `<vendor>/rejected/*.yaml`; adding a case is adding a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from vendors.vendor_files import (
    HERE,
    case_files,
    data_of,
    exchanges_of,
    name_of,
    scenario_with,
    specs,
    subset_faults,
    vendor_of,
)

from harness.comparators.filters import filtered_events
from harness.decode import answer_for, decode
from harness.decode.matching import host_of, rule_for
from harness.model.event import Event, SchemaFault
from harness.model.recording import Response
from harness.model.spec import Role

# Keys of an expected event that are not fields of the decoded one. `times` stands for so many alike, of a batch that is
# too large; their own faults are not looked at.
_OWN_KEYS = ("faults", "request_faults", "unreadable", "mirrors", "filtered", "times")


def _plain(event: Event) -> dict[str, Any]:
    return msgspec.to_builtins(event)


@pytest.mark.parametrize("path", case_files("accepted"), ids=name_of)
def test_a_request_is_read_as_the_events_it_carries(path: Path) -> None:
    case = data_of(path)
    exchanges = exchanges_of(case)
    decoded = decode(exchanges, specs().values(), scenario_with(vendor_of(path)))
    assert not decoded.unrecognised, case["says"]
    assert {event.vendor for event in decoded.events} <= {vendor_of(path)}
    all_expected = [entry for entry in case["events"] for _ in range(entry.get("times", 1))]
    assert len(decoded.events) == len(all_expected), case["says"]
    for expected, event in zip(all_expected, decoded.events, strict=True):
        wanted = {key: value for key, value in expected.items() if key not in _OWN_KEYS}
        assert subset_faults(wanted, _plain(event)) == [], case["says"]
        assert "times" in expected or _told(event.schema_faults) == sorted(expected.get("faults", [])), case["says"]
        assert _told(event.request_faults) == sorted(expected.get("request_faults", [])), case["says"]
        assert [problem.field for problem in event.problems] == expected.get("unreadable", []), case["says"]
        assert len(event.mirrors) == expected.get("mirrors", 0), case["says"]
        assert _filter_of(event) == expected.get("filtered", ""), case["says"]


def _filter_of(event: Event) -> str:
    """The filter that catches an event, and whether it is counted: `test-code never`."""
    found = filtered_events([event], specs()[event.vendor])
    return " ".join(f"{each.rule.id.removeprefix(f'{event.vendor}.filter.')} {each.counted}" for each in found)


def _told(faults: Iterable[SchemaFault]) -> list[str]:
    return sorted(f"{fault.path} {fault.rule}".strip() for fault in faults)


@pytest.mark.parametrize("path", case_files("accepted"), ids=name_of)
def test_the_stand_in_answers_as_the_vendor_would(path: Path) -> None:
    case = data_of(path)
    for entry, exchange in zip(case["requests"], exchanges_of(case), strict=True):
        found = answer_for(exchange.request, specs().values(), exchange.started_at)
        expected = entry.get("answer") or case["answer"]
        assert found is not None
        assert found.status == expected["status"], case["says"]
        assert subset_faults(expected.get("headers", {}), dict(found.headers)) == [], case["says"]
        if "body" in expected:
            assert subset_faults(expected["body"], _body(found)) == [], case["says"]


def _body(response: Response) -> Any:
    text = (response.body.text if response.body else "") or ""
    return json.loads(text) if text.startswith("{") else text


@pytest.mark.parametrize("name", ["tag-first-party", "tag-hidden", "capi-first-party"])
def test_a_hit_to_the_sites_own_host_is_the_vendors_unless_a_tagging_server_has_it(name: str) -> None:
    """What the tagging server does not hand on never reached the vendor."""
    case = data_of(HERE / "ga4" / "accepted" / f"{name}.yaml")
    alone, both = scenario_with("ga4"), scenario_with("ga4") | scenario_with("server-gtm")
    for exchange in exchanges_of(case):
        if host_of(exchange.request.url).endswith("shop.example"):
            direct = decode([exchange], specs().values(), alone)
            assert [event.vendor for event in direct.events if event.vendor == "ga4"] != []
            assert direct.handed_over == frozenset()
            collected = decode([exchange], specs().values(), both)
            assert {event.vendor for event in collected.events} == {"server-gtm"}
            assert collected.handed_over == {"ga4"}


@pytest.mark.parametrize("path", case_files("rejected"), ids=name_of)
def test_a_look_alike_is_no_event(path: Path) -> None:
    """`is`: `auxiliary` (known, and no event), `incomplete` (known, and reported for what it lacks), `unrecognised`
    (reported as such) or `foreign` (none of this vendor)."""
    case = data_of(path)
    vendor = vendor_of(path)
    for exchange in exchanges_of(case):
        decoded = decode([exchange], specs().values(), scenario_with(vendor))
        assert [event for event in decoded.events if event.vendor == vendor] == [], case["says"]
        found = rule_for(exchange.request, [specs()[vendor]], exchange.page)
        role = found[1].role if found else None
        assert (role is Role.AUXILIARY) == (case["is"] in ("auxiliary", "incomplete")), case["says"]
        reported = [call.lacks for call in decoded.unrecognised if call.vendor == vendor]
        assert bool(reported) == (case["is"] in ("unrecognised", "incomplete")), case["says"]
        assert reported == [case["lacks"]] if case["is"] == "incomplete" else True, case["says"]


@pytest.mark.parametrize("vendor", sorted(specs()))
def test_every_request_of_a_spec_has_a_case(vendor: str) -> None:
    read = {
        rule[1].id
        for kind in ("accepted", "rejected")
        for path in case_files(kind)
        if vendor_of(path) == vendor
        for exchange in exchanges_of(data_of(path))
        if (rule := rule_for(exchange.request, [specs()[vendor]], exchange.page))
    }
    assert {request.id for request in specs()[vendor].requests} - read == set()


@pytest.mark.parametrize("vendor", sorted(specs()))
def test_every_filter_of_a_spec_has_a_case(vendor: str) -> None:
    cases = [data_of(path) for path in case_files("accepted") if vendor_of(path) == vendor]
    caught = {event["filtered"].split()[0] for case in cases for event in case["events"] if "filtered" in event}
    assert {f"{vendor}.filter.{name}" for name in caught} == {entry.rule.id for entry in specs()[vendor].filters}


@pytest.mark.parametrize("vendor", sorted(specs()))
def test_a_spec_has_look_alikes(vendor: str) -> None:
    assert [path for path in case_files("rejected") if vendor_of(path) == vendor]
