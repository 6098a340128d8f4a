"""How does a page of a site come about, and what do its tags report?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from harness.demo import page_events, rendering
from harness.demo.catalogue import SHIPPING, Line, before_discount, goods_total, net, order_total, vat
from harness.demo.options import Options
from harness.demo.purchase import Purchase
from harness.demo.sessions import AnyVisitor, Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages(Generic[AnyVisitor]):
    """`layout` is the template that the site's pages are built on."""

    options: Options
    sessions: Sessions[AnyVisitor]
    layout: str

    def page(
        self, request: Request, template: str, page_type: str, *,
        events: Sequence[page_events.Event] = (), purchases: Sequence[Purchase] = (), refunded: Purchase | None = None,
        status: int = 200, **values: Any,
    ) -> Response:  # fmt: skip
        """A page with the events its tags report once there is consent; `purchases` and `refunded` become events."""
        session = self.sessions.of(request)
        session.remember(request)
        purchases = [self._as_reported(purchase) for purchase in purchases]
        reported = [page_events.page_view(), *events, *map(page_events.purchase_event, purchases)]
        if refunded is not None:
            reported.append(page_events.refund_event(refunded))
        about = purchases[-1] if purchases else refunded
        tealium = self.options.wiring == "tealium"
        response = rendering.page(
            template,
            status=status,
            layout=self.layout,
            consent=session.consent,
            session=session,
            page_data={
                "events": page_events.without_ids(reported) if tealium else reported,
                "faults": self.options.faults,
                "clicks": {} if session.consent == "granted" else session.clicks,
                **({"tag_manager": self.options.place.tag_manager_url} if tealium else {}),
            },
            customer_data=page_events.customer_data(about.customer) if purchases and about and not tealium else {},
            tealium_data=page_events.tealium_data(page_type, reported, about) if tealium else None,
            **values,
        )
        return self.sessions.kept(request, session, response)

    def not_found(self, request: Request) -> Response:
        return self.page(request, "not_found.html", "not_found", status=404)

    def _as_reported(self, purchase: Purchase) -> Purchase:
        if not self.options.has("coupon-ignored"):
            return purchase
        lines = before_discount(purchase.lines)
        return replace(purchase, lines=lines, value=order_total(lines), net_value=net(order_total(lines)))


def sums(lines: tuple[Line, ...]) -> dict[str, Any]:
    """What a page shows below the goods: they have the price of the shelf there, and the discount a line of its own."""
    goods, total = before_discount(lines), order_total(lines)
    return {
        "lines": goods,
        "goods": goods_total(goods),
        "discount": goods_total(goods) - goods_total(lines),
        "shipping": SHIPPING,
        "total": total,
        "vat": vat(total),
    }


async def form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def asked_for(typed: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Of what a form sent, the fields that it has."""
    return {name: typed[name] for name in names if name in typed}
