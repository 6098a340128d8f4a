"""TikTok's server call has the shape the vendor documents."""

from dataclasses import replace
from hashlib import sha256

from harness.demo.purchase import Visit
from harness.demo.vendors import tiktok


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_the_call_names_pixel_event_and_order(purchase):
    call = tiktok.call(purchase)
    (event,) = call.body["data"]
    assert call.url == "https://business-api.tiktok.com/open_api/v1.3/event/track/"
    assert call.headers["Access-Token"].startswith("b7demo")
    assert (call.body["event_source"], call.body["event_source_id"]) == ("web", "C4K7TDQ9M2V6XPLH81ZB")
    assert (event["event"], event["event_time"], event["event_id"]) == ("Purchase", 1795286400, purchase.event_id)
    assert event["page"] == {"url": "https://www.corner-shop.test/thank-you/CS-7F3K9Q2"}
    assert event["properties"] == {
        "value": 129.9,
        "currency": "EUR",
        "order_id": "CS-7F3K9Q2",
        "content_type": "product",
        "contents": [
            {"content_id": "CS-TEA-01", "content_name": "Stoneware teapot", "quantity": 2, "price": 62.5},
        ],
    }


def test_the_phone_has_its_plus_and_the_place_is_plain(purchase):
    assert tiktok.call(purchase).body["data"][0]["user"] == {
        "email": _hash("jane.doe@mail.example"),
        "phone": _hash("+4915123456789"),
        "external_id": _hash("CUST-42"),
        "first_name": _hash("mary ann"),
        "last_name": _hash("o'brien"),
        "zip_code": _hash("10115"),
        "city": "badköln",
        "country": "de",
        "ttclid": "E.C.P.v3fQ2RHacdksKfofPmlyuStIIHJ4Af1t",
        "ttp": "2aBcDeFgHiJkLmNoPqRsTuVwXy3",
        "ip": "198.51.100.7",
        "user_agent": "Browser/1.0",
    }


def test_the_click_is_the_one_the_pixel_remembered(purchase):
    visit = replace(purchase.visit, cookies={"ttclid": "E.C.P.later"})
    assert tiktok.call(replace(purchase, visit=visit)).body["data"][0]["user"]["ttclid"] == "E.C.P.later"


def test_what_is_unknown_is_left_out(purchase):
    call = tiktok.call(replace(purchase, event_id="", visit=Visit(user_agent="Browser/1.0")))
    (event,) = call.body["data"]
    assert "event_id" not in event
    assert event["user"].keys().isdisjoint({"ttclid", "ttp", "ip"})
