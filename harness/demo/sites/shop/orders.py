"""What did a visitor put into the cart and order, and what did the server remember of the visit?"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from hashlib import sha256

from harness.demo.catalogue import COUPONS, CURRENCY, SHIPPING, Line, line_of, net, order_total
from harness.demo.numbering import new_event_id, new_order_id
from harness.demo.places import SHOP_URL
from harness.demo.purchase import Customer, Purchase, Visit
from harness.demo.visits import Confirmed, Visitor


class State(Enum):
    AWAITS_PAYMENT = auto()
    PLACED = auto()
    CANCELLED = auto()
    RETURNED = auto()


@dataclass(slots=True, kw_only=True)
class Order(Confirmed):
    """What was ordered, and how far it is.

    `token` is that of the form it came by, `key` opens its page from the e-mail. `refund_due` says whether its next
    page reports a refund, too.
    """

    token: str
    key: str = field(default_factory=lambda: secrets.token_hex(12))
    state: State = State.AWAITS_PAYMENT
    declined: bool = False
    refund_due: bool = False

    @property
    def is_placed(self) -> bool:
        return self.state in (State.PLACED, State.RETURNED)


@dataclass(slots=True, kw_only=True)
class Session(Visitor):
    """A visitor of the shop. `cancelled` is the order that the cart still has to speak of."""

    cart: dict[str, int] = field(default_factory=dict)
    coupon: str = ""
    orders: dict[str, Order] = field(default_factory=dict)
    cancelled: Order | None = None

    def lines(self) -> tuple[Line, ...]:
        """What is in the cart, at the price that is to be paid."""
        percent = COUPONS.get(self.coupon, 0)
        return tuple(line_of(slug, quantity, percent_off=percent) for slug, quantity in self.cart.items())

    def empty_cart(self) -> None:
        self.cart, self.coupon = {}, ""

    def order_of(self, token: str) -> Order | None:
        """The order that this form has made already."""
        known = (order for order in self.orders.values() if token and order.token == token)
        return next((order for order in known if order.state is not State.CANCELLED), None)

    def last_placed(self) -> Order | None:
        return next((order for order in reversed(self.orders.values()) if order.is_placed), None)


def visitors_event_id(customer: Customer) -> str:
    """Fault event-id-per-visitor: the same for all orders of one person."""
    return f"purchase.{sha256(customer.external_id.encode()).hexdigest()[:16]}"


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
