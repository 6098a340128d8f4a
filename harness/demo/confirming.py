"""What follows when a visitor has ordered, or asked: the last page, and its reports?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo.pages import Pages
from harness.demo.purchase import Purchase
from harness.demo.reporting import Reporting
from harness.demo.sessions import AnyVisitor
from harness.demo.visits import Confirmed, has_consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming(Generic[AnyVisitor]):
    """`path` is that of the last page, in front of the order's number; `orders` are known by visitor and number."""

    pages: Pages[AnyVisitor]
    reporting: Reporting
    path: str
    orders: dict[tuple[str, str], Confirmed] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [Route("/api/orders/{order_id}/announce", self.announce_order, methods=["POST"])]

    def confirm(self, request: Request, purchase: Purchase) -> Response:
        """The answer to the click that made the order, which is certain now."""
        order = Confirmed(purchase=purchase, consented=has_consent(request))
        self.orders[self.pages.sessions.of(request).id, order.id] = order
        response = RedirectResponse(f"{self.path}/{order.id}", status_code=303)
        response.background = self.reporting.report(order)
        return response

    def page(self, request: Request, template: str, **values: Any) -> Response:
        """The first view reports the conversion; a reload shows it and reports nothing."""
        order = self._order(request)
        if order is None:
            return self.pages.not_found(request)
        again = not order.due and self.pages.options.has("reload-sends-again")
        background = self.reporting.report(order) if again else None
        response = self.pages.page(
            request, template, "order_confirmation", purchases=order.taken_reports(), order=order.purchase, **values
        )  # fmt: skip
        response.background = background
        return response

    async def announce_order(self, request: Request) -> Response:
        """Fault server-waits-for-tag: the browser tells the server to call the vendors."""
        order = self._order(request)
        if order is None or not self.pages.options.has("server-waits-for-tag"):
            return Response(status_code=404)
        return Response(status_code=204, background=self.reporting.announcement(order))

    def _order(self, request: Request) -> Confirmed | None:
        return self.orders.get((self.pages.sessions.of(request).id, request.path_params["order_id"]))
