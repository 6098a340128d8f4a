"""The Conversions API call of Teads: POST /v1/event, for visitors who came by an ad click only."""

from __future__ import annotations

from harness.demo.call import Call, known
from harness.demo.purchase import Purchase
from harness.demo.vendors.vendor import DemoVendor, Script

PIXEL = 13614
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "teads-demo-5f2c9a7e41b84c0d9e63a1b7c8d2f604"
# Conversion type, and the name the site gave it.
NAMES = {"purchase": ("Purchase", "Completed Purchase"), "generate_lead": ("Lead", "Sent Request")}
EVENT_URL = "https://ca.teads.tv/v1/event"


def call(purchase: Purchase) -> Call | None:
    auctid = purchase.visit.click("auctid") or purchase.visit.cookie("tfpai")
    if not auctid:
        return None
    conversion_type, name = NAMES[purchase.event]
    return Call(
        vendor="teads",
        url=EVENT_URL,
        headers={"Authorization": f"Bearer {TOKEN}"},
        body=known(
            {
                "action": "conversion",
                "auctid": auctid,
                "user_session_id": purchase.visit.cookie("tfpsi"),
                "buyer_pixel_id": PIXEL,
                "conversion_type": conversion_type,
                "conversion_params": {
                    "name": name,
                    "price": float(purchase.value),
                    "currency": purchase.currency,
                },
                "event_source_url": purchase.url,
                "event_time": int(purchase.at),
                # Teads asks for a privacy object but publishes no inner fields (2026): these two say what is meant.
                "privacy": {"gdpr_applies": True, "consent": True},
            }
        ),
    )


VENDOR = DemoVendor(
    name="teads",
    folder="harness.demo.vendors.teads",
    uid=13,
    account=str(PIXEL),
    settings={"pixel": PIXEL},
    scripts=(Script(host="p.teads.tv", path="/teads-fellow.js", files=("teads-fellow.js",)),),
    call=call,
    fields={
        "account": "body/buyer_pixel_id",
        "token": "headers/Authorization",
        "name": "body/conversion_type",
        "value": "body/conversion_params/price",
        "currency": "body/conversion_params/currency",
        "click_id": "body/auctid",
        "time": "body/event_time",
    },
    click_parameters=("auctid",),
)
