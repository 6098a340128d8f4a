"""What does a Conversion API sender need to know about one sale?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from harness.demo.catalogue import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who bought, as typed; each sender writes it the way its vendor wants it."""

    email: str
    phone: str
    first_name: str
    last_name: str
    street: str
    city: str
    postal_code: str
    country: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the shop knows about the browser: click IDs, the tags' cookies, address and user agent. Empty is unknown."""

    ip_address: str = ""
    user_agent: str = ""
    fbp: str = ""
    fbc: str = ""
    gclid: str = ""
    auctid: str = ""
    teads_session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One sale. `value` is gross with shipping, `at` Unix seconds; an empty `event_id` is unknown."""

    order_id: str
    event_id: str
    at: float
    url: str
    value: Decimal
    net_value: Decimal
    currency: str
    lines: tuple[Line, ...]
    customer: Customer
    visit: Visit
