"""The offline conversions of Google Ads: uploadClickConversions by click ID and user data, or a file of both."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase
from harness.demo.vendors.google_tag import gclid
from harness.demo.vendors.vendor import Offline

ACCOUNT = "1234567890"
ACTION = "555666999"
ACTION_NAME = "Sale away from the web"
# Shaped like real ones, so that a leak can be tested; they open nothing.
TOKEN = "ya29.demo-cornershop-Q7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBnM1"
DEVELOPER_TOKEN = "demo-Zb1Kx7Qw3Lm9Tn5R"
UPLOAD_URL = "https://googleads.googleapis.com/v25/customers/{account}:uploadClickConversions"
# Names as in the template for enhanced conversions for leads (support.google.com, 2026); their order is free.
COLUMNS = (
    "Google Click ID", "Email", "Phone Number", "Conversion Name", "Conversion Time", "Conversion Value",
    "Conversion Currency", "Order ID", "Ad User Data",
)  # fmt: skip


def call(purchase: Purchase) -> Call | None:
    """Only those who clicked, or are known by email or phone."""
    reached = known({"gclid": gclid(purchase.visit), "userIdentifiers": _user_identifiers(purchase)})
    if not reached:
        return None
    conversion = reached | {
        "conversionAction": f"customers/{ACCOUNT}/conversionActions/{ACTION}",
        "conversionDateTime": _moment(purchase).isoformat(sep=" "),
        "conversionValue": float(purchase.value),
        "currencyCode": purchase.currency,
        "orderId": purchase.order_id,
        "consent": {"adUserData": "GRANTED"},
    }
    return Call(
        vendor="google-ads",
        url=UPLOAD_URL.format(account=ACCOUNT),
        headers={"Authorization": f"Bearer {TOKEN}", "developer-token": DEVELOPER_TOKEN},
        body={"conversions": [conversion], "partialFailure": True},
    )


def table(purchases: Sequence[Purchase]) -> str:
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for purchase in purchases:
        clicked = gclid(purchase.visit)
        row = known({"Google Click ID": clicked, "Email": _email(purchase), "Phone Number": _phone(purchase)})
        if row:
            rows.writerow(
                row
                | {
                    "Conversion Name": ACTION_NAME,
                    "Conversion Time": f"{_moment(purchase):%Y-%m-%d %H:%M:%S%z}",
                    "Conversion Value": purchase.value,
                    "Conversion Currency": purchase.currency,
                    "Order ID": purchase.order_id,
                    "Ad User Data": "Granted",
                }
            )
    return text.getvalue()


def _user_identifiers(purchase: Purchase) -> list[dict[str, Any]]:
    entries = ({"hashedEmail": _email(purchase)}, {"hashedPhoneNumber": _phone(purchase)})
    return [entry for entry in entries if known(entry)]


def _email(purchase: Purchase) -> str:
    return hashed(identifiers.google_email(purchase.customer.email))


def _phone(purchase: Purchase) -> str:
    return hashed(identifiers.e164(purchase.customer.phone, purchase.customer.country))


def _moment(purchase: Purchase) -> datetime:
    """The zone is mandatory, with a colon in calls and without one in files."""
    return datetime.fromtimestamp(int(purchase.at), UTC)


OFFLINE = Offline(
    call=call,
    account=ACCOUNT,
    fields={
        "account": "url",
        "token": "headers/Authorization",
        "order_id": "body/conversions/0/orderId",
        "value": "body/conversions/0/conversionValue",
        "currency": "body/conversions/0/currencyCode",
        "email": "body/conversions/0/userIdentifiers/*/hashedEmail",
        "phone": "body/conversions/0/userIdentifiers/*/hashedPhoneNumber",
        "click_id": "body/conversions/0/gclid",
        "time": "body/conversions/0/conversionDateTime",
    },
    table=table,
)
