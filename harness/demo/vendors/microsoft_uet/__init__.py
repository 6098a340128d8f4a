"""The UET Conversions API call of Microsoft Advertising: POST /v1/<tag>/events."""

from __future__ import annotations

from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase
from harness.demo.vendors.microsoft_uet import offline
from harness.demo.vendors.microsoft_uet.clicks import msclkid
from harness.demo.vendors.vendor import DemoVendor, Script

TAG = "187000016"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "uet-demo-6Jq0Wc8RzN3yKf5TbVm2XpLs7HdGa9Eo4UiQ1"
EVENTS_URL = "https://capi.uet.microsoft.com/v1/{tag}/events"
NAMES = {"purchase": "purchase", "generate_lead": "submit_lead_form"}
# What kind of page reports it, in the words that there are.
PAGE_TYPES = {"purchase": "purchase", "generate_lead": "other"}


def call(purchase: Purchase) -> Call:
    event = known(
        {
            "eventType": "custom",
            "eventName": NAMES[purchase.event],
            "eventId": purchase.event_id_for("microsoft-uet"),
            "eventTime": int(purchase.at),
            "eventSourceUrl": purchase.url,
            "adStorageConsent": "G",
            "userData": _user_data(purchase),
            "customData": _custom_data(purchase),
        }
    )
    return Call(
        vendor="microsoft-uet",
        url=EVENTS_URL.format(tag=TAG),
        headers={"Authorization": f"Bearer {TOKEN}"},
        body={"data": [event], "dataProvider": "cornershop", "continueOnValidationError": False},
    )


def _user_data(purchase: Purchase) -> dict[str, Any]:
    customer, visit = purchase.customer, purchase.visit
    return known(
        {
            "anonymousId": visit.cookie("_uetvid"),
            "externalId": customer.external_id.strip(),
            "em": hashed(identifiers.microsoft_email(customer.email)),
            "ph": hashed(identifiers.e164(customer.phone, customer.country)),
            "msclkid": msclkid(visit),
            "clientIpAddress": visit.ip_address,
            "clientUserAgent": visit.user_agent,
        }
    )


def _custom_data(purchase: Purchase) -> dict[str, Any]:
    return {
        "value": float(purchase.value),
        "currency": purchase.currency,
        "transactionId": purchase.order_id,
        "pageType": PAGE_TYPES[purchase.event],
        "itemIds": [line.id for line in purchase.lines],
        "items": [
            {"id": line.id, "name": line.name, "price": float(line.price), "quantity": line.quantity}
            for line in purchase.lines
        ],
    }


VENDOR = DemoVendor(
    name="microsoft-uet",
    folder="harness.demo.vendors.microsoft_uet",
    uid=16,
    account=TAG,
    settings={"tag": TAG},
    scripts=(
        Script(host="bat.bing.com", path="/bat.js", files=("bat.js",)),
        Script(host="bat.bing.com", path="/p/action/{tag}.js", files=("config.js",)),
    ),
    call=call,
    fields={
        "account": "url",
        "token": "headers/Authorization",
        "event_id": "body/data/0/eventId",
        "name": "body/data/0/eventName",
        "order_id": "body/data/0/customData/transactionId",
        "value": "body/data/0/customData/value",
        "currency": "body/data/0/customData/currency",
        "quantity": "body/data/0/customData/items/*/quantity",
        "email": "body/data/0/userData/em",
        "phone": "body/data/0/userData/ph",
        "click_id": "body/data/0/userData/msclkid",
        "time": "body/data/0/eventTime",
    },
    click_parameters=("msclkid",),
    offline=offline.OFFLINE,
    event_id_attributes={event: f"microsoft_event_id_{name}_16" for event, name in NAMES.items()},
)
