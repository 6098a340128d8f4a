"""Google Analytics hears of a purchase by the Measurement Protocol, or by a hit that a container hands on."""

from dataclasses import asdict, replace
from hashlib import sha256

import pytest

from harness.demo.announcing import calls_for
from harness.demo.editing import edit
from harness.demo.identifiers import analytics_email
from harness.demo.options import Options
from harness.demo.places import PLACES
from harness.demo.purchase import Customer, Visit
from harness.demo.vendors import ga4, vendors_in

IN_CONTAINER = ga4.in_container(PLACES["shop"])

HIT = {
    "v": "2",
    "tid": "G-4Q7KXN2W8D",
    "cid": "1116446470.1795199000",
    "gcs": "G111",
    "en": "purchase",
    "ep.transaction_id": "CS-7F3K9Q2",
    "epn.value": "129.9",
    "cu": "EUR",
    "pr1": "idCS-TEA-01~qt2",
    "em": "tv.1~em.huC55WwXzE0SOH4ZSbhQU_vnO8POWhGIcTqdMAzGEz0",
    "ep.user_data.email_address": "jane.doe@mail.example",
    "ep.user_data.address.city": "Bad Köln",
}


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_the_protocol_is_called_for_the_browsers_own_client_and_session(purchase):
    call = ga4.call(purchase)
    assert call.url == "https://www.google-analytics.com/mp/collect"
    assert call.query["measurement_id"] == "G-4Q7KXN2W8D"
    assert call.query["api_secret"].startswith("ga4demo")
    assert call.body["client_id"] == "1116446470.1795199000"
    assert call.body["user_id"] == "CUST-42"
    assert call.body["timestamp_micros"] == 1795286400_000000
    assert call.body["consent"] == {"ad_user_data": "GRANTED", "ad_personalization": "GRANTED"}
    assert (call.body["ip_override"], call.body["user_agent"]) == ("198.51.100.7", "Browser/1.0")


def test_the_purchase_has_its_order_its_items_and_its_session(purchase):
    assert ga4.call(purchase).body["events"] == [
        {
            "name": "purchase",
            "params": {
                "transaction_id": "CS-7F3K9Q2",
                "value": 129.9,
                "currency": "EUR",
                "session_id": "1795286000",
                "engagement_time_msec": 100,
                "page_location": "https://www.corner-shop.test/thank-you/CS-7F3K9Q2",
                "items": [
                    {
                        "item_id": "CS-TEA-01",
                        "item_name": "Stoneware teapot",
                        "item_category": "Kitchen",
                        "price": 62.5,
                        "quantity": 2,
                    }
                ],
            },
        }
    ]


def test_user_data_is_hashed_but_for_the_place(purchase):
    assert ga4.call(purchase).body["user_data"] == {
        "sha256_email_address": _hash("jane.doe@mail.example"),
        "sha256_phone_number": _hash("+4915123456789"),
        "address": [
            {
                "sha256_first_name": _hash("mary ann"),
                "sha256_last_name": _hash("o'brien"),
                "sha256_street": _hash("hauptstr. 5"),
                "city": "bad köln",
                "postal_code": "10 115",
                "country": "DE",
            }
        ],
    }


def test_without_the_tags_cookies_a_customer_stays_one_client_with_a_session_of_its_own(purchase):
    first, second = (ga4.call(replace(purchase, visit=Visit(), at=at)) for at in (1795286400.7, 1795290000.2))
    assert first.body["client_id"] == second.body["client_id"]
    assert all(part.isdecimal() for part in first.body["client_id"].split("."))
    sessions = [call.body["events"][0]["params"]["session_id"] for call in (first, second)]
    assert sessions == ["1795286400", "1795290000"]
    assert first.body.keys().isdisjoint({"ip_override", "user_agent"})


def test_a_session_cookie_of_the_older_form_is_read(purchase):
    visit = replace(purchase.visit, cookies={"_ga_4Q7KXN2W8D": "GS1.1.1795286000.3.1.1795286100.60.0.0"})
    params = ga4.call(replace(purchase, visit=visit)).body["events"][0]["params"]
    assert params["session_id"] == "1795286000"


def test_nothing_is_sent_of_a_customer_of_whom_nothing_is_known(purchase):
    nobody = Customer(**dict.fromkeys(asdict(purchase.customer), ""))
    assert "user_data" not in ga4.call(replace(purchase, customer=nobody)).body


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" Jane.Doe@Mail.example", "jane.doe@mail.example"),
        ("Jane.Doe+Shopping@googlemail.com", "janedoe+shopping@googlemail.com"),
        ("", ""),
    ],
)
def test_analytics_ignores_dots_in_gmail_and_keeps_what_follows_a_plus(typed, normal):
    assert analytics_email(typed) == normal


def test_a_container_hands_the_hit_on_with_the_visitors_address_and_without_plain_user_data(purchase):
    call = ga4.handed_on(replace(purchase, hit=HIT))
    assert call.url == "https://www.google-analytics.com/g/collect"
    assert call.body is None
    assert call.headers == {"User-Agent": "Browser/1.0"}
    plain = {"ep.user_data.email_address", "ep.user_data.address.city"}
    handed_on = {name: value for name, value in HIT.items() if name not in plain}
    assert call.query == {**handed_on, "_uip": "198.51.100.7"}


@pytest.mark.parametrize("field", sorted(IN_CONTAINER.fields))
def test_a_field_that_faults_edit_is_in_the_hit(purchase, field):
    call = ga4.handed_on(replace(purchase, hit=HIT))
    before = asdict(call)
    edit(call, IN_CONTAINER.fields[field], lambda value: "edited")
    assert asdict(call) != before


def test_the_wiring_decides_about_the_call_and_the_fields_that_faults_edit(purchase):
    faults = ("value-net", "wrong-account")
    (protocol,) = calls_for(purchase, Options(faults=faults, vendors=("ga4",)))
    assert protocol.query["measurement_id"] == "G-4Q7KXN2W82"
    assert protocol.body["events"][0]["params"]["value"] == 109.16
    (hit,) = calls_for(replace(purchase, hit=HIT), Options(wiring="server-gtm", faults=faults, vendors=("ga4",)))
    assert (hit.query["tid"], hit.query["epn.value"]) == ("G-4Q7KXN2W82", "109.16")
    assert vendors_in("server-gtm", PLACES["shop"]).keys() == vendors_in("direct", PLACES["shop"]).keys()
