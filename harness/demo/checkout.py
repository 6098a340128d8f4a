"""Who is the customer, according to the checkout form?"""

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


def missing_fields(typed: Mapping[str, str], required: Mapping[str, str] = REQUIRED) -> tuple[str, ...]:
    """The labels of the fields that were left empty."""
    return tuple(label for name, label in required.items() if not typed.get(name, "").strip())


def customer_from(typed: Mapping[str, str], session_id: str) -> Customer:
    """Who ordered. A guest without a customer number gets one that stays the same during the visit."""
    fields = {name: typed[name].strip() for name in REQUIRED}
    return Customer(**fields, external_id=typed.get("customer_number", "").strip() or _guest_number(session_id))


def _guest_number(session_id: str) -> str:
    return "guest-" + sha256(session_id.encode()).hexdigest()[:12]
