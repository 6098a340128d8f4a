"""What becomes of an order that is paid by card, on the page of the payment provider?"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo.pages import Pages, form_of
from harness.demo.sites.shop.ordering import Ordering
from harness.demo.sites.shop.orders import Order, Session, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """The provider is embedded in the shop's own site."""

    pages: Pages[Session]
    ordering: Ordering

    def routes(self) -> list[Route]:
        return [
            Route("/payment/{order_id}", self.payment),
            Route("/payment/{order_id}", self.pay, methods=["POST"]),
        ]

    async def payment(self, request: Request) -> Response:
        order = self._order(request)
        if order is None:
            return self.pages.not_found(request)
        if order.is_placed:
            return self.ordering.placed_already(request, order)
        if order.state is State.CANCELLED:
            return RedirectResponse("/cart", status_code=303)
        return self.pages.page(
            request, "payment.html", "payment", purchases=order.taken_reports(), order_id=order.id,
            declined=order.declined, total=order.purchase.value,
        )  # fmt: skip

    async def pay(self, request: Request) -> Response:
        order = self._order(request)
        outcome = (await form_of(request)).get("outcome")
        if order is None:
            return self.pages.not_found(request)
        if order.is_placed:
            return self.ordering.sent_again(request, order)
        session = self.pages.sessions.of(request)
        if order.state is State.CANCELLED or outcome == "cancel":
            return self._cancelled(session, order)
        return self.ordering.placed(session, order) if outcome == "pay" else self._declined(order)

    def _cancelled(self, session: Session, order: Order) -> Response:
        """Back to the cart, which is as it was."""
        response = RedirectResponse("/cart", status_code=303)
        if self.pages.options.has("cancelled-payment-reported") and not order.reported:
            response.background = self.ordering.reporting.report(order)
        order.state, session.cancelled = State.CANCELLED, order
        return response

    def _declined(self, order: Order) -> Response:
        """The visitor may try again; only a payment that succeeds makes an order."""
        response = RedirectResponse(f"/payment/{order.id}", status_code=303)
        if self.pages.options.has("declined-payment-reported") and not order.reported:
            response.background = self.ordering.reporting.report(order)
        order.declined = True
        return response

    def _order(self, request: Request) -> Order | None:
        return self.pages.sessions.of(request).orders.get(request.path_params["order_id"])
