"""The Data Manager call of Google: POST /v1/events:ingest, a second source of the tag's conversion."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Customer, Purchase
from harness.demo.vendors.google_ads import offline
from harness.demo.vendors.google_ads.offline import ACCOUNT, TOKEN
from harness.demo.vendors.google_tag import gclid, script
from harness.demo.vendors.vendor import DemoVendor

TAG = "AW-987654321"
# A conversion action for each kind of conversion: the tag knows it by its label, the server by its number.
LABELS = {"purchase": "AbC-D_efG-h12_34-567", "generate_lead": "LeA-D_mnO-p34_56-789"}
CONVERSION_ACTIONS = {"purchase": "555666777", "generate_lead": "555666888"}
INGEST_URL = "https://datamanager.googleapis.com/v1/events:ingest"


def call(purchase: Purchase) -> Call:
    return Call(
        vendor="google-ads",
        url=INGEST_URL,
        headers={"Authorization": f"Bearer {TOKEN}"},
        body={
            "destinations": [
                {
                    "reference": purchase.event,
                    "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": ACCOUNT},
                    "productDestinationId": CONVERSION_ACTIONS[purchase.event],
                }
            ],
            "events": [_event(purchase)],
            "consent": {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"},
            "encoding": "HEX",
        },
    )


def _event(purchase: Purchase) -> dict[str, Any]:
    event: dict[str, Any] = {
        "destinationReferences": [purchase.event],
        "transactionId": purchase.order_id,
        "eventTimestamp": datetime.fromtimestamp(int(purchase.at), UTC).isoformat().replace("+00:00", "Z"),
        "eventSource": "WEB",
        "conversionValue": float(purchase.value),
        "currency": purchase.currency,
        "userData": {"userIdentifiers": _user_identifiers(purchase.customer)},
        "cartData": {
            "items": [
                {"merchantProductId": line.id, "quantity": line.quantity, "unitPrice": float(line.price)}
                for line in purchase.lines
            ]
        },
    }
    if clicked := gclid(purchase.visit):
        event["adIdentifiers"] = {"gclid": clicked}
    return event


def _user_identifiers(customer: Customer) -> list[dict[str, Any]]:
    address = known(
        {
            "givenName": hashed(identifiers.google_name(customer.first_name)),
            "familyName": hashed(identifiers.google_name(customer.last_name)),
            "regionCode": customer.country.strip().upper(),
            "postalCode": customer.postal_code.strip(),
        }
    )
    entries = (
        {"emailAddress": hashed(identifiers.google_email(customer.email))},
        {"phoneNumber": hashed(identifiers.e164(customer.phone, customer.country))},
        {"address": address},
    )
    return [entry for entry in entries if all(entry.values())]


VENDOR = DemoVendor(
    name="google-ads",
    folder="harness.demo.vendors.google_ads",
    uid=12,
    account=ACCOUNT,
    settings={"tag": TAG, "labels": LABELS},
    scripts=(script("gtag.ads.js"),),
    call=call,
    fields={
        "account": "body/destinations/0/operatingAccount/accountId",
        "token": "headers/Authorization",
        "order_id": "body/events/0/transactionId",
        "value": "body/events/0/conversionValue",
        "currency": "body/events/0/currency",
        "quantity": "body/events/0/cartData/items/*/quantity",
        "email": "body/events/0/userData/userIdentifiers/*/emailAddress",
        "phone": "body/events/0/userData/userIdentifiers/*/phoneNumber",
        "click_id": "body/events/0/adIdentifiers/gclid",
        "time": "body/events/0/eventTimestamp",
    },
    offline=offline.OFFLINE,
    click_parameters=("gclid", "gbraid", "wbraid"),
)
