"""The offline conversions of Microsoft Advertising: ApplyOfflineConversions in its REST form, or a bulk file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase
from harness.demo.vendors.microsoft_uet.clicks import msclkid
from harness.demo.vendors.vendor import Offline

# Offline goals belong to the advertiser's account, not to a tag.
ACCOUNT = "141099016"
CUSTOMER = "251099016"
GOAL = "offline purchase"
# Shaped like real ones, so that a leak can be tested; they open nothing.
TOKEN = "msads-demo-9Kq3Zc1RxN7yLf2TbWm6XpVs4HdGa8Eo5UiQ0"
DEVELOPER_TOKEN = "DEMO4K7TDQ9M2V6X"
APPLY_URL = "https://campaign.api.bingads.microsoft.com/CampaignManagement/v13/OfflineConversions/Apply"
# The record of a bulk file, version 6.0: learn.microsoft.com, bulk service, offline conversion (2026).
COLUMNS = (
    "Type", "Status", "Id", "Parent Id", "Client Id", "Name", "Conversion Currency Code", "Conversion Name",
    "Conversion Time", "Conversion Value", "Microsoft Click Id",
)  # fmt: skip


def call(purchase: Purchase) -> Call | None:
    """Only those who clicked, or are known by email or phone."""
    conversion = known(
        {
            "MicrosoftClickId": msclkid(purchase.visit),
            "HashedEmailAddress": hashed(identifiers.microsoft_email(purchase.customer.email)),
            "HashedPhoneNumber": hashed(identifiers.e164(purchase.customer.phone, purchase.customer.country)),
        }
    )
    if not conversion:
        return None
    conversion |= {
        "ConversionName": GOAL,
        "ConversionTime": datetime.fromtimestamp(int(purchase.at), UTC).isoformat().replace("+00:00", "Z"),
        "ConversionValue": float(purchase.value),
        "ConversionCurrencyCode": purchase.currency,
    }
    return Call(
        vendor="microsoft-uet",
        url=APPLY_URL,
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "DeveloperToken": DEVELOPER_TOKEN,
            "CustomerId": CUSTOMER,
            "CustomerAccountId": ACCOUNT,
        },
        body={"OfflineConversions": [conversion]},
    )


def table(purchases: Sequence[Purchase]) -> str:
    """Only those who clicked: a record has no column for anything else."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    rows.writerow({"Type": "Format Version", "Name": "6.0"})
    for purchase in purchases:
        if clicked := msclkid(purchase.visit):
            moment = datetime.fromtimestamp(int(purchase.at), UTC)
            rows.writerow(
                {
                    "Type": "Offline Conversion",
                    "Client Id": purchase.order_id,
                    "Conversion Currency Code": purchase.currency,
                    "Conversion Name": GOAL,
                    "Conversion Time": f"{moment:%m/%d/%Y %I:%M:%S %p}",
                    "Conversion Value": purchase.value,
                    "Microsoft Click Id": clicked,
                }
            )
    return text.getvalue()


OFFLINE = Offline(
    call=call,
    account=ACCOUNT,
    fields={
        "account": "headers/CustomerAccountId",
        "token": "headers/Authorization",
        "name": "body/OfflineConversions/0/ConversionName",
        "value": "body/OfflineConversions/0/ConversionValue",
        "currency": "body/OfflineConversions/0/ConversionCurrencyCode",
        "email": "body/OfflineConversions/0/HashedEmailAddress",
        "phone": "body/OfflineConversions/0/HashedPhoneNumber",
        "click_id": "body/OfflineConversions/0/MicrosoftClickId",
        "time": "body/OfflineConversions/0/ConversionTime",
    },
    table=table,
)
