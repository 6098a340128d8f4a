"""The server call to Pinterest has the shape the vendor documents."""

from dataclasses import replace
from hashlib import sha256

from harness.demo.purchase import Visit
from harness.demo.vendors import pinterest


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_pinterest_names_event_and_order(purchase):
    call = pinterest.call(purchase)
    event = call.body["data"][0]
    assert call.url == "https://api.pinterest.com/v5/ad_accounts/549766001234/events"
    assert call.headers["Authorization"].startswith("Bearer pina_demo")
    assert event["event_name"] == "checkout"
    assert event["event_time"] == 1795286400
    assert event["event_id"] == purchase.event_id
    assert event["action_source"] == "web"
    assert event["event_source_url"] == purchase.url
    assert event["custom_data"] == {
        "value": "129.90",
        "currency": "EUR",
        "order_id": "CS-7F3K9Q2",
        "num_items": 2,
        "content_ids": ["CS-TEA-01"],
        "contents": [{"id": "CS-TEA-01", "item_name": "Stoneware teapot", "item_price": "62.50", "quantity": 2}],
    }


def test_pinterest_hashes_who_and_leaves_the_browser_readable(purchase):
    assert pinterest.call(purchase).body["data"][0]["user_data"] == {
        "em": [_hash("jane.doe@mail.example")],
        "ph": [_hash("4915123456789")],
        "fn": [_hash("mary ann")],
        "ln": [_hash("o'brien")],
        "ct": [_hash("badköln")],
        "zp": [_hash("10115")],
        "country": [_hash("de")],
        "external_id": [_hash("cust-42")],
        "click_id": "dj0yJnU9Q7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZx",
        "client_ip_address": "198.51.100.7",
        "client_user_agent": "Browser/1.0",
    }


def test_pinterest_takes_the_click_of_the_landing_when_no_tag_kept_it(purchase):
    unkept = replace(purchase, visit=Visit(clicks={"epik": "dj0yJnU9Landing"}))
    assert pinterest.call(unkept).body["data"][0]["user_data"]["click_id"] == "dj0yJnU9Landing"


def test_pinterest_takes_the_event_id_that_its_own_tag_made(purchase):
    made = replace(purchase, event_ids={"pinterest": "purchase.by-the-tag"})
    assert pinterest.call(made).body["data"][0]["event_id"] == "purchase.by-the-tag"


def test_pinterest_leaves_out_what_is_unknown(purchase):
    event = pinterest.call(replace(purchase, event_id="", visit=Visit(user_agent="Browser/1.0"))).body["data"][0]
    assert "event_id" not in event
    assert event["user_data"].keys().isdisjoint({"click_id", "client_ip_address"})
