"""How does a server-side container read a purchase from a GA4 hit, and from nothing else?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from harness.demo.catalogue import Line
from harness.demo.purchase import CONVERSIONS, Customer, Purchase, Visit
from harness.demo.vendors import CLICK_PARAMETERS

Hit = Mapping[str, str]
CUSTOMER = {
    "email": "ep.user_data.email_address",
    "phone": "ep.user_data.phone_number",
    "first_name": "ep.user_data.address.first_name",
    "last_name": "ep.user_data.address.last_name",
    "street": "ep.user_data.address.street",
    "city": "ep.user_data.address.city",
    "postal_code": "ep.user_data.address.postal_code",
    "country": "ep.user_data.address.country",
    "external_id": "uid",
}
_CENT = Decimal("0.01")


def hits_in(query: str, body: str) -> list[dict[str, str]]:
    """One hit, or one a line of the body; what stands in the query is true of all."""
    shared = dict(parse_qsl(query))
    return [shared | dict(parse_qsl(line)) for line in body.split() or [""]]


def clicks_in(hit: Hit) -> dict[str, str]:
    """The click IDs in the address of the page that sent the hit."""
    landing = dict(parse_qsl(urlsplit(hit.get("dl", "")).query))
    return {name: landing[name] for name in CLICK_PARAMETERS if name in landing}


def purchase_from(
    hit: Hit, *, cookies: Mapping[str, str], at: float, ip_address: str, user_agent: str
) -> Purchase:  # fmt: skip
    """The hit has no time of its own, so it is that of its arrival, `at`."""
    kept = {name: cookies[name] for name in CLICK_PARAMETERS if name in cookies}
    value = _money(hit.get("epn.value", "0"))
    return Purchase(
        # What tells of a return has the order's parameters.
        event=hit["en"] if hit["en"] in CONVERSIONS else "purchase",
        order_id=hit.get("ep.transaction_id", ""),
        event_id=hit.get("ep.event_id", ""),
        at=at,
        url=hit.get("dl", ""),
        value=value,
        net_value=value - _money(hit.get("epn.tax", "0")),
        currency=hit.get("cu", ""),
        lines=tuple(_lines(hit)),
        customer=Customer(**{name: hit.get(parameter, "") for name, parameter in CUSTOMER.items()}),
        visit=Visit(
            ip_address=ip_address,
            user_agent=user_agent,
            cookies=cookies,
            clicks=kept | clicks_in(hit),
            clicked_at=at,
        ),
        hit=hit,
    )


def _lines(hit: Hit) -> Iterator[Line]:
    """Items are pr1, pr2, ...: parts joined by ~, each with a code of two letters in front."""
    number = 1
    while item := hit.get(f"pr{number}"):
        parts = {part[:2]: part[2:] for part in item.split("~")}
        yield Line(
            id=parts.get("id", ""),
            name=parts.get("nm", ""),
            category=parts.get("ca", ""),
            quantity=int(parts.get("qt", "1")),
            price=_money(parts.get("pr", "0")),
        )
        number += 1


def _money(text: str) -> Decimal:
    """JavaScript leaves out zeros at the end."""
    return Decimal(text).quantize(_CENT)
