"""What does somebody at a till, or on the phone, write down of a sale?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.demo.catalogue import CURRENCY, Line
from harness.demo.purchase import Customer

TEXTS = {
    "email": "email",
    "phone": "phone",
    "first_name": "first_name",
    "last_name": "last_name",
    "street": "street",
    "city": "city",
    "postal_code": "postal_code",
    "country": "country",
    "customer_number": "external_id",
}
OTHERS = ("reference", "consent", "value", "currency", "sold_at", "items")
ITEM = ("id", "name", "quantity", "price")
CONSENTS = ("granted", "denied")
Mistake = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleNote:
    """`reference` is the number of an earlier lead or order, `consent` what the person said, if they were asked."""

    customer: Customer
    reference: str
    consent: str
    value: Decimal
    currency: str
    at: float
    lines: tuple[Line, ...]


def note_from(body: bytes, *, now: float) -> tuple[SaleNote | None, list[Mistake]]:
    """The note, or every mistake in it."""
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return None, [_mistake("", "no JSON object", "a JSON object")]
    mistakes = list(_mistakes(given, now))
    return (None, mistakes) if mistakes else (_note(given, now), [])


def _note(given: Mapping[str, Any], now: float) -> SaleNote:
    lines = tuple(
        Line(
            id=item["id"], name=item.get("name", item["id"]), category="", quantity=item["quantity"],
            price=Decimal(str(item["price"])),
        )
        for item in given.get("items", ())
    )  # fmt: skip
    customer = {field: given.get(name, "").strip() for name, field in TEXTS.items()}
    return SaleNote(
        customer=Customer(**{**customer, "country": customer["country"] or "DE"}),
        reference=given.get("reference", ""),
        consent=given.get("consent", ""),
        value=Decimal(str(given["value"])),
        currency=given.get("currency", CURRENCY),
        at=float(given.get("sold_at", now)),
        lines=lines,
    )


def _mistakes(given: Mapping[str, Any], now: float) -> Iterator[Mistake]:
    known = (*TEXTS, *OTHERS)
    for name in given:
        if name not in known:
            yield _mistake(name, "an unknown field", f"one of {', '.join(known)}")
    for name in (*TEXTS, "reference", "currency"):
        if not isinstance(given.get(name, ""), str):
            yield _mistake(name, type(given[name]).__name__, "text")
    if given.get("consent", "granted") not in CONSENTS:
        yield _mistake("consent", str(given["consent"]), " or ".join(CONSENTS))
    if not _is_amount(given.get("value")):
        yield _mistake("value", str(given.get("value", "nothing")), "an amount such as 129.90")
    sold_at = given.get("sold_at", now)
    if not isinstance(sold_at, int | float) or isinstance(sold_at, bool) or not 0 < sold_at <= now:
        yield _mistake("sold_at", str(sold_at), "Unix seconds that are not in the future")
    yield from _item_mistakes(given.get("items", []))


def _item_mistakes(items: Any) -> Iterator[Mistake]:
    if not isinstance(items, list):
        yield _mistake("items", type(items).__name__, "a list")
        return
    for number, item in enumerate(items):
        if not isinstance(item, dict) or not set(item) <= set(ITEM) or not _is_item(item):
            yield _mistake(f"items/{number}", "no item", "an object with id, name, quantity (from 1) and price")


def _is_item(item: Mapping[str, Any]) -> bool:
    quantity = item.get("quantity")
    return (
        isinstance(item.get("id"), str)
        and isinstance(item.get("name", ""), str)
        and isinstance(quantity, int)
        and quantity > 0
        and _is_amount(item.get("price"))
    )


def _is_amount(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return False
    return amount.is_finite() and amount >= 0


def _mistake(field: str, found: str, expected: str) -> Mistake:
    return {"field": field, "found": found, "expected": expected}
