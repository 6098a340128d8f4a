"""Which conversions happen away from the web, at a till or on the phone, and how do the vendors hear of them?

A till knows an email, a phone number or a customer number. Who has said on the site that this is theirs is recognised,
and the click IDs, cookies and landing of that visit go with the conversion, if they consented.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from harness.demo.announcing import offline_calls_for, send
from harness.demo.catalogue import net
from harness.demo.numbering import new_event_id, new_order_id
from harness.demo.options import Options
from harness.demo.people import People, Person
from harness.demo.purchase import Customer, PointOfSale, Purchase, Visit
from harness.demo.sale_notes import SaleNote, note_from
from harness.demo.vendors import VENDORS
from harness.demo.vendors.vendor import Offline
from harness.demo.visits import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where a site's people sell away from the web: what it is called in paths, and the prefix of its numbers."""

    path: str
    sales: str
    point_of_sale: PointOfSale
    prefix: str


COUNTERS = {
    "shop": Counter(path="till", sales="sales", point_of_sale=PointOfSale.STORE, prefix="CS-T"),
    "loan": Counter(path="call-centre", sales="closings", point_of_sale=PointOfSale.PHONE, prefix="HB-C"),
    "travel": Counter(path="agency", sales="bookings", point_of_sale=PointOfSale.AGENCY, prefix="FS-A"),
}


@dataclass(slots=True, kw_only=True)
class OfflineSales:
    """The counter of one site. `told` are the conversions that vendors may hear of."""

    options: Options
    client: httpx.AsyncClient
    people: People
    told: list[Purchase] = field(default_factory=list)

    @property
    def counter(self) -> Counter:
        return COUNTERS[self.options.site]

    def routes(self) -> list[Route]:
        path = f"/{self.counter.path}"
        return [
            Route(f"{path}/{self.counter.sales}", self.sell, methods=["POST"]),
            Route(f"{path}/export", self.export),
        ]

    async def sell(self, request: Request) -> Response:
        """Take a sale; the answer says its number, whether the person was recognised, and who hears of it."""
        note, mistakes = note_from(await request.body(), now=time.time())
        if note is None:
            return JSONResponse({"mistakes": mistakes}, status_code=422)
        person = self.people.recall(note.customer, note.reference)
        purchase = self._purchase(note, person)
        consent = note.consent or (person.visitor.consent if person else "")
        calls = tuple(offline_calls_for(purchase, self.options)) if consent == "granted" else ()
        if consent == "granted":
            self.told.append(purchase)
        answer = {
            "order_id": purchase.order_id,
            "recognised": person is not None,
            "consent": consent or "unknown",
            "reported_to": list(dict.fromkeys(call.vendor for call in calls)),
        }
        return JSONResponse(answer, status_code=201, background=BackgroundTask(send, self.client, calls))

    async def export(self, request: Request) -> Response:
        """The conversions of a day (`day`, today if none is named) as the file that a vendor takes."""
        vendor, day = request.query_params.get("vendor", ""), request.query_params.get("day", "")
        offline = VENDORS[vendor].offline if vendor in self.options.vendors else None
        if offline is None:
            return JSONResponse({"mistakes": [_unknown_vendor(vendor, self.options)]}, status_code=422)
        wanted = day or f"{datetime.now(UTC):%Y-%m-%d}"
        purchases = [each for each in self.told if f"{datetime.fromtimestamp(each.at, UTC):%Y-%m-%d}" == wanted]
        if offline.table is not None:
            return PlainTextResponse(offline.table(purchases), media_type="text/csv")
        lines = "".join(f"{line}\n" for line in _lines(offline, purchases))
        return PlainTextResponse(lines, media_type="application/jsonl")

    def _purchase(self, note: SaleNote, person: Person | None) -> Purchase:
        number = new_order_id(self.counter.prefix)
        return Purchase(
            point_of_sale=self.counter.point_of_sale,
            order_id=number,
            event_id=new_event_id(f"purchase.{number}"),
            at=note.at,
            url="",
            value=note.value,
            net_value=net(note.value),
            currency=note.currency,
            lines=note.lines,
            customer=_joined(note.customer, person.customer) if person else note.customer,
            visit=_earlier_visit(person.visitor) if person else Visit(),
        )


def _joined(said: Customer, known: Customer) -> Customer:
    """What was said there and then, and for the rest what the site knows."""
    given = {name: getattr(said, name) for name in Customer.__slots__ if getattr(said, name)}
    return replace(known, **given)


def _earlier_visit(visitor: Visitor) -> Visit:
    """The address and the browser of then are none of this sale."""
    return replace(visitor.visit, ip_address="", user_agent="")


def _lines(offline: Offline, purchases: Sequence[Purchase]) -> Iterator[str]:
    for purchase in purchases:
        call = offline.call(purchase)
        if call is not None:
            yield json.dumps(call.body, ensure_ascii=False)


def _unknown_vendor(vendor: str, options: Options) -> Mapping[str, Any]:
    taking = [name for name in options.vendors if VENDORS[name].offline is not None]
    return {"field": "vendor", "found": vendor, "expected": f"one of {', '.join(taking)}"}
