"""What did a visitor put into the cart and order, and what did the server remember of the visit?"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.demo.catalogue import CURRENCY, PRODUCTS, Line, net, order_total
from harness.demo.places import SHOP_URL
from harness.demo.purchase import Customer, Purchase, Visit
from harness.demo.vendors import CLICK_PARAMETERS

# No letters that are read as digits.
_ORDER_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(slots=True, kw_only=True)
class Order:
    """A confirmed order. `shown` says that its thank-you page was delivered, and with it the purchase event."""

    purchase: Purchase
    consented: bool
    shown: bool = False


@dataclass(slots=True, kw_only=True)
class Session:
    """One visitor. `clicks` are the click IDs of the last landing, `waiting` events that the next page reports."""

    id: str
    clicks: dict[str, str] = field(default_factory=dict)
    clicked_at: float = 0.0
    cart: dict[str, int] = field(default_factory=dict)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)

    def remember_landing(self, query: Mapping[str, str]) -> None:
        clicks = {name: query[name] for name in CLICK_PARAMETERS if query.get(name)}
        if clicks:
            self.clicks = clicks
            self.clicked_at = time.time()

    def lines(self) -> tuple[Line, ...]:
        products = ((PRODUCTS[slug], quantity) for slug, quantity in self.cart.items())
        return tuple(
            Line(id=product.id, name=product.name, category=product.category, quantity=quantity, price=product.price)
            for product, quantity in products
        )


def new_event_id(event: str) -> str:
    """Made once, here: the page and the server calls only pass it on."""
    return f"{event}.{secrets.token_hex(8)}"


def new_order_id() -> str:
    return "CS-" + "".join(secrets.choice(_ORDER_ALPHABET) for _ in range(7))


def purchase_of(lines: tuple[Line, ...], customer: Customer, visit: Visit) -> Purchase:
    order_id = new_order_id()
    value = order_total(lines)
    return Purchase(
        order_id=order_id,
        event_id=new_event_id(f"purchase.{order_id}"),
        at=time.time(),
        url=f"{SHOP_URL}/thank-you/{order_id}",
        value=value,
        net_value=net(value),
        currency=CURRENCY,
        lines=lines,
        customer=customer,
        visit=visit,
    )
