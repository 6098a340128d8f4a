"""A lead, and a sale away from the web, go to each vendor in the form its spec asks for, and can be spoiled, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from vendors.vendor_files import specs

from harness.decode import decode
from harness.demo import VENDORS
from harness.demo.announcing import calls_for, offline_calls_for
from harness.demo.call import Call
from harness.demo.call_faults import CALL_FAULTS
from harness.demo.editing import edit
from harness.demo.options import Options
from harness.demo.purchase import PointOfSale, Purchase
from harness.demo.vendors import google_ads, linkedin, sa360, x
from harness.demo.vendors.google_ads import offline as google_offline
from harness.demo.vendors.microsoft_uet import offline as microsoft_offline
from harness.model.event import Event
from harness.model.recording import Body, Exchange, Fate, Origin, Request
from harness.model.scenario import VendorAccount

# What vendors take of purchases only.
NOT_OF_LEADS = {("amazon", "currency-missing"), ("amazon", "items-quantity")}
OFFLINE = {name: vendor.offline for name, vendor in VENDORS.items() if vendor.offline is not None}
LEAD_NAMES = {
    "google-ads": google_ads.CONVERSION_ACTIONS["generate_lead"],
    "linkedin": str(linkedin.SERVER_RULES["generate_lead"]),
    "sa360": sa360.ACTIVITIES["generate_lead"],
    "snapchat": "SIGN_UP",
    "x": x.EVENTS["generate_lead"].rpartition("-")[2],
}
OFFLINE_NAMES = {
    "google-ads": google_offline.ACTION,
    "linkedin": str(linkedin.OFFLINE_RULE),
    "microsoft-uet": microsoft_offline.GOAL,
    "sa360": sa360.OFFLINE_ACTIVITY,
}


@pytest.fixture
def lead(purchase: Purchase) -> Purchase:
    return replace(purchase, event="generate_lead", event_id="generate_lead.HB-7F3K9Q2.0123456789abcdef")


def sold(purchase: Purchase, point_of_sale: PointOfSale = PointOfSale.STORE) -> Purchase:
    visit = replace(purchase.visit, ip_address="", user_agent="")
    return replace(purchase, point_of_sale=point_of_sale, url="", visit=visit)


def read(call: Call, event: str, name: str) -> Event:
    """The one event that the vendor's spec reads in a call."""
    text = json.dumps(call.body)
    request = Request(
        method="POST",
        url=f"{call.url}?{urlencode(call.query)}" if call.query else call.url,
        headers=(("content-type", "application/json"), *call.headers.items()),
        body=Body(text=text, size=len(text.encode())),
    )
    exchange = Exchange(id="e", origin=Origin.SERVER, started_at=1_795_286_401.0, request=request, fate=Fate.ANSWERED)
    account = VendorAccount(vendor=call.vendor, channels=("tag", "capi"), names={event: {"capi": name}} if name else {})
    decoded = decode([exchange], specs().values(), {call.vendor: account})
    (found,) = decoded.events
    return found


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_lead_is_read_as_one_by_the_vendors_spec(lead, vendor):
    call = VENDORS[vendor].call(lead)
    assert call is not None
    event = read(call, "generate_lead", LEAD_NAMES.get(vendor, ""))
    assert (event.event, event.schema_faults, event.request_faults, event.problems) == ("generate_lead", (), (), ())


@pytest.mark.parametrize("vendor", VENDORS)
def test_only_what_a_lead_lacks_cannot_be_spoiled(purchase, lead, vendor):
    assert set(spoilt(purchase, vendor)) - set(spoilt(lead, vendor)) == {
        fault for name, fault in NOT_OF_LEADS if name == vendor
    }


def spoilt(purchase: Purchase, vendor: str) -> Iterator[str]:
    """The faults that change the vendor's call."""
    for fault in CALL_FAULTS:
        sound, faulty = (
            list(calls_for(purchase, Options(vendors=(vendor,), faults=names))) for names in ((), (fault,))
        )
        if sound != faulty:
            yield fault


