"""What does a page tell its tags: the ecommerce events of the data layer, and Tealium's flat copy of them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.demo.catalogue import CURRENCY, Line, goods_total
from harness.demo.identifiers import e164
from harness.demo.numbering import new_event_id
from harness.demo.purchase import CONVERSIONS, Customer, Purchase

Event = dict[str, Any]

TEALIUM_EVENTS = {
    "page_view": "page_view",
    "search": "search",
    "view_item": "product_view",
    "add_to_cart": "cart_add",
    "begin_checkout": "checkout",
    "add_payment_info": "payment",
    "purchase": "purchase",
    "generate_lead": "lead",
    "refund": "refund",
}
TEALIUM_CONVERSIONS = {TEALIUM_EVENTS[name]: name for name in CONVERSIONS}


def page_view() -> Event:
    return {"event": "page_view", "event_id": new_event_id("page_view")}


def search_event(term: str) -> Event:
    return {"event": "search", "event_id": new_event_id("search"), "search_term": term}


def goods_event(event: str, lines: Sequence[Line]) -> Event:
    """A step on the way to the order, from view_item on: worth the goods, without shipping."""
    ecommerce = {"value": float(goods_total(lines)), "currency": CURRENCY, "items": _items(lines)}
    return {"event": event, "event_id": new_event_id(event), "ecommerce": ecommerce}


def purchase_event(purchase: Purchase) -> Event:
    return {
        "event": purchase.event,
        "event_id": purchase.event_id,
        "ecommerce": {
            "transaction_id": purchase.order_id,
            "value": float(purchase.value),
            "tax": float(purchase.tax),
            "shipping": float(purchase.shipping),
            "currency": purchase.currency,
            "items": _items(purchase.lines),
        },
    }


def refund_event(purchase: Purchase) -> Event:
    """The whole order is given back."""
    event_id = new_event_id(f"refund.{purchase.order_id}")
    return {**purchase_event(purchase), "event": "refund", "event_id": event_id}


def without_ids(events: Sequence[Event]) -> list[Event]:
    """For a page whose tag manager makes the event IDs itself."""
    return [{name: value for name, value in event.items() if name != "event_id"} for event in events]


def customer_data(customer: Customer) -> dict[str, str]:
    """For the tags' matching; kept out of the data layer."""
    return {
        "email": customer.email.strip(),
        "phone": e164(customer.phone, customer.country),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "street": customer.street,
        "city": customer.city,
        "postal_code": customer.postal_code,
        "country": customer.country,
        "id": customer.external_id,
    }


def tealium_data(page_type: str, events: Sequence[Event], purchase: Purchase | None) -> dict[str, Any]:
    """utag_data: one flat object a page, named after its most telling event."""
    last = events[-1]
    data: dict[str, Any] = {"tealium_event": TEALIUM_EVENTS[last["event"]], "page_type": page_type}
    if "search_term" in last:
        data["search_keyword"] = last["search_term"]
    if "ecommerce" in last:
        items = last["ecommerce"]["items"]
        data |= {
            "product_id": [item["item_id"] for item in items],
            "product_name": [item["item_name"] for item in items],
            "product_category": [item["item_category"] for item in items],
            "product_quantity": [str(item["quantity"]) for item in items],
            "product_price": [f"{item['price']:.2f}" for item in items],
            "cart_value": f"{last['ecommerce']['value']:.2f}",
            "order_currency": CURRENCY,
        }
    if purchase is not None:
        data |= {
            "order_id": purchase.order_id,
            "order_total": str(purchase.value),
            "order_net_total": str(purchase.net_value),
            "order_shipping": str(purchase.shipping),
        }
        data |= {f"customer_{name}": value for name, value in customer_data(purchase.customer).items()}
    return data


def _items(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            "item_id": line.id,
            "item_name": line.name,
            "item_category": line.category,
            "price": float(line.price),
            "quantity": line.quantity,
        }
        for line in lines
    ]
