"""The server calls have the shape the vendors document."""

import asyncio
import json
from dataclasses import replace
from hashlib import sha256

import httpx
import pytest

from harness.demo.announcing import announce
from harness.demo.options import Options
from harness.demo.purchase import Visit
from harness.demo.vendors import google_ads, meta, teads


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_meta_names_event_and_order(purchase):
    call = meta.call(purchase)
    event = call.body["data"][0]
    assert call.url == "https://graph.facebook.com/v26.0/702400000000001/events"
    assert call.query["access_token"].startswith("EAAdemo")
    assert event["event_name"] == "Purchase"
    assert event["event_time"] == 1795286400
    assert event["event_id"] == purchase.event_id
    assert event["action_source"] == "website"
    assert event["custom_data"] == {
        "value": 129.9,
        "currency": "EUR",
        "order_id": "CS-7F3K9Q2",
        "content_type": "product",
        "contents": [{"id": "CS-TEA-01", "quantity": 2, "item_price": 62.5}],
    }


def test_meta_hashes_who_and_leaves_the_browser_readable(purchase):
    user_data = meta.call(purchase).body["data"][0]["user_data"]
    assert user_data == {
        "em": [_hash("jane.doe@mail.example")],
        "ph": [_hash("4915123456789")],
        "fn": [_hash("maryann")],
        "ln": [_hash("obrien")],
        "ct": [_hash("badköln")],
        "zp": [_hash("10115")],
        "country": [_hash("de")],
        "external_id": [_hash("cust-42")],
        "fbp": "fb.1.1795200000456.1116446470",
        "fbc": "fb.1.1795199000789.IwAR2F4dbP0l7Mn1Iaw_Case",
        "client_ip_address": "198.51.100.7",
        "client_user_agent": "Browser/1.0",
    }


def test_meta_leaves_out_what_is_unknown(purchase):
    call = meta.call(replace(purchase, event_id="", visit=Visit(user_agent="Browser/1.0")))
    event = call.body["data"][0]
    assert "event_id" not in event
    assert event["user_data"].keys().isdisjoint({"fbp", "fbc", "client_ip_address"})


def test_google_joins_by_transaction_and_conversion_action(purchase):
    call = google_ads.call(purchase)
    event = call.body["events"][0]
    assert call.url == "https://datamanager.googleapis.com/v1/events:ingest"
    assert call.headers["Authorization"].startswith("Bearer ya29.demo")
    assert call.body["destinations"][0]["operatingAccount"] == {"accountType": "GOOGLE_ADS", "accountId": "1234567890"}
    assert call.body["destinations"][0]["productDestinationId"] == "555666777"
    assert call.body["encoding"] == "HEX"
    assert event["transactionId"] == "CS-7F3K9Q2"
    assert event["eventTimestamp"] == "2026-11-21T18:40:00Z"
    assert (event["eventSource"], event["conversionValue"], event["currency"]) == ("WEB", 129.9, "EUR")
    assert event["adIdentifiers"] == {"gclid": "EAIaIQobChMI_test"}


def test_google_has_one_kind_of_identifier_an_entry(purchase):
    assert google_ads.call(purchase).body["events"][0]["userData"]["userIdentifiers"] == [
        {"emailAddress": _hash("jane.doe@mail.example")},
        {"phoneNumber": _hash("+4915123456789")},
        {
            "address": {
                "givenName": _hash("maryann"),
                "familyName": _hash("o'brien"),
                "regionCode": "DE",
                "postalCode": "10 115",
            }
        },
    ]


def test_google_has_no_click_without_a_click(purchase):
    assert "adIdentifiers" not in google_ads.call(replace(purchase, visit=Visit())).body["events"][0]


def test_teads_joins_by_click_id(purchase):
    call = teads.call(purchase)
    assert call is not None
    assert call.url == "https://ca.teads.tv/v1/event"
    assert call.headers["Authorization"].startswith("Bearer ")
    assert call.body.pop("privacy")
    assert call.body == {
        "action": "conversion",
        "auctid": "3e1f8c52-5a0e-4c2f-9d1c-7b2a9a4e6f10",
        "user_session_id": "9b2d7c1e-44aa-4f6e-8f0a-1d2c3b4a5e6f",
        "buyer_pixel_id": 13614,
        "conversion_type": "Purchase",
        "conversion_params": {"name": "Completed Purchase", "price": 129.9, "currency": "EUR"},
        "event_source_url": "https://www.corner-shop.test/thank-you/CS-7F3K9Q2",
        "event_time": 1795286400,
    }


def test_teads_is_not_called_without_a_click(purchase):
    assert teads.call(replace(purchase, visit=Visit())) is None


@pytest.mark.parametrize("broken", ["graph.facebook.com", "ca.teads.tv"])
def test_a_vendor_that_is_down_does_not_stop_the_others(purchase, broken, caplog):
    reached = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == broken:
            raise httpx.ConnectError("down")
        reached.append(json.loads(request.content))
        return httpx.Response(200)

    async def send() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            await announce(client, purchase, Options(vendors=("meta", "google-ads", "teads")))

    asyncio.run(send())
    assert len(reached) == 2
    assert "EAAdemo" not in caplog.text
