"""Who is the customer, according to a form?"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from harness.demo.purchase import Customer

REQUIRED = {
    "email": "Email",
    "phone": "Phone",
    "first_name": "First name",
    "last_name": "Last name",
    "street": "Street",
    "postal_code": "Postal code",
    "city": "City",
    "country": "Country",
}

CARD = {"email": "Email", "customer_number": "Customer number"}


def missing_fields(typed: Mapping[str, str], required: Mapping[str, str] = REQUIRED) -> tuple[str, ...]:
    """The labels of the fields that were left empty."""
    return tuple(label for name, label in required.items() if not typed.get(name, "").strip())


def customer_from(typed: Mapping[str, str], session_id: str) -> Customer:
    """Who ordered. A guest without a customer number gets one that stays the same during the visit."""
    fields = {name: typed[name].strip() for name in REQUIRED}
    return Customer(**fields, external_id=typed.get("customer_number", "").strip() or _guest_number(session_id))


def card_holder(typed: Mapping[str, str]) -> Customer:
    """Who has a customer card: all that is known is what stands on it."""
    unknown = dict.fromkeys(REQUIRED, "")
    return Customer(**{**unknown, "email": typed["email"].strip()}, external_id=typed["customer_number"].strip())


def _guest_number(session_id: str) -> str:
    return "guest-" + sha256(session_id.encode()).hexdigest()[:12]
