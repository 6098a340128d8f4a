"""The Conversions API call of Teads: POST /v1/event, for visitors who came by an ad click only."""

from __future__ import annotations

from harness.demo.call import Call, known
from harness.demo.places import TEADS_PIXEL, TEADS_TOKEN
from harness.demo.purchase import Purchase

VENDOR = "teads"
EVENT_URL = "https://ca.teads.tv/v1/event"


def call(purchase: Purchase) -> Call | None:
    if not purchase.visit.auctid:
        return None
    return Call(
        vendor=VENDOR,
        url=EVENT_URL,
        headers={"Authorization": f"Bearer {TEADS_TOKEN}"},
        body=known(
            {
                "action": "conversion",
                "auctid": purchase.visit.auctid,
                "user_session_id": purchase.visit.teads_session,
                "buyer_pixel_id": TEADS_PIXEL,
                "conversion_type": "Purchase",
                "conversion_params": {
                    "name": "Completed Purchase",
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
