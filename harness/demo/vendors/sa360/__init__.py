"""The conversions API of Campaign Manager 360, shared by Search Ads 360: a second source of the Floodlight tag's sale.

User data would go in an update of the tag's own conversion, 90 minutes later at the earliest; the shop leaves it to the
tag, and its insert also counts where the tag was blocked.
"""

from __future__ import annotations

from typing import Any

from harness.demo.call import Call
from harness.demo.purchase import Purchase
from harness.demo.vendors.google_tag import dclid, gclid, script
from harness.demo.vendors.vendor import DemoVendor, Offline

CONFIGURATION = "80240016"
ACTIVITIES = {"purchase": "4480016", "generate_lead": "4480017"}
OFFLINE_ACTIVITY = "4480018"
PROFILE = "7654321"
MERCHANT = "5550016"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "ya29.demo-floodlight-hT4vKs9QeXc2ZpLr7WmYd0NbUj5GfA8iVo3E1"
INSERT_URL = "https://dfareporting.googleapis.com/dfareporting/v5/userprofiles/{profile}/conversions/batchinsert"


def call(purchase: Purchase) -> Call | None:
    user = _user(purchase)
    if not user:
        return None
    return Call(
        vendor="sa360",
        url=INSERT_URL.format(profile=PROFILE),
        headers={"Authorization": f"Bearer {TOKEN}"},
        body={
            "kind": "dfareporting#conversionsBatchInsertRequest",
            "conversions": [user | _conversion(purchase)],
        },
    )


def _user(purchase: Purchase) -> dict[str, str]:
    """The API takes exactly one: the click, or else the match ID that the tag has as well."""
    candidates = {
        "gclid": gclid(purchase.visit),
        "dclid": dclid(purchase.visit),
        "matchId": purchase.customer.external_id.strip(),
    }
    return next(({name: value} for name, value in candidates.items() if value), {})


def _activity(purchase: Purchase) -> str:
    return OFFLINE_ACTIVITY if purchase.is_offline else ACTIVITIES[purchase.event]


def _conversion(purchase: Purchase) -> dict[str, Any]:
    return {
        "kind": "dfareporting#conversion",
        "floodlightConfigurationId": CONFIGURATION,
        "floodlightActivityId": _activity(purchase),
        "ordinal": purchase.order_id,
        "timestampMicros": str(int(purchase.at) * 1_000_000),
        "quantity": str(purchase.units),
        "value": float(purchase.value),
        "cartData": {
            "merchantId": MERCHANT,
            "merchantFeedLabel": "DE",
            "merchantFeedLanguage": "de",
            "items": [
                {"itemId": line.id, "quantity": line.quantity, "unitPrice": float(line.price)}
                for line in purchase.lines
            ],
        },
        "adUserDataConsent": "GRANTED",
        "nonPersonalizedAd": False,
    }


FIELDS = {
    "account": "body/conversions/0/floodlightConfigurationId",
    "token": "headers/Authorization",
    "order_id": "body/conversions/0/ordinal",
    "value": "body/conversions/0/value",
    "quantity": "body/conversions/0/cartData/items/*/quantity",
    "click_id": "body/conversions/0/gclid",
    "time": "body/conversions/0/timestampMicros",
}
VENDOR = DemoVendor(
    name="sa360",
    folder="harness.demo.vendors.sa360",
    uid=15,
    account=CONFIGURATION,
    settings={"tag": f"DC-{CONFIGURATION}"},
    scripts=(script("gtag.floodlight.js"),),
    call=call,
    fields=FIELDS,
    click_parameters=("gclid", "dclid"),
    offline=Offline(call=call, account=CONFIGURATION, fields=FIELDS),
)
