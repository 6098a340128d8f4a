"""How does a cart become an order, and what does its thank-you page report?"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo import page_events
from harness.demo.catalogue import Line
from harness.demo.checkout import customer_from, missing_fields
from harness.demo.pages import Pages, form_of, sums
from harness.demo.people import People
from harness.demo.places import SHOP_URL
from harness.demo.purchase import Customer, Purchase
from harness.demo.reporting import Reporting
from harness.demo.sites.shop.orders import Order, Session, State, purchase_of, visitors_event_id
from harness.demo.visits import has_consent, visit_of


@dataclass(slots=True, kw_only=True)
class Ordering:
    """`orders` has those of all visitors, by ID: the link in an e-mail works without a session."""

    pages: Pages[Session]
    reporting: Reporting
    people: People
    orders: dict[str, Order] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/checkout", self.checkout),
            Route("/checkout", self.place_order, methods=["POST"]),
            Route("/thank-you/{order_id}", self.thank_you),
            Route("/api/orders/{order_id}/announce", self.announce_order, methods=["POST"]),
        ]

    async def checkout(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        if lines := session.lines():
            begun = page_events.goods_event("begin_checkout", lines)
            return self._checkout_page(request, lines, events=[begun])
        if order := session.last_placed():
            return self.placed_already(request, order)
        return RedirectResponse("/cart", status_code=303)

    async def place_order(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        typed = await form_of(request)
        if known := session.order_of(typed.get("token", "")):
            return self.sent_again(request, known)
        lines = session.lines()
        if not lines:
            return RedirectResponse("/cart", status_code=303)
        if missing := missing_fields(typed):
            return self._checkout_page(request, lines, status=422, typed=typed, missing=missing)
        purchase = self._purchase(request, session, lines, typed)
        order = Order(purchase=purchase, consented=has_consent(request), token=typed.get("token", ""))
        session.orders[order.id] = self.orders[order.id] = order
        if typed.get("payment") == "card":
            return RedirectResponse(f"/payment/{order.id}", status_code=303)
        return self.placed(session, order)

    def placed(self, session: Session, order: Order) -> Response:
        """The order is certain now: it is reported."""
        order.state = State.PLACED
        session.empty_cart()
        return self._thanked(order, report=True)

    def sent_again(self, request: Request, order: Order) -> Response:
        """The form of this order came a second time: it stays one order."""
        if not order.is_placed:
            return RedirectResponse(f"/payment/{order.id}", status_code=303)
        # What the page's script sends is another click; the form itself takes the visitor on.
        is_click = request.headers.get("x-requested-with") == "fetch"
        return self._thanked(order, report=is_click and self.pages.options.has("double-click-orders-twice"))

    def placed_already(self, request: Request, order: Order) -> Response:
        """What somebody sees who goes back to a page on the way to the order."""
        if self.pages.options.has("back-button-sends-again") and not order.due:
            order.report_again()
        return self.pages.page(request, "placed.html", "order_placed", order_id=order.id)

    async def thank_you(self, request: Request) -> Response:
        """The first view reports the purchase; a reload shows the order and reports nothing."""
        if key := request.query_params.get("key"):
            return self._opened(request, key)
        order = self.pages.sessions.of(request).orders.get(request.path_params["order_id"])
        if order is None or not order.is_placed:
            return self.pages.not_found(request)
        background = None
        if not order.due and self.pages.options.has("reload-sends-again"):
            background = self.reporting.report(order)
        elif not order.due and self.pages.options.has("second-tab-sends-again"):
            order.report_again()
        response = self.pages.page(
            request, "thank_you.html", "order_confirmation", purchases=order.taken_reports(), order=order.purchase,
            is_returned=order.state is State.RETURNED, link=f"{SHOP_URL}/thank-you/{order.id}?key={order.key}",
            **sums(order.purchase.lines),
        )  # fmt: skip
        response.background = background
        return response

    async def announce_order(self, request: Request) -> Response:
        """Fault server-waits-for-tag: the browser tells the server to call the vendors."""
        order = self.pages.sessions.of(request).orders.get(request.path_params["order_id"])
        if order is None or not self.pages.options.has("server-waits-for-tag"):
            return Response(status_code=404)
        return Response(status_code=204, background=self.reporting.announcement(order))

    def _opened(self, request: Request, key: str) -> Response:
        """From the e-mail: the order becomes this visitor's; the key leaves the address before a tag can read it."""
        order = self.orders.get(request.path_params["order_id"])
        if order is None or not secrets.compare_digest(order.key.encode(), key.encode()):
            return self.pages.not_found(request)
        session = self.pages.sessions.of(request)
        session.orders[order.id] = order
        if self.pages.options.has("revisit-sends-again"):
            order.report_again()
        response = RedirectResponse(f"/thank-you/{order.id}", status_code=303)
        return self.pages.sessions.kept(request, session, response)

    def _thanked(self, order: Order, *, report: bool) -> Response:
        response = RedirectResponse(f"/thank-you/{order.id}", status_code=303)
        response.background = self.reporting.report(order) if report else None
        return response

    def _checkout_page(
        self, request: Request, lines: tuple[Line, ...], *, events: list[page_events.Event] | None = None,
        status: int = 200, typed: Mapping[str, str] | None = None, missing: tuple[str, ...] = (),
    ) -> Response:  # fmt: skip
        typed = typed or {}
        return self.pages.page(
            request, "checkout.html", "checkout", events=events or (), status=status, typed=typed, missing=missing,
            token=typed.get("token") or secrets.token_hex(12), **sums(lines),
        )  # fmt: skip

    def _purchase(
        self, request: Request, session: Session, lines: tuple[Line, ...], typed: Mapping[str, str]
    ) -> Purchase:
        customer = customer_from(typed, session.id)
        self._recognise(customer, session)
        self.people.remember(customer, session)
        purchase = purchase_of(lines, customer, visit_of(request, session))
        if self.pages.options.has("event-id-per-visitor"):
            return replace(purchase, event_id=visitors_event_id(customer))
        return purchase

    def _recognise(self, customer: Customer, session: Session) -> None:
        """Who came by an ad on another device and said there who they are keeps the click of that visit."""
        known = self.people.recall(customer)
        if known is None or session.clicks or known.visitor.consent != "granted":
            return
        if not self.pages.options.has("devices-not-joined"):
            session.clicks, session.clicked_at = known.visitor.clicks, known.visitor.clicked_at
