"""X's server call has the shape the vendor documents."""

from dataclasses import replace
from hashlib import sha256

import pytest

from harness.demo.purchase import Visit
from harness.demo.vendors import x


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _identifiers(purchase):
    return x.call(purchase).body["conversions"][0]["identifiers"]


def test_the_call_names_event_and_order(purchase):
    call = x.call(purchase)
    (conversion,) = call.body["conversions"]
    assert call.url == "https://ads-api.x.com/12/measurement/conversions/q2m7x"
    assert call.headers["X-Pixel-Token"].startswith("xpdemo")
    assert conversion.pop("identifiers")
    assert conversion == {
        "conversion_time": "2026-11-21T18:40:00.700Z",
        "event_id": "tw-q2m7x-q2m9c",
        "conversion_id": "CS-7F3K9Q2",
        "value": "129.90",
        "price_currency": "EUR",
        "number_items": 2,
        "contents": [
            {
                "content_id": "CS-TEA-01",
                "content_name": "Stoneware teapot",
                "content_type": "product",
                "content_price": 62.5,
                "num_items": 2,
            }
        ],
    }


def test_each_identifier_has_its_entry_and_the_browser_one_together(purchase):
    assert _identifiers(purchase) == [
        {"twclid": "2k3n9x7r5t1v8w6z4q0y2m5p7s"},
        {"hashed_email": _hash("jane.doe@mail.example")},
        {"hashed_phone_number": _hash("+4915123456789")},
        {"ip_address": "198.51.100.7", "user_agent": "Browser/1.0"},
    ]


@pytest.mark.parametrize("cookie", ["", "%7B%22pixelVersion%22", "2later"])
def test_the_click_is_that_of_the_landing_where_the_pixel_kept_none(purchase, cookie):
    visit = replace(purchase.visit, cookies={"_twclid": cookie}, clicks={"twclid": "2landing"})
    assert _identifiers(replace(purchase, visit=visit))[0] == {"twclid": "2landing"}


def test_the_click_is_the_one_the_pixel_kept(purchase):
    visit = replace(purchase.visit, cookies={"_twclid": "%7B%22twclid%22%3A%222later%22%2C%22source%22%3A1%7D"})
    assert _identifiers(replace(purchase, visit=visit))[0] == {"twclid": "2later"}


def test_what_is_unknown_is_left_out(purchase):
    entries = _identifiers(replace(purchase, visit=Visit(user_agent="Browser/1.0")))
    assert [list(entry) for entry in entries] == [["hashed_email"], ["hashed_phone_number"], ["user_agent"]]


def test_an_address_of_the_longer_kind_stays_here(purchase):
    visit = replace(purchase.visit, ip_address="2001:db8::7")
    assert _identifiers(replace(purchase, visit=visit))[-1] == {"user_agent": "Browser/1.0"}
