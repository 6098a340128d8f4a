"""The shop's own pages, from the landing to the thank-you page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo import page_events
from harness.demo.catalogue import CATEGORIES, PRODUCTS, SHIPPING, Line, goods_total, order_total, vat
from harness.demo.checkout import CARD, card_holder, customer_from, missing_fields
from harness.demo.confirming import Confirming
from harness.demo.options import Options
from harness.demo.orders import Session, purchase_of
from harness.demo.pages import Pages, form_of
from harness.demo.people import People
from harness.demo.reporting import Reporting
from harness.demo.sessions import Sessions
from harness.demo.visits import visit_of

MOST_OF_ONE = 9


@dataclass(slots=True, kw_only=True)
class Shop:
    options: Options
    client: httpx.AsyncClient
    people: People
    pages: Pages[Session] = field(init=False)
    confirming: Confirming[Session] = field(init=False)

    def __post_init__(self) -> None:
        sessions = Sessions(lambda key: Session(id=key))
        reporting = Reporting(options=self.options, client=self.client)
        self.pages = Pages(options=self.options, sessions=sessions, layout="base.html")
        self.confirming = Confirming(pages=self.pages, reporting=reporting, path="/thank-you")

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
            Route("/card", self.card),
            Route("/card", self.show_card, methods=["POST"]),
            *self.confirming.routes(),
            Route("/{rest:path}", self.not_found),
        ]

    async def landing(self, request: Request) -> Response:
        return self.pages.page(request, "landing.html", "home", products=PRODUCTS.values())

    async def category(self, request: Request) -> Response:
        name = request.path_params["name"].title()
        if name not in CATEGORIES:
            return self.pages.not_found(request)
        products = [product for product in PRODUCTS.values() if product.category == name]
        return self.pages.page(request, "category.html", "category", name=name, products=products)

    async def product(self, request: Request) -> Response:
        product = PRODUCTS.get(request.path_params["slug"])
        if product is None:
            return self.pages.not_found(request)
        viewed = page_events.goods_event("view_item", [_line(product.slug, 1)])
        return self.pages.page(request, "product.html", "product", events=[viewed], product=product)

    async def cart(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        lines, events = session.lines(), session.waiting
        session.waiting = []
        return self.pages.page(request, "cart.html", "cart", events=events, slugs=tuple(session.cart), **_sums(lines))

    async def change_cart(self, request: Request) -> Response:
        """Add to the cart; a quantity of 0 takes the product out."""
        form = await form_of(request)
        session = self.pages.sessions.of(request)
        slug, quantity = form.get("product", ""), _quantity(form.get("quantity", "1"))
        if slug in PRODUCTS and quantity:
            session.cart[slug] = min(MOST_OF_ONE, session.cart.get(slug, 0) + quantity)
            session.waiting.append(page_events.goods_event("add_to_cart", [_line(slug, quantity)]))
        else:
            session.cart.pop(slug, None)
        return self.pages.sessions.kept(request, session, RedirectResponse("/cart", status_code=303))

    async def checkout(self, request: Request) -> Response:
        lines = self.pages.sessions.of(request).lines()
        if not lines:
            return RedirectResponse("/cart", status_code=303)
        begun = page_events.goods_event("begin_checkout", lines)
        return self.pages.page(
            request, "checkout.html", "checkout", events=[begun], typed={}, missing=(), **_sums(lines)
        )

    async def place_order(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        lines = session.lines()
        typed = await form_of(request)
        if not lines:
            return RedirectResponse("/cart", status_code=303)
        if missing := missing_fields(typed):
            return self.pages.page(
                request, "checkout.html", "checkout", status=422, typed=typed, missing=missing, **_sums(lines)
            )
        purchase = purchase_of(lines, customer_from(typed, session.id), visit_of(request, session))
        self.people.remember(purchase.customer, session)
        session.cart = {}
        return self.confirming.confirm(request, purchase)

    async def thank_you(self, request: Request) -> Response:
        return self.confirming.page(request, "thank_you.html")

    async def card(self, request: Request) -> Response:
        return self.pages.page(request, "card.html", "account", typed={}, missing=(), known=False)

    async def show_card(self, request: Request) -> Response:
        """Who shows the card here is recognised at the till."""
        typed = await form_of(request)
        missing = missing_fields(typed, CARD)
        if not missing:
            self.people.remember(card_holder(typed), self.pages.sessions.of(request))
        return self.pages.page(
            request, "card.html", "account", status=422 if missing else 200, typed=typed, missing=missing,
            known=not missing,
        )  # fmt: skip

    async def not_found(self, request: Request) -> Response:
        return self.pages.not_found(request)


def _line(slug: str, quantity: int) -> Line:
    product = PRODUCTS[slug]
    return Line(id=product.id, name=product.name, category=product.category, quantity=quantity, price=product.price)


def _sums(lines: tuple[Line, ...]) -> dict[str, Any]:
    total = order_total(lines)
    return {"lines": lines, "goods": goods_total(lines), "shipping": SHIPPING, "total": total, "vat": vat(total)}


def _quantity(text: str) -> int:
    return min(int(text), MOST_OF_ONE) if text.isdecimal() else 0