@pytest.mark.parametrize("point_of_sale", [PointOfSale.STORE, PointOfSale.PHONE, PointOfSale.AGENCY])
@pytest.mark.parametrize("vendor", OFFLINE)
def test_a_sale_away_from_the_web_is_read_by_the_vendors_spec(purchase, vendor, point_of_sale):
    (call,) = offline_calls_for(sold(purchase, point_of_sale), Options(vendors=(vendor,)))
    event = read(call, "purchase", OFFLINE_NAMES.get(vendor, ""))
    assert (event.event, event.schema_faults, event.request_faults, event.problems) == ("purchase", (), (), ())
    assert event.page_url == ""


def test_each_vendor_is_told_in_its_own_words_where_it_was_sold(purchase):
    def words(point_of_sale: PointOfSale) -> dict[str, Any]:
        calls = {call.vendor: call.body for call in offline_calls_for(sold(purchase, point_of_sale), Options())}
        return {
            "meta": calls["meta"]["data"][0]["action_source"],
            "snapchat": calls["snapchat"]["data"][0]["action_source"],
            "pinterest": calls["pinterest"]["data"][0]["action_source"],
            "reddit": calls["reddit"]["data"]["events"][0]["action_source"],
            "tiktok": (calls["tiktok"]["event_source"], calls["tiktok"]["event_source_id"]),
            "amazon": calls["amazon"]["events"][0]["eventDescription"]["eventSource"],
        }

    same = {
        "snapchat": "OFFLINE",
        "pinterest": "offline",
        "tiktok": ("offline", "7401928365510027394"),
        "amazon": "OFFLINE",
    }
    assert words(PointOfSale.STORE) == {**same, "meta": "physical_store", "reddit": "PHYSICAL_STORE"}
    assert words(PointOfSale.PHONE) == {**same, "meta": "phone_call", "reddit": "OTHER"}
    assert words(PointOfSale.AGENCY) == {**same, "meta": "system_generated", "reddit": "OTHER"}


def test_the_web_is_all_that_some_vendors_take():
    assert set(VENDORS) - set(OFFLINE) == {"teads", "x"}


def test_who_is_known_by_nothing_is_told_to_nobody_who_needs_something(purchase):
    unknown = replace(purchase.customer, email="", phone="", external_id="")
    nobody = replace(sold(purchase), customer=unknown, visit=replace(purchase.visit, cookies={}, clicks={}))
    told = {call.vendor for call in offline_calls_for(nobody, Options())}
    assert told.isdisjoint({"google-ads", "microsoft-uet", "tiktok", "sa360"})


@pytest.mark.parametrize(
    ("vendor", "field"),
    [(name, field) for name, way in OFFLINE.items() for field in sorted(way.fields)],
)
def test_a_field_that_faults_edit_is_in_the_call_of_a_till(purchase, vendor, field):
    call = OFFLINE[vendor].call(sold(purchase))
    assert call is not None
    before = asdict(call)
    edit(call, OFFLINE[vendor].fields[field], lambda value: "edited")
    assert asdict(call) != before


@pytest.mark.parametrize("vendor", [name for name, way in OFFLINE.items() if "account" in way.fields])
def test_the_account_of_a_till_is_changed_by_the_fault_of_wrong_accounts(purchase, vendor):
    accounts = [
        read(call, "purchase", "").account
        for faults in ((), ("wrong-account",))
        for call in offline_calls_for(sold(purchase), Options(vendors=(vendor,), faults=faults))
    ]
    assert accounts[0] == OFFLINE[vendor].account
    assert accounts[1] != OFFLINE[vendor].account


def test_a_stale_time_keeps_its_form(purchase):
    (call,) = offline_calls_for(sold(purchase), Options(vendors=("google-ads",), faults=("event-time-stale",)))
    assert call.body["conversions"][0]["conversionDateTime"] == "2026-11-13 18:40:00+00:00"
