"""Each fault changes what its title says, and nothing else."""

from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

import pytest

from harness.demo import FAULTS, WIRINGS
from harness.demo.announcing import calls_for
from harness.demo.call import Call
from harness.demo.call_faults import CALL_FAULTS
from harness.demo.editing import edit
from harness.demo.faults import spoiled
from harness.demo.options import Options
from harness.demo.vendors import VENDORS

META = "meta.body.data.0."
GOOGLE = "google-ads.body.events.0."
USER_ID = GOOGLE + "userData.userIdentifiers."
EMAIL = "jane.doe@mail.example"
MISSING = "missing"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


TEADS = "teads.body."
THREE = ("meta", "google-ads", "teads")
# By fault, what it changes at three vendors that are as different as vendors get.
CHANGES: dict[str, dict[str, Any]] = {
    "event-id-mismatch": {META + "event_id": "server.CS-7F3K9Q2"},
    "event-id-reused": {META + "event_id": "purchase"},
    "event-name-case": {META + "event_name": "purchase", TEADS + "conversion_type": "purchase"},
    "wrong-account": {
        "meta.url": "https://graph.facebook.com/v26.0/702400000000002/events",
        "google-ads.body.destinations.0.operatingAccount.accountId": "1234567892",
        TEADS + "buyer_pixel_id": 13612,
    },
    "value-comma": {
        META + "custom_data.value": "129,90",
        GOOGLE + "conversionValue": "129,90",
        TEADS + "conversion_params.price": "129,90",
    },
    "value-net": {
        META + "custom_data.value": 109.16,
        GOOGLE + "conversionValue": 109.16,
        TEADS + "conversion_params.price": 109.16,
    },
    "currency-missing": {
        META + "custom_data.currency": MISSING,
        GOOGLE + "currency": MISSING,
        TEADS + "conversion_params.currency": MISSING,
    },
    "order-id-prefixed": {META + "custom_data.order_id": "#CS-7F3K9Q2", GOOGLE + "transactionId": "#CS-7F3K9Q2"},
    "items-quantity": {META + "custom_data.contents.0.quantity": 1, GOOGLE + "cartData.items.0.quantity": 1},
    "email-untrimmed": {
        META + "user_data.em.0": _hash(" Jane.Doe@Mail.example"),
        USER_ID + "0.emailAddress": _hash(" Jane.Doe@Mail.example"),
    },
    "email-raw": {META + "user_data.em.0": EMAIL, USER_ID + "0.emailAddress": EMAIL},
    "email-double-hash": {
        META + "user_data.em.0": _hash(_hash(EMAIL)),
        USER_ID + "0.emailAddress": _hash(_hash(EMAIL)),
    },
    "phone-national": {
        META + "user_data.ph.0": _hash("015123456789"),
        USER_ID + "1.phoneNumber": _hash("015123456789"),
    },
    "click-id-lowercased": {
        META + "user_data.fbc": "fb.1.1795199000789.iwar2f4dbp0l7mn1iaw_case",
        GOOGLE + "adIdentifiers.gclid": "eaiaiqobchmi_test",
    },
    "click-id-dropped": {
        META + "user_data.fbc": MISSING,
        GOOGLE + "adIdentifiers.gclid": MISSING,
        TEADS + "auctid": MISSING,
    },
    "event-time-unit": {META + "event_time": 1795286400000, TEADS + "event_time": 1795286400000},
    "event-time-stale": {
        META + "event_time": 1795286400 - 8 * 86400,
        GOOGLE + "eventTimestamp": "2026-11-13T18:40:00Z",
        TEADS + "event_time": 1795286400 - 8 * 86400,
    },
    "clock-slow": {
        META + "event_time": 1795286000,
        GOOGLE + "eventTimestamp": "2026-11-21T18:33:20Z",
        TEADS + "event_time": 1795286000,
    },
}


