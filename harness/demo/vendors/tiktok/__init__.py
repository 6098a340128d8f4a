"""The Events API call of TikTok: POST /open_api/v1.3/event/track/."""

from __future__ import annotations

from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase
from harness.demo.vendors.vendor import DemoVendor, Offline, Script

PIXEL = "C4K7TDQ9M2V6XPLH81ZB"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "b7demo4f19c03e6a58d27b90e4c1a63f8d52b07e"
OFFLINE_SET = "7401928365510027394"
NAMES = {"purchase": "Purchase", "generate_lead": "Lead"}
TRACK_URL = "https://business-api.tiktok.com/open_api/v1.3/event/track/"


def call(purchase: Purchase) -> Call:
    event = known(
        {
            "event": NAMES[purchase.event],
            "event_time": int(purchase.at),
            "event_id": purchase.event_id_for("tiktok"),
            "user": _user(purchase),
            "page": known({"url": purchase.url}),
            "properties": _properties(purchase),
        }
    )
    return Call(
        vendor="tiktok",
        url=TRACK_URL,
        headers={"Access-Token": TOKEN},
        body={**_source(purchase), "data": [event]},
    )


def offline_call(purchase: Purchase) -> Call | None:
    """Only those who are known by email or phone."""
    return call(purchase) if purchase.customer.email or purchase.customer.phone else None


def _source(purchase: Purchase) -> dict[str, str]:
    """Offline events go to a set of their own."""
    if purchase.is_offline:
        return {"event_source": "offline", "event_source_id": OFFLINE_SET}
    return {"event_source": "web", "event_source_id": PIXEL}


def _user(purchase: Purchase) -> dict[str, Any]:
    """City and country go plain, the rest of who bought as hashes."""
    customer, visit = purchase.customer, purchase.visit
    return known(
        {
            "email": hashed(identifiers.email(customer.email)),
            "phone": hashed(identifiers.e164(customer.phone, customer.country)),
            "external_id": hashed(customer.external_id.strip()),
            "first_name": hashed(customer.first_name.strip().lower()),
            "last_name": hashed(customer.last_name.strip().lower()),
            "zip_code": hashed(identifiers.unspaced(customer.postal_code)),
            "city": identifiers.letters(customer.city),
            "country": customer.country.strip().lower(),
            "ttclid": visit.cookie("ttclid") or visit.click("ttclid"),
            "ttp": visit.cookie("_ttp"),
            "ip": visit.ip_address,
            "user_agent": visit.user_agent,
        }
    )


def _properties(purchase: Purchase) -> dict[str, Any]:
    return {
        "value": float(purchase.value),
        "currency": purchase.currency,
        "order_id": purchase.order_id,
        "content_type": "product",
        "contents": [
            {"content_id": line.id, "content_name": line.name, "quantity": line.quantity, "price": float(line.price)}
            for line in purchase.lines
        ],
    }


FIELDS = {
    "account": "body/event_source_id",
    "token": "headers/Access-Token",
    "event_id": "body/data/0/event_id",
    "name": "body/data/0/event",
    "order_id": "body/data/0/properties/order_id",
    "value": "body/data/0/properties/value",
    "currency": "body/data/0/properties/currency",
    "quantity": "body/data/0/properties/contents/*/quantity",
    "email": "body/data/0/user/email",
    "phone": "body/data/0/user/phone",
    "click_id": "body/data/0/user/ttclid",
    "time": "body/data/0/event_time",
}
VENDOR = DemoVendor(
    name="tiktok",
    folder="harness.demo.vendors.tiktok",
    uid=24,
    account=PIXEL,
    settings={"pixel": PIXEL},
    scripts=(Script(host="analytics.tiktok.com", path="/i18n/pixel/events.js", files=("events.js",)),),
    call=call,
    fields=FIELDS,
    click_parameters=("ttclid",),
    offline=Offline(call=offline_call, account=OFFLINE_SET, fields=FIELDS),
)
