"""A bank's pages on which somebody asks for a loan, from the landing to the answer “you are pre-qualified”."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.demo import page_events
from harness.demo.catalogue import CURRENCY, Line, net
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """What can be borrowed; `worth` is what a request for it is worth to the bank."""

    id: str
    slug: str
    name: str
    rate: Decimal
    worth: Decimal
    text: str

    @property
    def line(self) -> Line:
        return Line(id=self.id, name=self.name, category="Loans", quantity=1, price=self.worth)


LOANS = {
    loan.slug: loan
    for loan in (
        Loan(id="HB-PL-01", slug="personal-loan", name="Personal loan", rate=Decimal("5.49"), worth=Decimal("40.00"),
             text="From 1,000 to 50,000 euros, for whatever it is. Paid back in one to seven years."),
        Loan(id="HB-CL-02", slug="car-loan", name="Car loan", rate=Decimal("4.19"), worth=Decimal("55.00"),
             text="New, used or electric. Pay the dealer at once and negotiate like a cash buyer."),
        Loan(id="HB-MG-03", slug="mortgage", name="Mortgage", rate=Decimal("3.79"), worth=Decimal("250.00"),
             text="Buy, build or refinance. The rate is fixed for ten to twenty years."),
    )
}  # fmt: skip

NEED = {"amount": "Loan amount", "income": "Monthly net income"}
YOU = {name: REQUIRED[name] for name in ("first_name", "last_name", "email", "phone")}
HOME = {name: REQUIRED[name] for name in ("street", "postal_code", "city", "country")}
# The pages of the form, in order, and what each asks for.
STEPS: dict[str, Mapping[str, str]] = {"need": NEED, "you": YOU, "home": HOME}


@dataclass(slots=True, kw_only=True)
class Bank:
    options: Options
    client: httpx.AsyncClient
    people: People
    pages: Pages[Visitor] = field(init=False)
    confirming: Confirming[Visitor] = field(init=False)

    def __post_init__(self) -> None:
        sessions = Sessions(lambda key: Visitor(id=key))
        reporting = Reporting(options=self.options, client=self.client)
        self.pages = Pages(options=self.options, sessions=sessions, layout="loan/base.html")
        self.confirming = Confirming(pages=self.pages, reporting=reporting, path="/pre-qualified")

    def routes(self) -> list[Route]:
        return [
            Route("/", self.landing),
            Route("/loans/{slug}", self.loan),
            Route("/apply/{step}", self.step),
            Route("/apply/{step}", self.answer, methods=["POST"]),
            Route("/pre-qualified/{order_id}", self.pre_qualified),
            *self.confirming.routes(),
            Route("/{rest:path}", self.not_found),
        ]

    async def landing(self, request: Request) -> Response:
        return self.pages.page(request, "loan/landing.html", "home", loans=LOANS.values())

    async def loan(self, request: Request) -> Response:
        loan = LOANS.get(request.path_params["slug"])
        if loan is None:
            return self.pages.not_found(request)
        viewed = page_events.goods_event("view_item", [loan.line])
        return self.pages.page(request, "loan/loan.html", "product", events=[viewed], loan=loan)

    async def step(self, request: Request) -> Response:
        step = request.path_params["step"]
        if step not in STEPS:
            return self.pages.not_found(request)
        session = self.pages.sessions.of(request)
        session.typed["loan"] = _loan_in(request.query_params.get("loan", ""), session.typed)
        if first := _first_open(session.typed, step):
            return RedirectResponse(f"/apply/{first}", status_code=303)
        return self._form(request, step, ())

    async def answer(self, request: Request) -> Response:
        """Keep what was typed; the last page sends it all."""
        step = request.path_params["step"]
        if step not in STEPS:
            return self.pages.not_found(request)
        session = self.pages.sessions.of(request)
        typed = asked_for(await form_of(request), (*STEPS[step], "customer_number"))
        session.typed |= {"loan": _loan_in("", session.typed), **typed}
        if first := _first_open(session.typed, step):
            return RedirectResponse(f"/apply/{first}", status_code=303)
        if missing := _wrong_fields(session.typed, step):
            return self._form(request, step, missing, status=422)
        following = list(STEPS)[list(STEPS).index(step) + 1 :]
        if following:
            answer = RedirectResponse(f"/apply/{following[0]}", status_code=303)
            return self.pages.sessions.kept(request, session, answer)
        return self._qualify(request, session)

    async def pre_qualified(self, request: Request) -> Response:
        return self.confirming.page(request, "loan/pre_qualified.html")

    async def not_found(self, request: Request) -> Response:
        return self.pages.not_found(request)

    def _qualify(self, request: Request, session: Visitor) -> Response:
        customer = customer_from(session.typed, session.id)
        lead = lead_of(LOANS[session.typed["loan"]], customer, visit_of(request, session))
        self.people.remember(customer, session, lead.order_id)
        session.typed = {}
        return self.confirming.confirm(request, lead)

    def _form(self, request: Request, step: str, missing: tuple[str, ...], *, status: int = 200) -> Response:
        session = self.pages.sessions.of(request)
        return self.pages.page(
            request, f"loan/{step}.html", "application", status=status, typed=session.typed, missing=missing,
            loan=LOANS[session.typed["loan"]], number=list(STEPS).index(step) + 1, count=len(STEPS),
        )  # fmt: skip


def lead_of(loan: Loan, customer: Customer, visit: Visit) -> Purchase:
    number = new_order_id("HB")
    return Purchase(
        event="generate_lead",
        order_id=number,
        event_id=new_event_id(f"generate_lead.{number}"),
        at=time.time(),
        url=f"{PLACES['loan'].url}/pre-qualified/{number}",
        value=loan.worth,
        net_value=net(loan.worth),
        currency=CURRENCY,
        lines=(loan.line,),
        customer=customer,
        visit=visit,
    )


def _loan_in(chosen: str, typed: Mapping[str, str]) -> str:
    """The loan that was chosen now, or earlier, or the one most people want."""
    return chosen if chosen in LOANS else typed.get("loan", "personal-loan")


def _first_open(typed: Mapping[str, str], wanted: str) -> str:
    """The first page before the wanted one that is not filled in; a visitor may follow an old link."""
    before = list(STEPS)[: list(STEPS).index(wanted)]
    return next((step for step in before if _wrong_fields(typed, step)), "")


def _wrong_fields(typed: Mapping[str, str], step: str) -> tuple[str, ...]:
    """The labels of what was left empty, or is no amount of money where one is asked for."""
    amounts = [NEED[name] for name in STEPS[step] if name in NEED and not typed.get(name, "").strip().isdecimal()]
    return tuple(dict.fromkeys((*missing_fields(typed, STEPS[step]), *amounts)))
