"""Each fault changes what its title says, and nothing else."""

from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

import pytest

from harness.demo import FAULTS
from harness.demo.call_faults import CALL_FAULTS
from harness.demo.senders import calls_for

META = "meta.body.data.0."
GOOGLE = "google-ads.body.events.0."
USER_ID = GOOGLE + "userData.userIdentifiers."
EMAIL = "jane.doe@mail.example"
MISSING = "missing"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


CHANGES: dict[str, dict[str, Any]] = {
    "event-id-mismatch": {META + "event_id": "server.CS-7F3K9Q2"},
    "event-id-reused": {META + "event_id": "purchase"},
    "event-name-case": {META + "event_name": "purchase"},
    "wrong-pixel": {"meta.url": "https://graph.facebook.com/v26.0/702400000000002/events"},
    "value-comma": {META + "custom_data.value": "129,90"},
    "value-net": {META + "custom_data.value": 109.16, GOOGLE + "conversionValue": 109.16},
    "currency-missing": {META + "custom_data.currency": MISSING},
    "order-id-prefixed": {GOOGLE + "transactionId": "#CS-7F3K9Q2"},
    "items-quantity": {META + "custom_data.contents.0.quantity": 1},
    "email-untrimmed": {META + "user_data.em.0": _hash(" Jane.Doe@Mail.example")},
    "email-raw": {META + "user_data.em.0": EMAIL},
    "email-double-hash": {META + "user_data.em.0": _hash(_hash(EMAIL))},
    "phone-national": {USER_ID + "1.phoneNumber": _hash("015123456789")},
    "fbclid-lowercased": {META + "user_data.fbc": "fb.1.1795199000789.iwar2f4dbp0l7mn1iaw_case"},
    "click-id-dropped": {"teads.body.auctid": MISSING},
    "event-time-milliseconds": {META + "event_time": 1795286400000},
    "event-time-stale": {META + "event_time": 1795286400 - 8 * 86400},
    "teads-clock-slow": {"teads.body.event_time": 1795286000},
}


def _flat(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = [(str(index), each) for index, each in enumerate(value)]
    else:
        return {path: value}
    return {key: leaf for name, each in entries for key, leaf in _flat(each, f"{path}.{name}").items()}


def _leaves(purchase: Any, *faults: str) -> dict[str, Any]:
    calls = {call.vendor: asdict(call) for call in calls_for(purchase, faults)}
    return {path: leaf for vendor, call in calls.items() for path, leaf in _flat(call, vendor).items()}


def _difference(purchase: Any, fault: str) -> dict[str, Any]:
    healthy, faulty = _leaves(purchase), _leaves(purchase, fault)
    paths = [path for path in healthy | faulty if healthy.get(path) != faulty.get(path)]
    return {path: faulty.get(path, MISSING) for path in paths}


@pytest.mark.parametrize("fault", CHANGES)
def test_fault_changes_exactly_this(purchase, fault):
    assert _difference(purchase, fault) == CHANGES[fault]


def test_expired_token_changes_the_token_only(purchase):
    difference = _difference(purchase, "capi-token-expired")
    assert list(difference) == ["meta.query.access_token"]
    assert difference["meta.query.access_token"].startswith("expired-")


def test_dropped_phone_reaches_no_vendor(purchase):
    faulty = _leaves(purchase, "phone-dropped")
    assert _hash("4915123456789") not in faulty.values()
    assert _hash("+4915123456789") not in faulty.values()
    assert _hash(EMAIL) in faulty.values()


def test_every_call_fault_is_covered_here():
    assert CALL_FAULTS.keys() == CHANGES.keys() | {"capi-token-expired", "phone-dropped"}
    assert CALL_FAULTS.keys() <= FAULTS.keys()


def test_lower_casing_an_unknown_click_changes_nothing(purchase):
    unclicked = replace(purchase, visit=replace(purchase.visit, fbc=""))
    assert _difference(unclicked, "fbclid-lowercased") == {}


@pytest.mark.parametrize(
    ("fault", "vendors"),
    [
        ("capi-missing", ["google-ads", "teads"]),
        ("capi-sent-twice", ["meta", "meta", "google-ads", "google-ads", "teads", "teads"]),
        ("tag-missing", ["meta", "google-ads", "teads"]),
    ],
)
def test_how_often_each_vendor_is_called(purchase, fault, vendors):
    assert [call.vendor for call in calls_for(purchase, [fault])] == vendors


def test_faults_add_up(purchase):
    faulty = _leaves(purchase, "wrong-pixel", "email-raw")
    assert faulty["meta.url"].endswith("/702400000000002/events")
    assert faulty[META + "user_data.em.0"] == EMAIL


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_each_fault_says_where_it_exists_and_shows(fault):
    assert FAULTS[fault.name] is fault
    assert set(fault.wirings) <= {"direct", "tealium"}
    assert set(fault.profiles) <= {"none", "ublock"}
    assert fault.title
    assert fault.wirings
    assert fault.profiles
