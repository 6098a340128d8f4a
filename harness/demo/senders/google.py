"""The Data Manager call of Google: POST /v1/events:ingest, a second source of the tag's conversion."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.places import GOOGLE_ADS_ACCOUNT, GOOGLE_CONVERSION_ACTION, GOOGLE_TOKEN
from harness.demo.purchase import Customer, Purchase

VENDOR = "google-ads"
INGEST_URL = "https://datamanager.googleapis.com/v1/events:ingest"
DESTINATION = "purchase"


def call(purchase: Purchase) -> Call:
    return Call(
        vendor=VENDOR,
        url=INGEST_URL,
        headers={"Authorization": f"Bearer {GOOGLE_TOKEN}"},
        body={
            "destinations": [
                {
                    "reference": DESTINATION,
                    "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": GOOGLE_ADS_ACCOUNT},
                    "productDestinationId": GOOGLE_CONVERSION_ACTION,
                }
            ],
            "events": [_event(purchase)],
            "consent": {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"},
            "encoding": "HEX",
        },
    )


def _event(purchase: Purchase) -> dict[str, Any]:
    event: dict[str, Any] = {
        "destinationReferences": [DESTINATION],
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
    if purchase.visit.gclid:
        event["adIdentifiers"] = {"gclid": purchase.visit.gclid}
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
