"""The Events API call of Amazon Ads: POST /adsApi/v1/create/events, in the region of the advertiser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Customer, Purchase
from harness.demo.vendors.vendor import DemoVendor, Offline, Script

TAG = "7d3f0c52-8a41-4e6b-9c27-51b0e4a6d938"
ADVERTISER = "584417302915"
CLIENT = "amzn1.application-oa2-client.3c9f1e5a7b2d4860a1f7c5e93b8d2046"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "Atza|demoIwEBIcornershopQ7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBnM1tUe0"
TAG_NAMES = {"purchase": "Off-AmazonPurchases", "generate_lead": "Lead"}
# What it is called in the advertiser's data set, and its kind.
NAMES = {"purchase": ("Purchase", "OFF_AMAZON_PURCHASES"), "generate_lead": ("Lead", "LEAD")}
EVENTS_URL = "https://advertising-api-eu.amazon.com/adsApi/v1/create/events"


def call(purchase: Purchase) -> Call:
    return Call(
        vendor="amazon",
        url=EVENTS_URL,
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "Amazon-Ads-AccountId": ADVERTISER,
            "Amazon-Ads-ClientId": CLIENT,
        },
        body={"events": [_event(purchase)]},
    )


def _event(purchase: Purchase) -> dict[str, Any]:
    name, conversion_type = NAMES[purchase.event]
    return known(
        {
            "eventDescription": {
                "name": name,
                "conversionType": conversion_type,
                "eventSource": "OFFLINE" if purchase.is_offline else "WEBSITE",
                "eventIngestionMethod": "SERVER_TO_SERVER",
                "dataSetName": "Corner_Shop",
            },
            "countryCode": purchase.customer.country.upper(),
            "eventTime": datetime.fromtimestamp(int(purchase.at), UTC).isoformat().replace("+00:00", "Z"),
            "eventId": purchase.event_id_for("amazon"),
            **_worth(purchase),
            "matchKeys": _match_keys(purchase.customer),
            "consent": _consent(purchase.visit.ip_address),
        }
    )


def _worth(purchase: Purchase) -> dict[str, Any]:
    """Currency and units belong to purchases."""
    value = {"value": float(purchase.value)}
    if purchase.event != "purchase":
        return value
    return {**value, "currencyCode": purchase.currency, "unitsSold": purchase.units}


def _match_keys(customer: Customer) -> list[dict[str, Any]]:
    keys = known(
        {
            "EMAIL": hashed(identifiers.amazon_email(customer.email)),
            "PHONE": hashed(identifiers.e164(customer.phone, customer.country)),
            "FIRST_NAME": hashed(identifiers.ascii_letters(customer.first_name)),
            "LAST_NAME": hashed(identifiers.ascii_letters(customer.last_name)),
            "ADDRESS": hashed(identifiers.ascii_letters(customer.street)),
            "CITY": hashed(identifiers.ascii_letters(customer.city)),
            "POSTAL": hashed(identifiers.unspaced(customer.postal_code)),
            "MATCH_ID": customer.external_id.strip(),
        }
    )
    return [{"type": kind, "values": [value]} for kind, value in keys.items()]


def _consent(ip_address: str) -> dict[str, Any]:
    """Nobody is called without consent, so what is said here was given."""
    given = {"amazonConsent": {"amznAdStorage": "GRANTED", "amznUserData": "GRANTED"}}
    return {"geo": {"ipAddress": ip_address}, **given} if ip_address else given


FIELDS = {
    "account": "headers/Amazon-Ads-AccountId",
    "token": "headers/Authorization",
    "event_id": "body/events/0/eventId",
    "name": "body/events/0/eventDescription/conversionType",
    "value": "body/events/0/value",
    "currency": "body/events/0/currencyCode",
    "quantity": "body/events/0/unitsSold",
    "email": "body/events/0/matchKeys/*[type=EMAIL]/values/0",
    "phone": "body/events/0/matchKeys/*[type=PHONE]/values",
    "time": "body/events/0/eventTime",
}
VENDOR = DemoVendor(
    name="amazon",
    folder="harness.demo.vendors.amazon",
    uid=17,
    account=ADVERTISER,
    settings={"tag": TAG, "region": "EU", "country": "DE"},
    scripts=(
        Script(host="c.amazon-adsystem.com", path="/aat/amzn-consent.js", files=("amzn-consent.js",)),
        Script(host="c.amazon-adsystem.com", path="/aat/amzn.js", files=("amzn.js",)),
    ),
    call=call,
    fields=FIELDS,
    event_id_attributes={event: f"amazon_event_id_{name}_17" for event, name in TAG_NAMES.items()},
    offline=Offline(call=call, account=ADVERTISER, fields=FIELDS),
)
