"""How is an order returned, and what is reported then?"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo.pages import Pages, sums
from harness.demo.reporting import Reporting
from harness.demo.sites.shop.orders import Order, Session, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunds:
    pages: Pages[Session]
    reporting: Reporting

    def routes(self) -> list[Route]:
        return [
            Route("/account/orders/{order_id}/refund", self.refund),
            Route("/account/orders/{order_id}/refund", self.give_back, methods=["POST"]),
        ]

    async def refund(self, request: Request) -> Response:
        order = self._order(request)
        if order is None:
            return self.pages.not_found(request)
        is_returned = order.state is State.RETURNED
        refunded = order.purchase if order.refund_due else None
        order.refund_due = False
        return self.pages.page(
            request, "refund.html", "order_return", purchases=order.taken_reports() if is_returned else (),
            refunded=refunded, order=order.purchase, is_returned=is_returned, **sums(order.purchase.lines),
        )  # fmt: skip

    async def give_back(self, request: Request) -> Response:
        """All of the order, once: a second click changes nothing."""
        order = self._order(request)
        if order is None:
            return self.pages.not_found(request)
        response = RedirectResponse(request.url.path, status_code=303)
        if order.state is State.PLACED:
            order.state = State.RETURNED
            response.background = self._reported(order)
        return response

    def _reported(self, order: Order) -> BackgroundTask | None:
        """Where connectors make the server calls, the order's next page starts them."""
        if self.pages.options.has("refund-reported-as-purchase"):
            return self.reporting.report(order)
        order.refund_due = self.pages.options.wiring != "direct"
        return self.reporting.refund(order)

    def _order(self, request: Request) -> Order | None:
        order = self.pages.sessions.of(request).orders.get(request.path_params["order_id"])
        return order if order is not None and order.is_placed else None
