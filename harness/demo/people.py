"""Who of those who come to the till, or call, has been on the site before?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.demo import identifiers
from harness.demo.purchase import Customer
from harness.demo.visits import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who said on the site who they are, and the visit they said it in."""

    customer: Customer
    visitor: Visitor


class People:
    """All who gave an email, a phone number or a customer number; the last visit counts."""

    def __init__(self) -> None:
        self._by_key: dict[str, Person] = {}

    def remember(self, customer: Customer, visitor: Visitor, *numbers: str) -> None:
        """`numbers` are those that stand for the person, too, such as that of a lead."""
        person = Person(customer=customer, visitor=visitor)
        for key in _keys(customer, *numbers):
            self._by_key[key] = person

    def recall(self, customer: Customer, *numbers: str) -> Person | None:
        """By what is known there and then, the most certain first."""
        return next((self._by_key[key] for key in _keys(customer, *numbers) if key in self._by_key), None)


def _keys(customer: Customer, *numbers: str) -> Iterator[str]:
    for number in (*numbers, customer.external_id):
        if number.strip():
            yield f"number {number.strip().lower()}"
    if customer.email.strip():
        yield f"email {identifiers.email(customer.email)}"
    if customer.phone.strip():
        yield f"phone {identifiers.e164(customer.phone, customer.country)}"
