"""The Conversions API call of Meta: POST /<version>/<pixel>/events."""

from __future__ import annotations

from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.places import META_PIXEL, META_TOKEN
from harness.demo.purchase import Purchase

VENDOR = "meta"
EVENTS_URL = "https://graph.facebook.com/v26.0/{pixel}/events"


def call(purchase: Purchase) -> Call:
    event = known(
        {
            "event_name": "Purchase",
            "event_time": int(purchase.at),
            "event_id": purchase.event_id,
            "action_source": "website",
            "event_source_url": purchase.url,
            "user_data": _user_data(purchase),
            "custom_data": _custom_data(purchase),
        }
    )
    return Call(
        vendor=VENDOR,
        url=EVENTS_URL.format(pixel=META_PIXEL),
        query={"access_token": META_TOKEN},
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
            "fbp": visit.fbp,
            "fbc": visit.fbc,
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
