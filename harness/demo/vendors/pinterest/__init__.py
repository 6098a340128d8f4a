"""The Conversions API call of Pinterest: POST /v5/ad_accounts/<ad account>/events."""

from __future__ import annotations

from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase
from harness.demo.vendors.vendor import DemoVendor, Offline, Script

TAG = "2613750046218"
AD_ACCOUNT = "549766001234"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "pina_demoAMAQ7WYK3TNR5MVX8LPA2SDF4GHJ6KL9QZXCVBNM1EWRTYUIOPASDFGH"
NAMES = {"purchase": "checkout", "generate_lead": "lead"}
EVENTS_URL = "https://api.pinterest.com/v5/ad_accounts/{ad_account}/events"


def call(purchase: Purchase) -> Call:
    event = known(
        {
            "event_name": NAMES[purchase.event],
            "action_source": "offline" if purchase.is_offline else "web",
            "event_time": int(purchase.at),
            "event_id": purchase.event_id_for("pinterest"),
            "event_source_url": purchase.url,
            "partner_name": "direct",
            "user_data": _user_data(purchase),
            "custom_data": _custom_data(purchase),
        }
    )
    return Call(
        vendor="pinterest",
        url=EVENTS_URL.format(ad_account=AD_ACCOUNT),
        headers={"Authorization": f"Bearer {TOKEN}"},
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
            "ct": [hashed(identifiers.letters(customer.city))],
            "zp": [hashed(identifiers.postal_digits(customer.postal_code))],
            "country": [hashed(identifiers.plain(customer.country))],
            "external_id": [hashed(identifiers.plain(customer.external_id))],
            "click_id": visit.cookie("_epik") or visit.click("epik"),
            "client_ip_address": visit.ip_address,
            "client_user_agent": visit.user_agent,
        }
    )


def _custom_data(purchase: Purchase) -> dict[str, Any]:
    """The vendor's schema has text for amounts of money."""
    return {
        "value": str(purchase.value),
        "currency": purchase.currency,
        "order_id": purchase.order_id,
        "num_items": purchase.units,
        "content_ids": [line.id for line in purchase.lines],
        "contents": [
            {"id": line.id, "item_name": line.name, "item_price": str(line.price), "quantity": line.quantity}
            for line in purchase.lines
        ],
    }


FIELDS = {
    "account": "url",
    "token": "headers/Authorization",
    "event_id": "body/data/0/event_id",
    "name": "body/data/0/event_name",
    "order_id": "body/data/0/custom_data/order_id",
    "value": "body/data/0/custom_data/value",
    "currency": "body/data/0/custom_data/currency",
    "quantity": "body/data/0/custom_data/contents/*/quantity",
    "email": "body/data/0/user_data/em/0",
    "phone": "body/data/0/user_data/ph",
    "click_id": "body/data/0/user_data/click_id",
    "time": "body/data/0/event_time",
}
VENDOR = DemoVendor(
    name="pinterest",
    folder="harness.demo.vendors.pinterest",
    uid=23,
    account=AD_ACCOUNT,
    settings={"tag": TAG},
    scripts=(
        Script(host="s.pinimg.com", path="/ct/core.js", files=("core.js",)),
        Script(host="s.pinimg.com", path="/ct/lib/{main}", files=("main.js",)),
    ),
    call=call,
    fields=FIELDS,
    click_parameters=("epik",),
    event_id_attributes={event: f"pinterest_event_id_{name.title()}_23" for event, name in NAMES.items()},
    offline=Offline(call=call, account=AD_ACCOUNT, fields=FIELDS),
)
