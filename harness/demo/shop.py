"""The shop's own pages, from the landing to the thank-you page."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo import page_events, rendering
from harness.demo.announcing import announce
from harness.demo.catalogue import CATEGORIES, PRODUCTS, SHIPPING, Line, goods_total, order_total, vat
from harness.demo.checkout import customer_from, missing_fields
from harness.demo.options import Options
from harness.demo.orders import Order, new_event_id, purchase_of
from harness.demo.purchase import Purchase, Visit
from harness.demo.sessions import Sessions
from harness.demo.visits import client_address

CONSENT_COOKIE = "cs_consent"
MOST_OF_ONE = 9


@dataclass(slots=True, kw_only=True)
class Shop:
    options: Options
    client: httpx.AsyncClient
    sessions: Sessions = field(default_factory=Sessions)

    def routes(self) -> list[Route]:
        return [
            Route("/", self.landing),
            Route("/category/{name}", self.category),
            Route("/product/{slug}", self.product),
            Route("/cart", self.cart),
            Route("/cart", self.change_cart, methods=["POST"]),
            Route("/checkout", self.checkout),
            Route("/checkout", self.place_order, methods=["POST"]),
            Route("/thank-you/{order_id}", self.thank_you),
            Route("/api/orders/{order_id}/announce", self.announce_order, methods=["POST"]),
            Route("/{rest:path}", self.not_found),
        ]

    async def landing(self, request: Request) -> Response:
        return self._page(request, "landing.html", "home", products=PRODUCTS.values())

    async def category(self, request: Request) -> Response:
        name = request.path_params["name"].title()
        if name not in CATEGORIES:
            return await self.not_found(request)
        products = [product for product in PRODUCTS.values() if product.category == name]
        return self._page(request, "category.html", "category", name=name, products=products)

    async def product(self, request: Request) -> Response:
        product = PRODUCTS.get(request.path_params["slug"])
        if product is None:
            return await self.not_found(request)
        viewed = page_events.goods_event("view_item", [_line(product.slug, 1)])
        return self._page(request, "product.html", "product", events=[viewed], product=product)

    async def cart(self, request: Request) -> Response:
        session = self.sessions.of(request)
        lines, events = session.lines(), session.waiting
        session.waiting = []
        return self._page(request, "cart.html", "cart", events=events, slugs=tuple(session.cart), **_sums(lines))

    async def change_cart(self, request: Request) -> Response:
        """Add to the cart; a quantity of 0 takes the product out."""
        form = await _form(request)
        session = self.sessions.of(request)
        slug, quantity = form.get("product", ""), _quantity(form.get("quantity", "1"))
        if slug in PRODUCTS and quantity:
            session.cart[slug] = min(MOST_OF_ONE, session.cart.get(slug, 0) + quantity)
            session.waiting.append(page_events.goods_event("add_to_cart", [_line(slug, quantity)]))
        else:
            session.cart.pop(slug, None)
        return self.sessions.kept(request, session, RedirectResponse("/cart", status_code=303))

    async def checkout(self, request: Request) -> Response:
        lines = self.sessions.of(request).lines()
        if not lines:
            return RedirectResponse("/cart", status_code=303)
        begun = page_events.goods_event("begin_checkout", lines)
        return self._page(request, "checkout.html", "checkout", events=[begun], typed={}, missing=(), **_sums(lines))

    async def place_order(self, request: Request) -> Response:
        session = self.sessions.of(request)
        lines = session.lines()
        typed = await _form(request)
        if not lines:
            return RedirectResponse("/cart", status_code=303)
        if missing := missing_fields(typed):
            return self._page(
                request, "checkout.html", "checkout", status=422, typed=typed, missing=missing, **_sums(lines)
            )
        visit = Visit(
            ip_address=client_address(request.headers, request.client.host if request.client else ""),
            user_agent=request.headers.get("user-agent", ""),
            cookies=request.cookies,
            clicks=session.clicks,
            clicked_at=session.clicked_at,
        )
        customer = customer_from(typed, session.id)
        order = Order(purchase=purchase_of(lines, customer, visit), consented=_has_consent(request))
        session.orders[order.purchase.order_id] = order
        session.cart = {}
        response = RedirectResponse(f"/thank-you/{order.purchase.order_id}", status_code=303)
        if not self.options.has("server-waits-for-tag"):
            response.background = self._announcement(order)
        return response

    async def thank_you(self, request: Request) -> Response:
        """The first view reports the purchase; a reload shows the order and reports nothing."""
        order = self.sessions.of(request).orders.get(request.path_params["order_id"])
        if order is None:
            return await self.not_found(request)
        again = order.shown and self.options.has("reload-sends-again")
        if again:
            event_id = new_event_id(f"purchase.{order.purchase.order_id}")
            order.purchase = replace(order.purchase, event_id=event_id, at=time.time())
        reported = order.purchase if again or not order.shown else None
        order.shown = True
        response = self._page(
            request, "thank_you.html", "order_confirmation",
            purchase=reported, order=order.purchase, **_sums(order.purchase.lines),
        )  # fmt: skip
        if again:
            response.background = self._announcement(order)
        return response

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
            consent=request.cookies.get(CONSENT_COOKIE, ""),
            cart_count=sum(session.cart.values()),
            page_data={
                "events": page_events.without_ids(reported) if tealium else reported,
                "faults": self.options.faults,
            },
            customer_data=page_events.customer_data(purchase.customer) if purchase and not tealium else {},
            tealium_data=page_events.tealium_data(page_type, reported, purchase) if tealium else None,
            **values,
        )
        return self.sessions.kept(request, session, response)


def _line(slug: str, quantity: int) -> Line:
    product = PRODUCTS[slug]
    return Line(id=product.id, name=product.name, category=product.category, quantity=quantity, price=product.price)


def _sums(lines: tuple[Line, ...]) -> dict[str, Any]:
    total = order_total(lines)
    return {"lines": lines, "goods": goods_total(lines), "shipping": SHIPPING, "total": total, "vat": vat(total)}


def _has_consent(request: Request) -> bool:
    return request.cookies.get(CONSENT_COOKIE) == "granted"


def _quantity(text: str) -> int:
    return min(int(text), MOST_OF_ONE) if text.isdecimal() else 0


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
