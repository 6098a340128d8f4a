"""How does a connector read a purchase from the attributes of a Collect event, and from nothing else?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from harness.demo.catalogue import Line
from harness.demo.places import CLICK_PARAMETERS
from harness.demo.purchase import Customer, Purchase
from harness.demo.visits import visit_from

# Automatic Deduplication: the attribute the Meta tag (UID 11) leaves in the data layer.
META_EVENT_ID = "fb_event_id_Purchase_11"
_COOKIES = ("_fbp", "_fbc", "_gcl_aw", "tfpai", "tfpsi")


def purchase_from(data: Mapping[str, Any], *, ip_address: str, user_agent: str) -> Purchase:
    at = float(data.get("tealium_timestamp_epoch") or 0)
    cookies = {name: _attribute(data, "cp", name) for name in _COOKIES}
    # The landing's own query, or the copy that the page kept in a cookie.
    clicks = {name: _attribute(data, "qp", name) or _attribute(data, "cp", name) for name in CLICK_PARAMETERS}
    return Purchase(
        order_id=str(data.get("order_id", "")),
        event_id=str(data.get(META_EVENT_ID, "")),
        at=at,
        url=_attribute(data, "dom", "url"),
        value=Decimal(data.get("order_total", "0")),
        net_value=Decimal(data.get("order_net_total", "0")),
        currency=str(data.get("order_currency", "")),
        lines=_lines(data),
        customer=_customer(data),
        visit=visit_from(
            cookies=cookies, clicks=clicks, clicked_at=at, ip_address=ip_address, user_agent=user_agent
        ),
    )  # fmt: skip


def _attribute(data: Mapping[str, Any], prefix: str, name: str) -> str:
    """A built-in attribute; the HTTP form writes it without a period, query values arrive URL-encoded."""
    value = str(data.get(f"{prefix}.{name}") or data.get(f"{prefix}_{name}") or "")
    return unquote(value) if prefix == "qp" else value


def _lines(data: Mapping[str, Any]) -> tuple[Line, ...]:
    columns = (data.get(f"product_{name}", []) for name in ("id", "name", "quantity", "price"))
    return tuple(
        Line(id=sku, name=name, quantity=int(quantity), price=Decimal(price))
        for sku, name, quantity, price in zip(*columns, strict=True)
    )


def _customer(data: Mapping[str, Any]) -> Customer:
    names = ("email", "phone", "first_name", "last_name", "street", "city", "postal_code", "country")
    fields = {name: str(data.get(f"customer_{name}", "")) for name in names}
    return Customer(**fields, external_id=str(data.get("customer_id", "")))
