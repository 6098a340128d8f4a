"""The Conversions API call of Reddit: POST /api/v3/pixels/<pixel>/conversion_events."""

from __future__ import annotations

from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import PointOfSale, Purchase
from harness.demo.vendors.vendor import DemoVendor, Offline, Script

PIXEL = "a2_c7rn3rsh0p2k"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "eyJdemoGciOiJSUzI1NiJ9.eyJzdWIiOiJjb3JuZXJzaG9wIn0.Q7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBnM1"
ACTION_SOURCES = {PointOfSale.WEB: "WEBSITE", PointOfSale.STORE: "PHYSICAL_STORE"}
NAMES = {"purchase": "Purchase", "generate_lead": "Lead"}
EVENTS_URL = "https://ads-api.reddit.com/api/v3/pixels/{pixel}/conversion_events"


def call(purchase: Purchase) -> Call:
    event = known(
        {
            "event_at": int(purchase.at * 1000),
            "action_source": ACTION_SOURCES.get(purchase.point_of_sale, "OTHER"),
            "event_source_url": purchase.url,
            "type": {"tracking_type": NAMES[purchase.event].upper()},
            "click_id": purchase.visit.cookie("_rdt_cid") or purchase.visit.click("rdt_cid"),
            "metadata": _metadata(purchase),
            "user": _user(purchase),
        }
    )
    return Call(
        vendor="reddit",
        url=EVENTS_URL.format(pixel=PIXEL),
        headers={"Authorization": f"Bearer {TOKEN}"},
        body={"data": {"events": [event]}},
    )


def _metadata(purchase: Purchase) -> dict[str, Any]:
    return known(
        {
            "conversion_id": purchase.event_id_for("reddit"),
            "value": float(purchase.value),
            "currency": purchase.currency,
            # Reddit counts the items of purchases, not of leads.
            "item_count": purchase.units if purchase.event == "purchase" else "",
            "products": [
                {
                    "id": line.id,
                    "category": line.category,
                    "name": line.name,
                    "quantity": line.quantity,
                    "item_price": float(line.price),
                }
                for line in purchase.lines
            ],
        }
    )


def _user(purchase: Purchase) -> dict[str, Any]:
    customer, visit = purchase.customer, purchase.visit
    return known(
        {
            "email": hashed(identifiers.reddit_email(customer.email)),
            "phone_number": hashed(identifiers.e164(customer.phone, customer.country)),
            "external_id": hashed(customer.external_id.strip()),
            "ip_address": hashed(visit.ip_address),
            "user_agent": visit.user_agent,
            # The cookie has the moment it was made in front: <milliseconds>.<UUID>.
            "uuid": visit.cookie("_rdt_uuid").rpartition(".")[2],
        }
    )


FIELDS = {
    "account": "url",
    "token": "headers/Authorization",
    "event_id": "body/data/events/0/metadata/conversion_id",
    "name": "body/data/events/0/type/tracking_type",
    "value": "body/data/events/0/metadata/value",
    "currency": "body/data/events/0/metadata/currency",
    "quantity": "body/data/events/0/metadata/products/*/quantity",
    "email": "body/data/events/0/user/email",
    "phone": "body/data/events/0/user/phone_number",
    "click_id": "body/data/events/0/click_id",
    "time": "body/data/events/0/event_at",
}
VENDOR = DemoVendor(
    name="reddit",
    folder="harness.demo.vendors.reddit",
    uid=22,
    account=PIXEL,
    settings={"pixel": PIXEL},
    scripts=(
        Script(host="www.redditstatic.com", path="/ads/pixel.js", files=("pixel.js",)),
        Script(host="pixel-config.reddit.com", path="/pixels/{pixel}/config", files=("config.json",)),
    ),
    call=call,
    fields=FIELDS,
    click_parameters=("rdt_cid",),
    event_id_attributes={event: f"reddit_pixel_event_id_{name}_22" for event, name in NAMES.items()},
    offline=Offline(call=call, account=PIXEL, fields=FIELDS),
)
