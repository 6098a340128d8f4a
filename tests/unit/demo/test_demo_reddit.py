"""Reddit's server call has the shape the vendor documents."""

from dataclasses import replace
from hashlib import sha256

from harness.demo.purchase import Visit
from harness.demo.vendors import reddit


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _event(purchase):
    return reddit.call(purchase).body["data"]["events"][0]


def test_the_call_names_event_and_order(purchase):
    call = reddit.call(purchase)
    (event,) = call.body["data"]["events"]
    assert call.url == "https://ads-api.reddit.com/api/v3/pixels/a2_c7rn3rsh0p2k/conversion_events"
    assert call.headers["Authorization"].startswith("Bearer eyJdemo")
    assert event.pop("user")
    assert event == {
        "event_at": 1795286400700,
        "action_source": "WEBSITE",
        "event_source_url": "https://www.corner-shop.test/thank-you/CS-7F3K9Q2",
        "type": {"tracking_type": "PURCHASE"},
        "click_id": "5291384670Ab_Case-click",
        "metadata": {
            "conversion_id": purchase.event_id,
            "value": 129.9,
            "currency": "EUR",
            "item_count": 2,
            "products": [
                {
                    "id": "CS-TEA-01",
                    "category": "Kitchen",
                    "name": "Stoneware teapot",
                    "quantity": 2,
                    "item_price": 62.5,
                }
            ],
        },
    }


def test_all_but_the_browser_is_hashed(purchase):
    assert _event(purchase)["user"] == {
        "email": _hash("janedoe@mail.example"),
        "phone_number": _hash("+4915123456789"),
        "external_id": _hash("CUST-42"),
        "ip_address": _hash("198.51.100.7"),
        "user_agent": "Browser/1.0",
        "uuid": "4b1e9c07-6f2d-4a83-9b50-c7d8e1f2a364",
    }


def test_the_conversion_has_the_id_its_tag_made(purchase):
    made = replace(purchase, event_ids={"reddit": "purchase.0192a000"})
    assert _event(made)["metadata"]["conversion_id"] == "purchase.0192a000"


def test_the_click_is_that_of_the_landing_where_the_pixel_kept_none(purchase):
    visit = replace(purchase.visit, cookies={}, clicks={"rdt_cid": "Landing_Case"})
    assert _event(replace(purchase, visit=visit))["click_id"] == "Landing_Case"


def test_what_is_unknown_is_left_out(purchase):
    event = _event(replace(purchase, event_id="", visit=Visit(user_agent="Browser/1.0")))
    assert "click_id" not in event
    assert "conversion_id" not in event["metadata"]
    assert event["user"].keys().isdisjoint({"uuid", "ip_address"})
