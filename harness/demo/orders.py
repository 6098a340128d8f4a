"""What did a visitor put into the cart and order, and what did the server remember of the visit?"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from hashlib import sha256
from typing import Any

from harness.demo.catalogue import COUPONS, CURRENCY, Line, line_of, net, order_total
from harness.demo.places import SHOP_URL
from harness.demo.purchase import Customer, Purchase, Visit
from harness.demo.vendors import CLICK_PARAMETERS

# No letters that are read as digits.
_ORDER_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class State(Enum):
    AWAITS_PAYMENT = auto()
    PLACED = auto()
    CANCELLED = auto()
    RETURNED = auto()


@dataclass(slots=True, kw_only=True)
class Order:
    """What was ordered, and how far it is.

    `token` is that of the form it came by, `key` opens its page from the e-mail. `due` are the reports that its next
    page makes, `refund_due` says whether that page reports a refund, too.
    """

    purchase: Purchase
    consented: bool
    token: str
    key: str = field(default_factory=lambda: secrets.token_hex(12))
    state: State = State.AWAITS_PAYMENT
    declined: bool = False
    reported: bool = False
    due: list[Purchase] = field(default_factory=list)
    refund_due: bool = False

    @property
    def id(self) -> str:
        return self.purchase.order_id

    @property
    def is_placed(self) -> bool:
        return self.state in (State.PLACED, State.RETURNED)

    def report_again(self) -> None:
        """Make the next page report the order once more, with an event ID of its own."""
        self.purchase = replace(self.purchase, event_id=new_event_id(f"purchase.{self.id}"), at=time.time())
        self.due = [*self.due, self.purchase]

    def taken_reports(self) -> list[Purchase]:
        """What is due, which then is no more."""
        taken, self.due = self.due, []
        return taken


@dataclass(slots=True, kw_only=True)
class Session:
    """One visitor. `clicks` are the click IDs of the last landing, `waiting` events that the next page reports.

    `cancelled` is the order that the cart still has to speak of.
    """

    id: str
    clicks: dict[str, str] = field(default_factory=dict)
    clicked_at: float = 0.0
    cart: dict[str, int] = field(default_factory=dict)
    coupon: str = ""
    waiting: list[dict[str, Any]] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    cancelled: Order | None = None

    def remember_landing(self, query: Mapping[str, str]) -> None:
        clicks = {name: query[name] for name in CLICK_PARAMETERS if query.get(name)}
        if clicks:
            self.clicks = clicks
            self.clicked_at = time.time()

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


def new_event_id(event: str) -> str:
    """Made once, here: the page and the server calls only pass it on."""
    return f"{event}.{secrets.token_hex(8)}"


def new_order_id() -> str:
    return "CS-" + "".join(secrets.choice(_ORDER_ALPHABET) for _ in range(7))


def visitors_event_id(customer: Customer) -> str:
    """Fault event-id-per-visitor: the same for all orders of one person."""
    return f"purchase.{sha256(customer.external_id.encode()).hexdigest()[:16]}"


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
