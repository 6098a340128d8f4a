"""The Conversions API call of Meta: POST /<version>/<pixel>/events."""

from __future__ import annotations

from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import PointOfSale, Purchase, Visit
from harness.demo.vendors.vendor import DemoVendor, Offline, Script

PIXEL = "702400000000001"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "EAAdemo0Zb1cornershop0ZbQ7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBn"
EVENTS_URL = "https://graph.facebook.com/v26.0/{pixel}/events"
# Set by a server that has seen no _fbc cookie: 1 stands for the registrable domain.
FBC = "fb.1.{milliseconds}.{fbclid}"
ACTION_SOURCES = {
    PointOfSale.WEB: "website",
    PointOfSale.STORE: "physical_store",
    PointOfSale.PHONE: "phone_call",
    PointOfSale.AGENCY: "system_generated",
}
NAMES = {"purchase": "Purchase", "generate_lead": "Lead"}


def call(purchase: Purchase) -> Call:
    event = known(
        {
            "event_name": NAMES[purchase.event],
            "event_time": int(purchase.at),
            "event_id": purchase.event_id_for("meta"),
            "action_source": ACTION_SOURCES[purchase.point_of_sale],
            "event_source_url": purchase.url,
            "user_data": _user_data(purchase),
            "custom_data": _custom_data(purchase),
        }
    )
    return Call(
        vendor="meta",
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
            "fn": [hashed(identifiers.letters(customer.first_name))],
            "ln": [hashed(identifiers.letters(customer.last_name))],
            "ct": [hashed(identifiers.city(customer.city))],
            "zp": [hashed(identifiers.postal_code(customer.postal_code))],
            "country": [hashed(customer.country.lower())],
            "external_id": [hashed(customer.external_id.strip().lower())],
            "fbp": visit.cookie("_fbp"),
            "fbc": visit.cookie("_fbc") or _fbc(visit),
            "client_ip_address": visit.ip_address,
            "client_user_agent": visit.user_agent,
        }
    )


def _custom_data(purchase: Purchase) -> dict[str, Any]:
    return {
        "value": float(purchase.value),
        "currency": purchase.currency,
        "order_id": purchase.order_id,
        "content_type": "product",
        "contents": [
            {"id": line.id, "quantity": line.quantity, "item_price": float(line.price)} for line in purchase.lines
        ],
    }


def _fbc(visit: Visit) -> str:
    clicked = visit.click("fbclid")
    return FBC.format(milliseconds=int(visit.clicked_at * 1000), fbclid=clicked) if clicked else ""


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
    "click_id": "body/data/0/user_data/fbc",
    "time": "body/data/0/event_time",
}
VENDOR = DemoVendor(
    name="meta",
    folder="harness.demo.vendors.meta",
    uid=11,
    account=PIXEL,
    settings={"pixel": PIXEL},
    scripts=(
        Script(host="connect.facebook.net", path="/en_US/fbevents.js", files=("fbevents.js",)),
        Script(host="connect.facebook.net", path="/signals/config/{pixel}", files=("config.js",)),
    ),
    call=call,
    fields=FIELDS,
    click_parameters=("fbclid",),
    event_id_attributes={event: f"fb_event_id_{name}_11" for event, name in NAMES.items()},
    offline=Offline(call=call, account=PIXEL, fields=FIELDS),
)
