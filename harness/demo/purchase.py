"""What does a Conversion API sender need to know about one sale, or one lead?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from harness.demo.catalogue import Line

CONVERSIONS = ("purchase", "generate_lead")


class PointOfSale(StrEnum):
    """Where somebody became a customer."""

    WEB = "web"
    STORE = "store"
    PHONE = "phone"
    AGENCY = "agency"


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
    """What the shop knows about the browser. `clicks` are the click IDs of the last landing, by URL parameter, which
    was at `clicked_at` (Unix seconds); `cookies` are those the tags set, by name."""

    ip_address: str = ""
    user_agent: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)
    clicks: Mapping[str, str] = field(default_factory=dict)
    clicked_at: float = 0.0

    def cookie(self, name: str) -> str:
        return self.cookies.get(name, "")

    def click(self, parameter: str) -> str:
        return self.clicks.get(parameter, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One sale, or one lead: `event` is its generic name, one of CONVERSIONS, and `order_id` the number it got.

    `value` is gross with shipping, `at` Unix seconds; an empty `event_id` is unknown.
    `event_ids` has the vendors whose tag made an event ID of its own (in Tealium: Generate Event ID). `hit` has the
    parameters of the GA4 hit that a server-side container read it from.
    """

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
    event: str = "purchase"
    point_of_sale: PointOfSale = PointOfSale.WEB
    shipping: Decimal = Decimal("0.00")
    event_ids: Mapping[str, str] = field(default_factory=dict)
    hit: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_offline(self) -> bool:
        return self.point_of_sale is not PointOfSale.WEB

    @property
    def tax(self) -> Decimal:
        return self.value - self.net_value

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    def event_id_for(self, vendor: str) -> str:
        return self.event_ids.get(vendor, self.event_id)
