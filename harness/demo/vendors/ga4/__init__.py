"""The Measurement Protocol of Google Analytics 4: POST /mp/collect; with a container, the tag's own hit handed on."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call, known
from harness.demo.identifiers import hashed
from harness.demo.places import CONTAINER_PATH, LOADER_PATH, Place
from harness.demo.purchase import Customer, Purchase
from harness.demo.vendors.google_tag import script
from harness.demo.vendors.vendor import DemoVendor, Offline

STREAM = "4Q7KXN2W8D"
TAG = f"G-{STREAM}"
# Shaped like a real one, so that a leak can be tested; it opens nothing.
SECRET = "ga4demoQ7wYk3TnR5mVx8L"
HITS_URL = "https://www.google-analytics.com/g/collect"
PROTOCOL_URL = "https://www.google-analytics.com/mp/collect"
# Any time shows the user as active; how long he really was, only the tag knows.
ENGAGEMENT = 100


def call(purchase: Purchase) -> Call:
    return Call(
        vendor="ga4",
        url=PROTOCOL_URL,
        query={"measurement_id": TAG, "api_secret": SECRET},
        body=known(
            {
                "client_id": _client_id(purchase),
                "user_id": purchase.customer.external_id,
                "timestamp_micros": int(purchase.at) * 1_000_000,
                "user_agent": purchase.visit.user_agent,
                "ip_override": purchase.visit.ip_address,
                "consent": {"ad_user_data": "GRANTED", "ad_personalization": "GRANTED"},
                "user_data": _user_data(purchase.customer),
                "events": [{"name": purchase.event, "params": _parameters(purchase)}],
            }
        ),
    )


def _client_id(purchase: Purchase) -> str:
    """Of the cookie `_ga` (GA1.<depth>.<random>.<seconds>), or where the tag was blocked, one made of the customer."""
    own = ".".join(purchase.visit.cookie("_ga").split(".")[2:])
    return own or _made_up(purchase.customer.external_id)


def _made_up(customer: str) -> str:
    digest = sha256(customer.encode()).hexdigest()
    return f"{int(digest[:8], 16)}.{int(digest[8:16], 16)}"


def _session_id(purchase: Purchase) -> str:
    """Of the cookie `_ga_<stream>` (GS2.1.s<seconds>$...). Without a tag the session begins with the order."""
    cookie = re.match(r"GS\d\.\d+\.s?(\d+)", purchase.visit.cookie(f"_ga_{STREAM}"))
    return cookie[1] if cookie else str(int(purchase.at))


def _parameters(purchase: Purchase) -> dict[str, Any]:
    return {
        "transaction_id": purchase.order_id,
        "value": float(purchase.value),
        "currency": purchase.currency,
        "session_id": _session_id(purchase),
        "engagement_time_msec": ENGAGEMENT,
        "page_location": purchase.url,
        "items": [
            {
                "item_id": line.id,
                "item_name": line.name,
                "item_category": line.category,
                "price": float(line.price),
                "quantity": line.quantity,
            }
            for line in purchase.lines
        ],
    }


def _user_data(customer: Customer) -> dict[str, Any]:
    address = known(
        {
            "sha256_first_name": hashed(identifiers.plain(customer.first_name)),
            "sha256_last_name": hashed(identifiers.plain(customer.last_name)),
            "sha256_street": hashed(identifiers.plain(customer.street)),
            "city": identifiers.plain(customer.city),
            "postal_code": customer.postal_code.strip(),
            "country": customer.country.strip().upper(),
        }
    )
    return known(
        {
            "sha256_email_address": hashed(identifiers.analytics_email(customer.email)),
            "sha256_phone_number": hashed(identifiers.e164(customer.phone, customer.country)),
            "address": [address] if address else [],
        }
    )


def handed_on(purchase: Purchase) -> Call:
    """The hit that the container took, without what only its other tags need, and with the visitor's address."""
    hit = {name: value for name, value in purchase.hit.items() if not name.startswith("ep.user_data.")}
    return Call(
        vendor="ga4",
        url=HITS_URL,
        query=known({**hit, "_uip": purchase.visit.ip_address}),
        headers=known({"User-Agent": purchase.visit.user_agent}),
        body=None,
    )


FIELDS = {
    "account": "query/measurement_id",
    "token": "query/api_secret",
    "name": "body/events/0/name",
    "order_id": "body/events/0/params/transaction_id",
    "value": "body/events/0/params/value",
    "currency": "body/events/0/params/currency",
    "quantity": "body/events/0/params/items/*/quantity",
    "email": "body/user_data/sha256_email_address",
    "phone": "body/user_data/sha256_phone_number",
    "time": "body/timestamp_micros",
}
VENDOR = DemoVendor(
    name="ga4",
    folder="harness.demo.vendors.ga4",
    uid=14,
    account=TAG,
    settings={"tag": TAG, "script": f"https://www.googletagmanager.com/gtag/js?id={TAG}&l=adsQueue"},
    scripts=(script("gtag.ga4.js"),),
    call=call,
    fields=FIELDS,
    offline=Offline(call=call, account=TAG, fields=FIELDS),
    click_parameters=("gclid",),
)


def standard_paths(place: Place) -> dict[str, Any]:
    """The tag's settings, with the paths every container has."""
    url = f"https://{place.container_host}"
    return {"tag": TAG, "script": f"{url}/gtag/js?id={TAG}&l=adsQueue", "container": {"server_container_url": url}}


def in_container(place: Place) -> DemoVendor:
    """The tag's hits go to the container, which hands them on: there is no Measurement Protocol, and no secret."""
    url = f"https://{place.container_host}"
    return replace(
        VENDOR,
        scripts=tuple(
            script("gtag.ga4.js", host=place.container_host, path=path) for path in (LOADER_PATH, "/gtag/js")
        ),
        settings={
            "tag": TAG,
            "script": f"{url}{LOADER_PATH}?l=adsQueue",
            "container": {"server_container_url": f"{url}{CONTAINER_PATH}", "hides_hits": True},
        },
        call=handed_on,
        fields={
            "account": "query/tid",
            "name": "query/en",
            "order_id": "query/ep.transaction_id",
            "value": "query/epn.value",
            "currency": "query/cu",
        },
    )
