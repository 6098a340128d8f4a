"""The shop's shelves and its cart; from the checkout on, other modules have the pages."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo import page_events
from harness.demo.catalogue import CATEGORIES, COUPONS, PRODUCTS, line_of
from harness.demo.checkout import CARD, card_holder, missing_fields
from harness.demo.options import Options
from harness.demo.pages import Pages, form_of, sums
from harness.demo.people import People
from harness.demo.reporting import Reporting
from harness.demo.sessions import Sessions
from harness.demo.sites.shop.ordering import Ordering
from harness.demo.sites.shop.orders import Session
from harness.demo.sites.shop.payment import Payment
from harness.demo.sites.shop.refunds import Refunds

MOST_OF_ONE = 9


@dataclass(slots=True, kw_only=True)
class Shop:
    options: Options
    client: httpx.AsyncClient
    people: People
    pages: Pages[Session] = field(init=False)

    def __post_init__(self) -> None:
        sessions = Sessions(lambda key: Session(id=key))
        self.pages = Pages(options=self.options, sessions=sessions, layout="base.html")

    def routes(self) -> list[Route]:
        reporting = Reporting(options=self.options, client=self.client)
        ordering = Ordering(pages=self.pages, reporting=reporting, people=self.people)
        return [
            Route("/", self.landing),
            Route("/category/{name}", self.category),
            Route("/product/{slug}", self.product),
            Route("/cart", self.cart),
            Route("/cart", self.change_cart, methods=["POST"]),
            Route("/coupon", self.apply_coupon, methods=["POST"]),
            *ordering.routes(),
            *Payment(pages=self.pages, ordering=ordering).routes(),
            *Refunds(pages=self.pages, reporting=reporting).routes(),
            Route("/card", self.card),
            Route("/card", self.show_card, methods=["POST"]),
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
        viewed = page_events.goods_event("view_item", [line_of(product.slug, 1)])
        return self.pages.page(request, "product.html", "product", events=[viewed], product=product)

    async def cart(self, request: Request) -> Response:
        return self._cart_page(request)

    async def change_cart(self, request: Request) -> Response:
        """Add to the cart; a quantity of 0 takes the product out."""
        form = await form_of(request)
        session = self.pages.sessions.of(request)
        slug, quantity = form.get("product", ""), _quantity(form.get("quantity", "1"))
        if slug in PRODUCTS and quantity:
            session.cart[slug] = min(MOST_OF_ONE, session.cart.get(slug, 0) + quantity)
            session.waiting.append(page_events.goods_event("add_to_cart", [line_of(slug, quantity)]))
        else:
            session.cart.pop(slug, None)
        return self.pages.sessions.kept(request, session, RedirectResponse("/cart", status_code=303))

    async def apply_coupon(self, request: Request) -> Response:
        code = (await form_of(request)).get("coupon", "").strip().upper()
        session = self.pages.sessions.of(request)
        if code and code not in COUPONS:
            return self._cart_page(request, status=422, unknown_coupon=code)
        session.coupon = code
        return self.pages.sessions.kept(request, session, RedirectResponse("/cart", status_code=303))

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

    def _cart_page(self, request: Request, *, status: int = 200, unknown_coupon: str = "") -> Response:
        session = self.pages.sessions.of(request)
        events, session.waiting = session.waiting, []
        cancelled, session.cancelled = session.cancelled, None
        return self.pages.page(
            request, "cart.html", "cart", events=events, status=status, slugs=tuple(session.cart),
            purchases=cancelled.taken_reports() if cancelled else (), is_cancelled=cancelled is not None,
            coupon=session.coupon, unknown_coupon=unknown_coupon, **sums(session.lines()),
        )  # fmt: skip


def _quantity(text: str) -> int:
    return min(int(text), MOST_OF_ONE) if text.isdecimal() else 0
