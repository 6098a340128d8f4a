"""The server call to Snapchat has the shape the vendor documents."""

from dataclasses import replace
from hashlib import sha256

from harness.demo.purchase import Visit
from harness.demo.vendors import snapchat


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_snapchat_names_event_and_order(purchase):
    call = snapchat.call(purchase)
    event = call.body["data"][0]
    assert call.url == "https://tr.snapchat.com/v3/4c7a91e2-5d38-4f06-8b1d-2e9a6c03f751/events"
    assert call.query["access_token"].startswith("eyJdemo")
    assert event["event_name"] == "PURCHASE"
    assert event["event_time"] == 1795286400
    assert event["event_id"] == purchase.event_id
    assert event["action_source"] == "WEB"
    assert event["event_source_url"] == purchase.url
    assert event["custom_data"] == {
        "value": 129.9,
        "currency": "EUR",
        "order_id": "CS-7F3K9Q2",
        "num_items": 2,
        "content_ids": ["CS-TEA-01"],
        "contents": [{"id": "CS-TEA-01", "quantity": "2", "item_price": "62.50"}],
    }


def test_snapchat_hashes_who_and_leaves_the_browser_readable(purchase):
    assert snapchat.call(purchase).body["data"][0]["user_data"] == {
        "em": [_hash("jane.doe@mail.example")],
        "ph": [_hash("4915123456789")],
        "fn": [_hash("mary ann")],
        "ln": [_hash("o'brien")],
        "ct": [_hash("bad köln")],
        "zp": [_hash("10 115")],
        "country": [_hash("de")],
        "external_id": [_hash("cust-42")],
        "sc_cookie1": "35f34e89-1bb3-4466-abfa-af3c4d48073a",
        "sc_click_id": "1f2e3d4c-5b6a-4798-8abc-0123456789ab",
        "client_ip_address": "198.51.100.7",
        "client_user_agent": "Browser/1.0",
    }


def test_snapchat_takes_the_event_id_that_its_own_tag_made(purchase):
    made = replace(purchase, event_ids={"snapchat": "purchase.by-the-tag"})
    assert snapchat.call(made).body["data"][0]["event_id"] == "purchase.by-the-tag"


def test_snapchat_leaves_out_what_is_unknown(purchase):
    event = snapchat.call(replace(purchase, event_id="", visit=Visit(user_agent="Browser/1.0"))).body["data"][0]
    assert "event_id" not in event
    assert event["user_data"].keys().isdisjoint({"sc_cookie1", "sc_click_id", "client_ip_address"})
