"""A travel agency's pages on which somebody books a holiday, from the search to the booking number."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo import page_events
from harness.demo.catalogue import CURRENCY, Line, goods_total, net
from harness.demo.checkout import REQUIRED, customer_from, missing_fields
from harness.demo.confirming import Confirming
from harness.demo.numbering import new_event_id, new_order_id
from harness.demo.options import Options
from harness.demo.pages import Pages, asked_for, form_of
from harness.demo.people import People
from harness.demo.places import PLACES
from harness.demo.purchase import Customer, Purchase, Visit
from harness.demo.reporting import Reporting
from harness.demo.sessions import Sessions
from harness.demo.visits import Visitor, visit_of

MOST_TRAVELLERS = 6
PAYMENTS = {"card": "Credit card", "transfer": "Bank transfer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotel:
    """A week there; `price` is for each traveller."""

    id: str
    slug: str
    name: str
    destination: str
    price: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """There and back, for each traveller."""

    id: str
    slug: str
    name: str
    price: Decimal


def _hotel(sku: str, slug: str, name: str, destination: str, price: str, text: str) -> Hotel:
    return Hotel(id=sku, slug=slug, name=name, destination=destination, price=Decimal(price), text=text)


HOTELS = {
    hotel.slug: hotel
    for hotel in (
        _hotel("FS-HO-01", "casa-do-farol", "Casa do Farol", "Algarve", "612.00",
               "Twelve rooms above the cliffs. Breakfast is served until somebody has slept enough."),
        _hotel("FS-HO-02", "quinta-das-amendoas", "Quinta das Amêndoas", "Algarve", "489.00",
               "An almond farm inland, with a pool, two donkeys and no timetable."),
        _hotel("FS-HO-03", "villa-kalamata", "Villa Kalamáta", "Crete", "555.50",
               "Stone houses around a courtyard, ten steps from the water."),
        _hotel("FS-HO-04", "stugan-vid-sjon", "Stugan vid sjön", "Sweden", "398.00",
               "A red cabin by the lake. A rowing boat and a stove are yours."),
    )
}  # fmt: skip
FLIGHTS = {
    flight.slug: flight
    for flight in (
        Flight(id="FS-FL-M", slug="morning", name="Morning flight, one bag", price=Decimal("189.00")),
        Flight(id="FS-FL-E", slug="evening", name="Evening flight, cabin bag only", price=Decimal("129.00")),
    )
}
DESTINATIONS = tuple(dict.fromkeys(hotel.destination for hotel in HOTELS.values()))


@dataclass(slots=True, kw_only=True)
class Traveller(Visitor):
    """`trip` is the slug of the hotel and that of the flight, `travellers` how many go."""

    trip: tuple[str, str] | None = None
    travellers: int = 1

    def lines(self) -> tuple[Line, ...]:
        if self.trip is None:
            return ()
        hotel, flight = HOTELS[self.trip[0]], FLIGHTS[self.trip[1]]
        return (
            _line(hotel, self.travellers),
            Line(id=flight.id, name=flight.name, category="Flights", quantity=self.travellers, price=flight.price),
        )


@dataclass(slots=True, kw_only=True)
class Agency:
    options: Options
    client: httpx.AsyncClient
    people: People
    pages: Pages[Traveller] = field(init=False)
    confirming: Confirming[Traveller] = field(init=False)

    def __post_init__(self) -> None:
        sessions = Sessions(lambda key: Traveller(id=key))
        reporting = Reporting(options=self.options, client=self.client)
        self.pages = Pages(options=self.options, sessions=sessions, layout="travel/base.html")
        self.confirming = Confirming(pages=self.pages, reporting=reporting, path="/booked")

    def routes(self) -> list[Route]:
        return [
            Route("/", self.landing),
            Route("/search", self.search),
            Route("/hotels/{slug}", self.hotel),
            Route("/hotels/{slug}", self.choose, methods=["POST"]),
            Route("/travellers", self.travellers),
            Route("/travellers", self.name_travellers, methods=["POST"]),
            Route("/payment", self.payment),
            Route("/payment", self.choose_payment, methods=["POST"]),
            Route("/review", self.review),
            Route("/review", self.book, methods=["POST"]),
            Route("/booked/{order_id}", self.booked),
            *self.confirming.routes(),
            Route("/{rest:path}", self.not_found),
        ]

    async def landing(self, request: Request) -> Response:
        return self.pages.page(request, "travel/landing.html", "home", destinations=DESTINATIONS, most=MOST_TRAVELLERS)

    async def search(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        destination = request.query_params.get("destination", "")
        session.travellers = _number(request.query_params.get("travellers", "1"))
        found = [hotel for hotel in HOTELS.values() if hotel.destination == destination]
        events = [page_events.search_event(destination)] if destination else []
        return self.pages.page(
            request, "travel/results.html", "search", events=events, destination=destination, hotels=found,
            travellers=session.travellers,
        )  # fmt: skip

    async def hotel(self, request: Request) -> Response:
        hotel = HOTELS.get(request.path_params["slug"])
        if hotel is None:
            return self.pages.not_found(request)
        viewed = page_events.goods_event("view_item", [_line(hotel, 1)])
        return self.pages.page(
            request, "travel/hotel.html", "product", events=[viewed], hotel=hotel, flights=FLIGHTS.values()
        )  # fmt: skip

    async def choose(self, request: Request) -> Response:
        slug, flight = request.path_params["slug"], (await form_of(request)).get("flight", "")
        if slug not in HOTELS or flight not in FLIGHTS:
            return self.pages.not_found(request)
        session = self.pages.sessions.of(request)
        session.trip = (slug, flight)
        return self.pages.sessions.kept(request, session, RedirectResponse("/travellers", status_code=303))

    async def travellers(self, request: Request) -> Response:
        lines = self.pages.sessions.of(request).lines()
        if not lines:
            return RedirectResponse("/", status_code=303)
        begun = page_events.goods_event("begin_checkout", lines)
        return self._step(request, "travel/travellers.html", "checkout", events=[begun], missing=())

    async def name_travellers(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        session.typed |= asked_for(await form_of(request), (*REQUIRED, "customer_number"))
        if missing := missing_fields(session.typed):
            return self._step(request, "travel/travellers.html", "checkout", status=422, missing=missing)
        self.people.remember(customer_from(session.typed, session.id), session)
        return RedirectResponse("/payment", status_code=303)

    async def payment(self, request: Request) -> Response:
        if not self._is_named(request):
            return RedirectResponse("/travellers", status_code=303)
        return self._step(request, "travel/payment.html", "payment", payments=PAYMENTS)

    async def choose_payment(self, request: Request) -> Response:
        """How it is paid; the numbers of cards are asked for by the bank."""
        chosen = (await form_of(request)).get("payment", "")
        if chosen not in PAYMENTS or not self._is_named(request):
            return RedirectResponse("/payment", status_code=303)
        self.pages.sessions.of(request).typed["payment"] = chosen
        return RedirectResponse("/review", status_code=303)

    async def review(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        if not self._is_named(request) or "payment" not in session.typed:
            return RedirectResponse("/payment", status_code=303)
        chosen = page_events.goods_event("add_payment_info", session.lines())
        paid_by = PAYMENTS[session.typed["payment"]]
        return self._step(request, "travel/review.html", "review", events=[chosen], paid_by=paid_by)

    async def book(self, request: Request) -> Response:
        session = self.pages.sessions.of(request)
        if not self._is_named(request) or "payment" not in session.typed:
            return RedirectResponse("/payment", status_code=303)
        customer = customer_from(session.typed, session.id)
        booking = booking_of(session.lines(), customer, visit_of(request, session))
        session.trip, session.typed = None, {}
        return self.confirming.confirm(request, booking)

    async def booked(self, request: Request) -> Response:
        return self.confirming.page(request, "travel/booked.html")

    async def not_found(self, request: Request) -> Response:
        return self.pages.not_found(request)

    def _is_named(self, request: Request) -> bool:
        """Whether a trip was chosen and who goes is known."""
        session = self.pages.sessions.of(request)
        return bool(session.lines()) and not missing_fields(session.typed)

    def _step(self, request: Request, template: str, page_type: str, **values: Any) -> Response:
        """A page on the way to the booking, with the trip beside it."""
        session = self.pages.sessions.of(request)
        lines = session.lines()
        return self.pages.page(
            request, template, page_type, lines=lines, total=goods_total(lines), typed=session.typed, **values
        )  # fmt: skip


def booking_of(lines: tuple[Line, ...], customer: Customer, visit: Visit) -> Purchase:
    number = new_order_id("FS")
    value = goods_total(lines)
    return Purchase(
        order_id=number,
        event_id=new_event_id(f"purchase.{number}"),
        at=time.time(),
        url=f"{PLACES['travel'].url}/booked/{number}",
        value=value,
        net_value=net(value),
        currency=CURRENCY,
        lines=lines,
        customer=customer,
        visit=visit,
    )


def _line(hotel: Hotel, travellers: int) -> Line:
    return Line(id=hotel.id, name=hotel.name, category="Hotels", quantity=travellers, price=hotel.price)


def _number(text: str) -> int:
    return max(1, min(int(text), MOST_TRAVELLERS)) if text.isdecimal() else 1
