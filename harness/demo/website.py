"""What do all sites share: visitors, consent, pages that report events, and conversions that are announced?"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic
from urllib.parse import parse_qsl

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.demo import page_events, rendering
from harness.demo.announcing import announce
from harness.demo.options import Options
from harness.demo.orders import new_event_id
from harness.demo.purchase import Purchase
from harness.demo.sessions import AnyVisitor, Sessions
from harness.demo.visits import Order, consent_of


@dataclass(slots=True, kw_only=True)
class Website(ABC, Generic[AnyVisitor]):
    """A site has a `layout`, the template that its pages are built on."""

    layout: ClassVar[str]

    options: Options
    client: httpx.AsyncClient
    sessions: Sessions[AnyVisitor]

    @abstractmethod
    def routes(self) -> list[Route]:
        """All pages of the site, the common ones last."""

    def common_routes(self) -> list[Route]:
        return [
            Route("/api/orders/{order_id}/announce", self.announce_order, methods=["POST"]),
            Route("/{rest:path}", self.not_found),
        ]

    async def announce_order(self, request: Request) -> Response:
        """Fault server-waits-for-tag: the browser tells the server to call the vendors."""
        order = self.sessions.of(request).orders.get(request.path_params["order_id"])
        if order is None or not self.options.has("server-waits-for-tag"):
            return Response(status_code=404)
        return Response(status_code=204, background=self._announcement(order))

    async def not_found(self, request: Request) -> Response:
        return self._page(request, "not_found.html", "not_found", status=404)

    def _announcement(self, order: Order) -> BackgroundTask | None:
        """The server calls of an order; a connector, or a container, makes them itself."""
        if not order.consented or self.options.wiring != "direct":
            return None
        return BackgroundTask(announce, self.client, order.purchase, self.options)

    def _confirmed(self, order: Order, response: Response) -> Response:
        """The response to the click that made the order; most sites call the vendors now."""
        if not self.options.has("server-waits-for-tag"):
            response.background = self._announcement(order)
        return response

    def _confirmation(self, request: Request, template: str, order: Order, **values: Any) -> Response:
        """The first view reports the conversion; a reload shows it and reports nothing."""
        again = order.shown and self.options.has("reload-sends-again")
        if again:
            event_id = new_event_id(f"{order.purchase.event}.{order.purchase.order_id}")
            order.purchase = replace(order.purchase, event_id=event_id, at=time.time())
        reported = order.purchase if again or not order.shown else None
        order.shown = True
        response = self._page(
            request, template, "order_confirmation", purchase=reported, order=order.purchase, **values
        )  # fmt: skip
        if again:
            response.background = self._announcement(order)
        return response

    def _page(
        self, request: Request, template: str, page_type: str, *,
        events: list[page_events.Event] | None = None, purchase: Purchase | None = None,
        status: int = 200, **values: Any,
    ) -> Response:  # fmt: skip
        """A page with the events its tags report once there is consent."""
        session = self.sessions.of(request)
        session.remember_landing(request.query_params)
        reported = [page_events.page_view(), *(events or [])]
        if purchase is not None:
            reported.append(page_events.purchase_event(purchase))
        tealium = self.options.wiring == "tealium"
        response = rendering.page(
            template,
            status=status,
            layout=self.layout,
            consent=consent_of(request),
            session=session,
            page_data={
                "events": page_events.without_ids(reported) if tealium else reported,
                "faults": self.options.faults,
                **({"tag_manager": self.options.place.tag_manager_url} if tealium else {}),
            },
            customer_data=page_events.customer_data(purchase.customer) if purchase and not tealium else {},
            tealium_data=page_events.tealium_data(page_type, reported, purchase) if tealium else None,
            **values,
        )
        return self.sessions.kept(request, session, response)


async def form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def asked_for(typed: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Of what a form sent, the fields that it has."""
    return {name: typed[name] for name in names if name in typed}
