"""Where does a visitor's request come from, and what does a site remember of the visit?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request

from harness.demo.numbering import new_event_id
from harness.demo.purchase import Purchase, Visit
from harness.demo.vendors import CLICK_PARAMETERS

CONSENT_COOKIE = "cs_consent"


@dataclass(slots=True, kw_only=True)
class Confirmed:
    """An order, or a lead, that a visitor was told is made. `due` are the reports that its next page makes."""

    purchase: Purchase
    consented: bool
    reported: bool = False
    due: list[Purchase] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.purchase.order_id

    def report_again(self) -> None:
        """Make the next page report it once more, with an event ID of its own."""
        event_id = new_event_id(f"{self.purchase.event}.{self.id}")
        self.purchase = replace(self.purchase, event_id=event_id, at=time.time())
        self.due = [*self.due, self.purchase]

    def taken_reports(self) -> list[Purchase]:
        """What is due, which then is no more."""
        taken, self.due = self.due, []
        return taken


@dataclass(slots=True, kw_only=True)
class Visitor:
    """One visitor. `clicks` are the click IDs of the last landing, `waiting` events that the next page reports,
    `typed` what was typed into the forms so far, `visit` and `consent` how it was when the last page was asked for."""

    id: str
    visit: Visit = field(default_factory=Visit)
    consent: str = ""
    clicks: dict[str, str] = field(default_factory=dict)
    clicked_at: float = 0.0
    waiting: list[dict[str, Any]] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)

    def remember(self, request: Request) -> None:
        """What the request for a page says; a new landing by an ad click replaces the last one."""
        query = request.query_params
        clicks = {name: query[name] for name in CLICK_PARAMETERS if query.get(name)}
        if clicks:
            self.clicks = clicks
            self.clicked_at = time.time()
        self.consent = consent_of(request)
        self.visit = visit_of(request, self)


def visit_of(request: Request, visitor: Visitor) -> Visit:
    """The visit as a sender needs it, at the moment of this request."""
    return Visit(
        ip_address=client_address(request.headers, request.client.host if request.client else ""),
        user_agent=request.headers.get("user-agent", ""),
        cookies=request.cookies,
        clicks=visitor.clicks,
        clicked_at=visitor.clicked_at,
    )


def consent_of(request: Request) -> str:
    """`granted`, `denied`, or nothing as long as nobody has chosen."""
    return request.cookies.get(CONSENT_COOKIE, "")


def has_consent(request: Request) -> bool:
    return consent_of(request) == "granted"


def client_address(headers: Mapping[str, str], peer: str) -> str:
    """The visitor's address: the first one the proxy in front of the site forwarded."""
    return headers.get("x-forwarded-for", "").partition(",")[0].strip() or peer
