"""The Conversions API call of LinkedIn: POST /rest/conversionEvents, under a conversion rule of its own."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.purchase import Customer, Purchase, Visit
from harness.demo.vendors.vendor import DemoVendor, Offline, Script

PARTNER = "4827193"
# The tag and the server have a rule each; the event ID joins them.
TAG_RULES = {
    "view_item": 19384701,
    "add_to_cart": 19384702,
    "begin_checkout": 19384703,
    "purchase": 19384704,
    "generate_lead": 19384705,
}
SERVER_RULES = {"purchase": 20475814, "generate_lead": 20475815}
OFFLINE_RULE = 20475816
# Shaped like a real one, so that a leak can be tested; it opens nothing.
TOKEN = "AQXdemo0cornershopQ7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBnM1tUe0Wy_Rb5Nk-Hd3"
EVENTS_URL = "https://api.linkedin.com/rest/conversionEvents"


def call(purchase: Purchase) -> Call:
    return Call(
        vendor="linkedin",
        url=EVENTS_URL,
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "LinkedIn-Version": "202604",
            "X-Restli-Protocol-Version": "2.0.0",
        },
        body=known(
            {
                "conversion": f"urn:lla:llaPartnerConversion:{_rule(purchase)}",
                "conversionHappenedAt": int(purchase.at * 1000),
                "conversionValue": {"currencyCode": purchase.currency, "amount": str(purchase.value)},
                "eventId": purchase.event_id_for("linkedin"),
                "user": _user(purchase.customer, purchase.visit),
            }
        ),
    )


def _rule(purchase: Purchase) -> int:
    return OFFLINE_RULE if purchase.is_offline else SERVER_RULES[purchase.event]


def _user(customer: Customer, visit: Visit) -> dict[str, Any]:
    ids = known(
        {
            "SHA256_EMAIL": hashed(identifiers.email(customer.email)),
            "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID": visit.cookie("li_fat_id") or visit.click("li_fat_id"),
            "PLAINTEXT_IP_ADDRESS": visit.ip_address if _is_ipv4(visit.ip_address) else "",
        }
    )
    user: dict[str, Any] = {
        # LinkedIn wants the list, even an empty one.
        "userIds": [{"idType": kind, "idValue": value} for kind, value in ids.items()],
        **known({"externalIds": [customer.external_id.strip()]}),
    }
    if customer.first_name.strip() and customer.last_name.strip():
        user["userInfo"] = {
            "firstName": customer.first_name.strip(),
            "lastName": customer.last_name.strip(),
            "countryCode": customer.country.upper(),
        }
    return user


def _is_ipv4(address: str) -> bool:
    try:
        IPv4Address(address)
    except ValueError:
        return False
    return True


FIELDS = {
    "token": "headers/Authorization",
    "event_id": "body/eventId",
    "value": "body/conversionValue/amount",
    "currency": "body/conversionValue/currencyCode",
    "email": "body/user/userIds/*[idType=SHA256_EMAIL]/idValue",
    "click_id": "body/user/userIds/*[idType=LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID]/idValue",
    "time": "body/conversionHappenedAt",
}
VENDOR = DemoVendor(
    name="linkedin",
    folder="harness.demo.vendors.linkedin",
    uid=18,
    account=PARTNER,
    settings={"partner": PARTNER, "rules": TAG_RULES},
    scripts=(Script(host="snap.licdn.com", path="/li.lms-analytics/insight.min.js", files=("insight.js",)),),
    call=call,
    fields=FIELDS,
    click_parameters=("li_fat_id",),
    event_id_attributes={event: f"linkedin_event_id_{TAG_RULES[event]}_18" for event in SERVER_RULES},
    offline=Offline(call=call, account=PARTNER, fields=FIELDS),
)
