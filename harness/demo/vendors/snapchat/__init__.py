"""The Conversions API call of Snapchat: POST /v3/<pixel>/events."""

from __future__ import annotations

from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase
from harness.demo.vendors.vendor import DemoVendor, Offline, Script

PIXEL = "4c7a91e2-5d38-4f06-8b1d-2e9a6c03f751"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "eyJdemo0c2hvcCI6ImNvcm5lciJ9.eyJhdWQiOiJjYW52YXMifQ.Q7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBn"
# Snapchat has no event for leads; its own template sends them as sign-ups.
NAMES = {"purchase": "PURCHASE", "generate_lead": "SIGN_UP"}
EVENTS_URL = "https://tr.snapchat.com/v3/{pixel}/events"


def call(purchase: Purchase) -> Call:
    event = known(
        {
            "event_name": NAMES[purchase.event],
            "event_time": int(purchase.at),
            "event_id": purchase.event_id_for("snapchat"),
            "action_source": "OFFLINE" if purchase.is_offline else "WEB",
            "event_source_url": purchase.url,
            "user_data": _user_data(purchase),
            "custom_data": _custom_data(purchase),
        }
    )
    return Call(
        vendor="snapchat",
        url=EVENTS_URL.format(pixel=PIXEL),
        query={"access_token": TOKEN},
        body={"data": [event]},
    )


def _user_data(purchase: Purchase) -> dict[str, Any]:
    customer, visit = purchase.customer, purchase.visit
    phone = identifiers.e164(customer.phone, customer.country)
    return known(
        {
            "em": [hashed(identifiers.email(customer.email))],
            "ph": [hashed(identifiers.digits(phone))],
            "fn": [hashed(identifiers.plain(customer.first_name))],
            "ln": [hashed(identifiers.plain(customer.last_name))],
            "ct": [hashed(identifiers.plain(customer.city))],
            "zp": [hashed(identifiers.plain(customer.postal_code))],
            "country": [hashed(identifiers.plain(customer.country))],
            "external_id": [hashed(identifiers.plain(customer.external_id))],
            "sc_cookie1": visit.cookie("_scid"),
            "sc_click_id": visit.click("ScCid"),
            "client_ip_address": visit.ip_address,
            "client_user_agent": visit.user_agent,
        }
    )


def _custom_data(purchase: Purchase) -> dict[str, Any]:
    return {
        "value": float(purchase.value),
        "currency": purchase.currency,
        "order_id": purchase.order_id,
        "num_items": purchase.units,
        "content_ids": [line.id for line in purchase.lines],
        # The vendor's schema has text for numbers here.
        "contents": [
            {"id": line.id, "quantity": str(line.quantity), "item_price": str(line.price)} for line in purchase.lines
        ],
    }


FIELDS = {
    "account": "url",
    "token": "query/access_token",
    "event_id": "body/data/0/event_id",
    "name": "body/data/0/event_name",
    "order_id": "body/data/0/custom_data/order_id",
    "value": "body/data/0/custom_data/value",
    "currency": "body/data/0/custom_data/currency",
    "quantity": "body/data/0/custom_data/contents/*/quantity",
    "email": "body/data/0/user_data/em/0",
    "phone": "body/data/0/user_data/ph",
    "click_id": "body/data/0/user_data/sc_click_id",
    "time": "body/data/0/event_time",
}
VENDOR = DemoVendor(
    name="snapchat",
    folder="harness.demo.vendors.snapchat",
    uid=21,
    account=PIXEL,
    settings={"pixel": PIXEL},
    scripts=(Script(host="sc-static.net", path="/scevent.min.js", files=("scevent.js",)),),
    call=call,
    fields=FIELDS,
    click_parameters=("ScCid",),
    event_id_attributes={"purchase": "snap_event_id_Purchase_21", "generate_lead": "snap_event_id_SignUp_21"},
    offline=Offline(call=call, account=PIXEL, fields=FIELDS),
)
