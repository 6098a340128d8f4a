"""How does each fault edit a server call? Every function here is handed a copy it may write to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call
from harness.demo.identifiers import hashed
from harness.demo.places import META_OTHER_PIXEL, META_PIXEL
from harness.demo.purchase import Purchase

Change = Callable[[Call, Purchase], None]
EIGHT_DAYS = 8 * 24 * 3600


def _meta_event(call: Call) -> dict[str, Any]:
    event: dict[str, Any] = call.body["data"][0]
    return event


def _google_event(call: Call) -> dict[str, Any]:
    event: dict[str, Any] = call.body["events"][0]
    return event


def _own_event_id(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["event_id"] = f"server.{purchase.order_id}"


def _constant_event_id(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["event_id"] = "purchase"


def _lower_case_name(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["event_name"] = "purchase"


def _expired_token(call: Call, purchase: Purchase) -> None:
    call.query["access_token"] = "expired-" + call.query["access_token"]


def _other_pixel(call: Call, purchase: Purchase) -> None:
    call.url = call.url.replace(META_PIXEL, META_OTHER_PIXEL)


def _comma_value(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["custom_data"]["value"] = str(purchase.value).replace(".", ",")


def _net_value(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["custom_data"]["value"] = float(purchase.net_value)


def _net_conversion_value(call: Call, purchase: Purchase) -> None:
    _google_event(call)["conversionValue"] = float(purchase.net_value)


def _no_currency(call: Call, purchase: Purchase) -> None:
    del _meta_event(call)["custom_data"]["currency"]


def _prefixed_order_id(call: Call, purchase: Purchase) -> None:
    _google_event(call)["transactionId"] = "#" + purchase.order_id


def _quantity_one(call: Call, purchase: Purchase) -> None:
    for content in _meta_event(call)["custom_data"]["contents"]:
        content["quantity"] = 1


def _untrimmed_email(call: Call, purchase: Purchase) -> None:
    typed = purchase.customer.email.strip()
    _meta_event(call)["user_data"]["em"] = [hashed(f" {typed[:1].upper()}{typed[1:]}")]


def _raw_email(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["user_data"]["em"] = [identifiers.email(purchase.customer.email)]


def _email_hashed_twice(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["user_data"]["em"] = [hashed(hashed(identifiers.email(purchase.customer.email)))]


def _national_phone(call: Call, purchase: Purchase) -> None:
    national = identifiers.national_digits(purchase.customer.phone, purchase.customer.country)
    for entry in _google_event(call)["userData"]["userIdentifiers"]:
        if "phoneNumber" in entry:
            entry["phoneNumber"] = hashed(national)


def _no_phone(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["user_data"].pop("ph", None)


def _no_phone_identifier(call: Call, purchase: Purchase) -> None:
    user_data = _google_event(call)["userData"]
    user_data["userIdentifiers"] = [entry for entry in user_data["userIdentifiers"] if "phoneNumber" not in entry]


def _lower_case_fbclid(call: Call, purchase: Purchase) -> None:
    user_data = _meta_event(call)["user_data"]
    if "fbc" in user_data:
        user_data["fbc"] = user_data["fbc"].lower()


def _no_auctid(call: Call, purchase: Purchase) -> None:
    del call.body["auctid"]


def _milliseconds(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["event_time"] *= 1000


def _stale(call: Call, purchase: Purchase) -> None:
    _meta_event(call)["event_time"] -= EIGHT_DAYS


def _slow_clock(call: Call, purchase: Purchase) -> None:
    call.body["event_time"] -= 400


CALL_FAULTS: dict[str, dict[str, Change]] = {
    "event-id-mismatch": {"meta": _own_event_id},
    "event-id-reused": {"meta": _constant_event_id},
    "event-name-case": {"meta": _lower_case_name},
    "capi-token-expired": {"meta": _expired_token},
    "wrong-pixel": {"meta": _other_pixel},
    "value-comma": {"meta": _comma_value},
    "value-net": {"meta": _net_value, "google-ads": _net_conversion_value},
    "currency-missing": {"meta": _no_currency},
    "order-id-prefixed": {"google-ads": _prefixed_order_id},
    "items-quantity": {"meta": _quantity_one},
    "email-untrimmed": {"meta": _untrimmed_email},
    "email-raw": {"meta": _raw_email},
    "email-double-hash": {"meta": _email_hashed_twice},
    "phone-national": {"google-ads": _national_phone},
    "phone-dropped": {"meta": _no_phone, "google-ads": _no_phone_identifier},
    "fbclid-lowercased": {"meta": _lower_case_fbclid},
    "click-id-dropped": {"teads": _no_auctid},
    "event-time-milliseconds": {"meta": _milliseconds},
    "event-time-stale": {"meta": _stale},
    "teads-clock-slow": {"teads": _slow_clock},
}
