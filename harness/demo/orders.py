"""What did a visitor of the shop put into the cart, and what is made of it when it is ordered?"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from harness.demo.catalogue import CURRENCY, PRODUCTS, SHIPPING, Line, net, order_total
from harness.demo.numbering import new_event_id, new_order_id
from harness.demo.places import SHOP_URL
from harness.demo.purchase import Customer, Purchase, Visit
from harness.demo.visits import Visitor


@dataclass(slots=True, kw_only=True)
class Session(Visitor):
    """A visitor of the shop."""

    cart: dict[str, int] = field(default_factory=dict)

    def lines(self) -> tuple[Line, ...]:
        products = ((PRODUCTS[slug], quantity) for slug, quantity in self.cart.items())
        return tuple(
            Line(id=product.id, name=product.name, category=product.category, quantity=quantity, price=product.price)
            for product, quantity in products
        )


def purchase_of(lines: tuple[Line, ...], customer: Customer, visit: Visit) -> Purchase:
    order_id = new_order_id("CS")
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
        shipping=SHIPPING,
    )
