"""The Conversion API call of X: POST /<version>/measurement/conversions/<pixel>."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase, Visit
from harness.demo.vendors.vendor import DemoVendor, Script

PIXEL = "q2m7x"
# Made in Events Manager, one for each kind of event; tag and server use the same.
EVENTS = {
    "view_item": f"tw-{PIXEL}-q2m8a",
    "add_to_cart": f"tw-{PIXEL}-q2m8f",
    "begin_checkout": f"tw-{PIXEL}-q2m8k",
    "purchase": f"tw-{PIXEL}-q2m9c",
    "generate_lead": f"tw-{PIXEL}-q2m9h",
}
# Opens nothing; X publishes no shape of its pixel tokens.
TOKEN = "xpdemo7Wk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBnM1Yb"
CONVERSIONS_URL = "https://ads-api.x.com/12/measurement/conversions/{pixel}"
_KEPT_CLICK = re.compile(r'"twclid":"(?P<twclid>[^"]+)"')


def call(purchase: Purchase) -> Call:
    conversion = known(
        {
            "conversion_time": _iso(purchase.at),
            "event_id": EVENTS[purchase.event],
            "identifiers": _identifiers(purchase),
            "conversion_id": purchase.order_id,
            "value": str(purchase.value),
            "price_currency": purchase.currency,
            "number_items": purchase.units,
            "contents": _contents(purchase),
        }
    )
    return Call(
        vendor="x",
        url=CONVERSIONS_URL.format(pixel=PIXEL),
        headers={"X-Pixel-Token": TOKEN},
        body={"conversions": [conversion]},
    )


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _identifiers(purchase: Purchase) -> list[dict[str, Any]]:
    """An object for each, but address and user agent share one: alone neither counts."""
    customer, visit = purchase.customer, purchase.visit
    entries = (
        {"twclid": _twclid(visit)},
        {"hashed_email": hashed(identifiers.email(customer.email))},
        {"hashed_phone_number": hashed(identifiers.e164(customer.phone, customer.country))},
        {"ip_address": _ipv4(visit.ip_address), "user_agent": visit.user_agent},
    )
    return [filled for entry in entries if (filled := known(entry))]


def _twclid(visit: Visit) -> str:
    """Of the cookie `_twclid`, URL-encoded JSON, which the pixel writes, or else of the landing."""
    kept = _KEPT_CLICK.search(unquote(visit.cookie("_twclid")))
    return kept["twclid"] if kept else visit.click("twclid")


def _ipv4(address: str) -> str:
    """X takes no other addresses."""
    return "" if ":" in address else address


def _contents(purchase: Purchase) -> list[dict[str, Any]]:
    return [
        {
            "content_id": line.id,
            "content_name": line.name,
            "content_type": "product",
            "content_price": float(line.price),
            "num_items": line.quantity,
        }
        for line in purchase.lines
    ]


VENDOR = DemoVendor(
    name="x",
    folder="harness.demo.vendors.x",
    uid=19,
    account=PIXEL,
    settings={"pixel": PIXEL, "codes": EVENTS},
    scripts=(Script(host="static.ads-twitter.com", path="/uwt.js", files=("uwt.js",)),),
    call=call,
    fields={
        "account": "url",
        "token": "headers/X-Pixel-Token",
        "order_id": "body/conversions/0/conversion_id",
        "value": "body/conversions/0/value",
        "currency": "body/conversions/0/price_currency",
        "quantity": "body/conversions/0/contents/*/num_items",
        "email": "body/conversions/0/identifiers/*/hashed_email",
        "phone": "body/conversions/0/identifiers/*/hashed_phone_number",
        "click_id": "body/conversions/0/identifiers/*/twclid",
        "time": "body/conversions/0/conversion_time",
    },
    click_parameters=("twclid",),
)
