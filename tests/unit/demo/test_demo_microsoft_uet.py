"""The UET Conversions API call has the shape Microsoft documents."""

from dataclasses import replace
from hashlib import sha256

import pytest

from harness.demo.purchase import Visit
from harness.demo.vendors import microsoft_uet


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _event(purchase):
    (event,) = microsoft_uet.call(purchase).body["data"]
    return event


def test_the_call_names_tag_event_and_order(purchase):
    call = microsoft_uet.call(purchase)
    event = _event(purchase)
    assert call.url == "https://capi.uet.microsoft.com/v1/187000016/events"
    assert call.headers["Authorization"].startswith("Bearer uet-demo")
    assert (call.body["dataProvider"], call.body["continueOnValidationError"]) == ("cornershop", False)
    assert (event["eventType"], event["eventName"], event["eventId"]) == ("custom", "purchase", purchase.event_id)
    assert (event["eventTime"], event["adStorageConsent"]) == (1795286400, "G")
    assert event["eventSourceUrl"] == "https://www.corner-shop.test/thank-you/CS-7F3K9Q2"
    assert event["customData"] == {
        "value": 129.9,
        "currency": "EUR",
        "transactionId": "CS-7F3K9Q2",
        "pageType": "purchase",
        "itemIds": ["CS-TEA-01"],
        "items": [{"id": "CS-TEA-01", "name": "Stoneware teapot", "price": 62.5, "quantity": 2}],
    }


def test_the_email_loses_its_dots_before_it_is_hashed(purchase):
    assert _event(purchase)["userData"] == {
        "anonymousId": "eb4791d0cd0d11efbf3d29deb84731de",
        "externalId": "CUST-42",
        "em": _hash("janedoe@mail.example"),
        "ph": _hash("+4915123456789"),
        "msclkid": "dd4afcccb1c9a4cad9544dd7e5006000",
        "clientIpAddress": "198.51.100.7",
        "clientUserAgent": "Browser/1.0",
    }


@pytest.mark.parametrize(
    ("cookies", "expected"),
    [({"_uetmsclkid": "_uet0123456789abcdef0123456789abcdef"}, "0123456789abcdef0123456789abcdef"), ({}, "newest")],
)
def test_the_click_id_is_bare(purchase, cookies, expected):
    visit = Visit(cookies=cookies, clicks={"msclkid": "newest"})
    assert _event(replace(purchase, visit=visit))["userData"]["msclkid"] == expected


def test_what_is_unknown_is_left_out(purchase):
    event = _event(replace(purchase, event_id="", visit=Visit(user_agent="Browser/1.0")))
    assert "eventId" not in event
    assert event["userData"].keys().isdisjoint({"anonymousId", "msclkid", "clientIpAddress"})
