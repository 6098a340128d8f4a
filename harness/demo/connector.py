"""How does a connector read a purchase from the attributes of a Collect event, and from nothing else?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from harness.demo.catalogue import Line
from harness.demo.page_events import TEALIUM_CONVERSIONS
from harness.demo.purchase import Customer, Purchase, Visit
from harness.demo.vendors import CLICK_PARAMETERS, VENDORS


def purchase_from(data: Mapping[str, Any], *, ip_address: str, user_agent: str) -> Purchase:
    at = float(data.get("tealium_timestamp_epoch") or 0)
    # The landing's own query, or the copy that the page kept in a cookie.
    clicks = {name: _attribute(data, "qp", name) or _attribute(data, "cp", name) for name in CLICK_PARAMETERS}
    # What tells of a return has the order's attributes.
    event = TEALIUM_CONVERSIONS.get(data["tealium_event"], "purchase")
    return Purchase(
        event=event,
        order_id=str(data.get("order_id", "")),
        event_id=str(data.get("event_id", "")),
        # Automatic Deduplication: the attribute in which a vendor's tag left the ID it made.
        event_ids={
            name: str(data.get(vendor.event_id_attributes[event], ""))
            for name, vendor in VENDORS.items()
            if event in vendor.event_id_attributes
        },
        at=at,
        url=_attribute(data, "dom", "url"),
        value=Decimal(data.get("order_total", "0")),
        net_value=Decimal(data.get("order_net_total", "0")),
        currency=str(data.get("order_currency", "")),
        lines=_lines(data),
        customer=_customer(data),
        visit=Visit(
            ip_address=ip_address,
            user_agent=user_agent,
            cookies={key[3:]: str(value) for key, value in data.items() if key.startswith(("cp.", "cp_"))},
            clicks={name: value for name, value in clicks.items() if value},
            clicked_at=at,
        ),
    )


def _attribute(data: Mapping[str, Any], prefix: str, name: str) -> str:
    """A built-in attribute; the HTTP form writes it without a period, query values arrive URL-encoded."""
    value = str(data.get(f"{prefix}.{name}") or data.get(f"{prefix}_{name}") or "")
    return unquote(value) if prefix == "qp" else value


def _lines(data: Mapping[str, Any]) -> tuple[Line, ...]:
    columns = (data.get(f"product_{name}", []) for name in ("id", "name", "category", "quantity", "price"))
    return tuple(
        Line(id=sku, name=name, category=category, quantity=int(quantity), price=Decimal(price))
        for sku, name, category, quantity, price in zip(*columns, strict=True)
    )


def _customer(data: Mapping[str, Any]) -> Customer:
    names = ("email", "phone", "first_name", "last_name", "street", "city", "postal_code", "country")
    fields = {name: str(data.get(f"customer_{name}", "")) for name in names}
    return Customer(**fields, external_id=str(data.get("customer_id", "")))