def _flat(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = [(str(index), each) for index, each in enumerate(value)]
    else:
        return {path: value}
    return {key: leaf for name, each in entries for key, leaf in _flat(each, f"{path}.{name}").items()}


def _calls(purchase: Any, *faults: str) -> list[Any]:
    return list(calls_for(purchase, Options(faults=faults, vendors=THREE)))


def _leaves(purchase: Any, *faults: str) -> dict[str, Any]:
    calls = {call.vendor: asdict(call) for call in _calls(purchase, *faults)}
    return {path: leaf for vendor, call in calls.items() for path, leaf in _flat(call, vendor).items()}


def _difference(purchase: Any, fault: str) -> dict[str, Any]:
    healthy, faulty = _leaves(purchase), _leaves(purchase, fault)
    paths = [path for path in healthy | faulty if healthy.get(path) != faulty.get(path)]
    return {path: faulty.get(path, MISSING) for path in paths}


@pytest.mark.parametrize("fault", CHANGES)
def test_fault_changes_exactly_this(purchase, fault):
    assert _difference(purchase, fault) == CHANGES[fault]


def test_expired_tokens_change_the_tokens_only(purchase):
    difference = _difference(purchase, "capi-token-expired")
    assert {path: value[:15] for path, value in difference.items()} == {
        "meta.query.access_token": "expired-EAAdemo",
        "google-ads.headers.Authorization": "Bearer expired-",
        "teads.headers.Authorization": "Bearer expired-",
    }


def test_dropped_phone_reaches_no_vendor(purchase):
    faulty = _leaves(purchase, "phone-dropped")
    assert _hash("4915123456789") not in faulty.values()
    assert _hash("+4915123456789") not in faulty.values()
    assert _hash(EMAIL) in faulty.values()


def test_every_call_fault_is_covered_here():
    assert CALL_FAULTS.keys() == CHANGES.keys() | {"capi-token-expired", "phone-dropped"}
    assert CALL_FAULTS.keys() <= FAULTS.keys()


@pytest.mark.parametrize("fault", ["click-id-lowercased", "click-id-dropped"])
def test_a_click_that_never_was_cannot_be_spoiled(purchase, fault):
    unclicked = replace(purchase, visit=replace(purchase.visit, clicks={}, cookies={}))
    assert _difference(unclicked, fault) == {}


@pytest.mark.parametrize(
    ("vendor", "field"), [(vendor, field) for vendor in VENDORS for field in sorted(VENDORS[vendor].fields)]
)
def test_a_field_that_faults_edit_is_in_the_call(purchase, vendor, field):
    """A path that leads nowhere would make a fault that does nothing."""
    call = VENDORS[vendor].call(purchase)
    before = asdict(call)
    edit(call, VENDORS[vendor].fields[field], lambda value: "edited")
    assert asdict(call) != before
    if field == "account":
        assert VENDORS[vendor].account in str(before)


@pytest.mark.parametrize(
    ("fault", "vendors"),
    [
        ("capi-missing", []),
        ("capi-sent-twice", ["meta", "meta", "google-ads", "google-ads", "teads", "teads"]),
        ("tag-missing", ["meta", "google-ads", "teads"]),
    ],
)
def test_how_often_each_vendor_is_called(purchase, fault, vendors):
    assert [call.vendor for call in _calls(purchase, fault)] == vendors


def test_faults_add_up(purchase):
    faulty = _leaves(purchase, "wrong-account", "email-raw")
    assert faulty["meta.url"].endswith("/702400000000002/events")
    assert faulty[META + "user_data.em.0"] == EMAIL


def test_a_wrong_account_is_another_of_the_vendors_own(purchase):
    """Even if the account looks as if another vendor's stood in it."""
    account = f"5{VENDORS['teads'].account}4"
    vendor = replace(VENDORS["meta"], account=account, fields={"account": "body/account"})
    call = Call(vendor="meta", url="https://meta.test", body={"account": account})
    (edited,) = spoiled(call, purchase, ["wrong-account"], vendor)
    assert edited.body == {"account": f"5{VENDORS['teads'].account}2"}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_each_fault_says_where_it_exists(fault):
    assert FAULTS[fault.name] is fault
    assert set(fault.wirings) <= set(WIRINGS)
    assert fault.title
    assert fault.wirings
