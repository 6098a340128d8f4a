"""How does each fault edit a server call? Each is told which field, and what becomes of it, whoever the vendor is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from harness.demo import identifiers
from harness.demo.call import Call
from harness.demo.editing import drop, edit
from harness.demo.identifiers import hashed
from harness.demo.purchase import Purchase
from harness.demo.vendors.vendor import DemoVendor, Offline

# From what the field says and the purchase to what the fault makes of it.
Edit = Callable[[Any, Purchase], Any]
EIGHT_DAYS = timedelta(days=8)
SLOW = timedelta(seconds=400)
# Unix seconds have ten digits until the year 2286, milliseconds thirteen, microseconds sixteen.
_SECONDS = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFault:
    """`change` of None takes the field away."""

    field: str
    change: Edit | None

    def spoil(self, call: Call, purchase: Purchase, vendor: DemoVendor | Offline) -> None:
        path = vendor.fields.get(self.field)
        change = self.change
        if path is None:
            return
        if change is None:
            drop(call, path)
        else:
            edit(call, path, lambda value: change(value, purchase))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFault(CallFault):
    """The account stands in the field as the vendor writes it, so only the vendor's own is looked for there."""

    field: str = "account"
    change: Edit | None = None

    def spoil(self, call: Call, purchase: Purchase, vendor: DemoVendor | Offline) -> None:
        path, account = vendor.fields.get(self.field), vendor.account
        if path is not None:
            edit(call, path, lambda value: type(value)(str(value).replace(account, other_account(account))))


def other_account(account: str) -> str:
    """Another one of the same shape."""
    return account[:-1] + ("2" if account[-1] != "2" else "3")


def _expired(value: Any, purchase: Purchase) -> Any:
    scheme, blank, token = str(value).rpartition(" ")
    return f"{scheme}{blank}expired-{token}"


def _other_case(value: Any, purchase: Purchase) -> Any:
    return value.lower() if value != value.lower() else value.upper()


def _untrimmed(value: Any, purchase: Purchase) -> Any:
    typed = purchase.customer.email.strip()
    return hashed(f" {typed[:1].upper()}{typed[1:]}")


def _in_another_unit(value: Any, purchase: Purchase) -> Any:
    """Milliseconds where seconds are due, and seconds where the vendor wants milliseconds or more."""
    if isinstance(value, str) and not value.isdecimal():
        return value
    digits = len(str(int(value)))
    number = int(value) * 1000 if digits < _SECONDS else int(value) // 10 ** (digits - 10)
    return type(value)(number)


def _earlier(by: timedelta) -> Edit:
    def change(value: Any, purchase: Purchase) -> Any:
        if isinstance(value, str) and not value.isdecimal():
            moment = (datetime.fromisoformat(value) - by).isoformat(sep=value[10])
            return moment.replace("+00:00", "Z") if value.endswith("Z") else moment
        unit = 10 ** (len(str(int(value))) - 10)
        return type(value)(int(value) - int(by.total_seconds()) * unit)

    return change


def _like(value: Any, number: Decimal) -> Any:
    """The number as text where the vendor's call has text."""
    return str(number) if isinstance(value, str) else float(number)


def _edits(field: str, change: Edit | None) -> CallFault:
    return CallFault(field=field, change=change)


CALL_FAULTS: dict[str, CallFault] = {
    "event-id-mismatch": _edits("event_id", lambda value, purchase: f"server.{purchase.order_id}"),
    "event-id-reused": _edits("event_id", lambda value, purchase: purchase.event),
    "event-name-case": _edits("name", _other_case),
    "capi-token-expired": _edits("token", _expired),
    "wrong-account": AccountFault(),
    "value-comma": _edits("value", lambda value, purchase: str(purchase.value).replace(".", ",")),
    "value-net": _edits("value", lambda value, purchase: _like(value, purchase.net_value)),
    "currency-missing": _edits("currency", None),
    "order-id-prefixed": _edits("order_id", lambda value, purchase: "#" + value),
    "items-quantity": _edits("quantity", lambda value, purchase: type(value)(1)),
    "email-untrimmed": _edits("email", _untrimmed),
    "email-raw": _edits("email", lambda value, purchase: identifiers.email(purchase.customer.email)),
    "email-double-hash": _edits("email", lambda value, purchase: hashed(value)),
    "phone-national": _edits(
        "phone",
        lambda value, purchase: _listed(
            value, hashed(identifiers.national_digits(purchase.customer.phone, purchase.customer.country))
        ),
    ),
    "phone-dropped": _edits("phone", None),
    "click-id-lowercased": _edits("click_id", lambda value, purchase: value.lower()),
    "click-id-dropped": _edits("click_id", None),
    "event-time-unit": _edits("time", _in_another_unit),
    "event-time-stale": _edits("time", _earlier(EIGHT_DAYS)),
    "clock-slow": _edits("time", _earlier(SLOW)),
}


def _listed(value: Any, text: str) -> Any:
    return [text] if isinstance(value, list) else text
