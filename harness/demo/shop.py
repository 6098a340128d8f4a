"""The shop's own pages, from the landing to the thank-you page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo import page_events
from harness.demo.catalogue import CATEGORIES, PRODUCTS, SHIPPING, Line, goods_total, order_total, vat
from harness.demo.checkout import customer_from, missing_fields
from harness.demo.orders import Session, purchase_of
from harness.demo.sessions import Sessions
from harness.demo.visits import Order, has_consent, visit_of
from harness.demo.website import Website, form_of

MOST_OF_ONE = 9


@dataclass(slots=True, kw_only=True)
class Shop(Website[Session]):
    layout: ClassVar[str] = "base.html"

    sessions: Sessions[Session] = field(default_factory=lambda: Sessions(lambda key: Session(id=key)))

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
            *self.common_routes(),
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
        form = await form_of(request)
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
        typed = await form_of(request)
        if not lines:
            return RedirectResponse("/cart", status_code=303)
        if missing := missing_fields(typed):
            return self._page(
                request, "checkout.html", "checkout", status=422, typed=typed, missing=missing, **_sums(lines)
            )
        purchase = purchase_of(lines, customer_from(typed, session.id), visit_of(request, session))
        order = Order(purchase=purchase, consented=has_consent(request))
        session.orders[order.purchase.order_id] = order
        session.cart = {}
        return self._confirmed(order, RedirectResponse(f"/thank-you/{order.purchase.order_id}", status_code=303))

    async def thank_you(self, request: Request) -> Response:
        order = self.sessions.of(request).orders.get(request.path_params["order_id"])
        if order is None:
            return await self.not_found(request)
        return self._confirmation(request, "thank_you.html", order, **_sums(order.purchase.lines))


def _line(slug: str, quantity: int) -> Line:
    product = PRODUCTS[slug]
    return Line(id=product.id, name=product.name, category=product.category, quantity=quantity, price=product.price)


def _sums(lines: tuple[Line, ...]) -> dict[str, Any]:
    total = order_total(lines)
    return {"lines": lines, "goods": goods_total(lines), "shipping": SHIPPING, "total": total, "vat": vat(total)}


def _quantity(text: str) -> int:
    return min(int(text), MOST_OF_ONE) if text.isdecimal() else 0
