"""A healthy purchase to try senders and faults on, and a site in this process with a record of its calls."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from typing import Any

import httpx
import pytest

from harness.demo.app import build_app
from harness.demo.catalogue import Line
from harness.demo.options import options_from
from harness.demo.places import PLACES, SHOP_URL
from harness.demo.purchase import Customer, Purchase, Visit

TYPED = {
    "email": " Jane.Doe@Mail.example",
    "phone": "0151 23456789",
    "first_name": "Mary Ann",
    "last_name": "O'Brien",
    "street": "Hauptstr. 5",
    "postal_code": "10 115",
    "city": "Bad Köln",
    "country": "DE",
}
LANDING = {
    "fbclid": "IwAR2F4dbP0l7Mn1Iaw_Case",
    "gclid": "EAIaIQobChMI_test",
    "ScCid": "1f2e3d4c-5b6a-4798-8abc-0123456789ab",
    "epik": "dj0yJnU9Q7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZx",
    "ttclid": "E.C.P.v3fQ2RHacdksKfofPmlyuStIIHJ4Af1t",
    "twclid": "2k3n9x7r5t1v8w6z4q0y2m5p7s",
    "rdt_cid": "5291384670Ab_Case-click",
    "li_fat_id": "8f08d462-15be-46ce-9515-dd9bdde02235",
    "msclkid": "dd4afcccb1c9a4cad9544dd7e5006000",
    "auctid": "3e1f8c52-5a0e-4c2f-9d1c-7b2a9a4e6f10",
}
FORWARDED = {"X-Forwarded-For": "198.51.100.7, 10.0.0.1", "User-Agent": "Browser/1.0"}


@pytest.fixture
def purchase() -> Purchase:
    return Purchase(
        order_id="CS-7F3K9Q2",
        event_id="purchase.CS-7F3K9Q2.0123456789abcdef",
        at=1795286400.7,
        url=f"{SHOP_URL}/thank-you/CS-7F3K9Q2",
        value=Decimal("129.90"),
        net_value=Decimal("109.16"),
        currency="EUR",
        lines=(Line(id="CS-TEA-01", name="Stoneware teapot", category="Kitchen", quantity=2, price=Decimal("62.50")),),
        customer=Customer(**TYPED, external_id="CUST-42"),
        visit=Visit(
            ip_address="198.51.100.7",
            user_agent="Browser/1.0",
            cookies={
                "_ga": "GA1.1.1116446470.1795199000",
                "_ga_4Q7KXN2W8D": "GS2.1.s1795286000$o1$g1$t1795286390$j60$l0$h0",
                "_fbp": "fb.1.1795200000456.1116446470",
                "_fbc": "fb.1.1795199000789.IwAR2F4dbP0l7Mn1Iaw_Case",
                "_scid": "35f34e89-1bb3-4466-abfa-af3c4d48073a",
                "_epik": "dj0yJnU9Q7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZx",
                "_ttp": "2aBcDeFgHiJkLmNoPqRsTuVwXy3",
                "_twclid": "%7B%22pixelVersion%22%3A%222.3.35%22%2C%22twclid%22%3A%222k3n9x7r5t1v8w6z4q0y2m5p7s%22%7D",
                "_rdt_uuid": "1795199000789.4b1e9c07-6f2d-4a83-9b50-c7d8e1f2a364",
                "_rdt_cid": "5291384670Ab_Case-click",
                "_uetvid": "eb4791d0cd0d11efbf3d29deb84731de",
                "tfpsi": "9b2d7c1e-44aa-4f6e-8f0a-1d2c3b4a5e6f",
            },
            clicks=LANDING,
            clicked_at=1795199000.789,
        ),
    )


class Visitor:
    """A browser without scripts in front of a site; `calls` are what its server sent to the vendors."""

    def __init__(self, client: httpx.AsyncClient, calls: list[httpx.Request]) -> None:
        self.client = client
        self.calls = calls

    async def buys(self, *, consent: str = "granted", payment: str = "invoice") -> str:
        """From the landing to the order; returns the path of the next page."""
        await self.client.get("/", params=LANDING)
        self.client.cookies.set("cs_consent", consent)
        await self.client.post("/cart", data={"product": "stoneware-teapot", "quantity": "2"})
        return await self.orders(await self.form(), payment=payment)

    async def form(self) -> str:
        """The token of a new checkout page."""
        found = re.search(r'name="token" value="(\w+)"', (await self.client.get("/checkout")).text)
        assert found
        return found[1]

    async def orders(self, token: str, *, payment: str = "invoice", headers: dict[str, str] | None = None) -> str:
        form = {**TYPED, "customer_number": "CUST-42", "token": token, "payment": payment}
        return await self.posts("/checkout", form, headers=headers)

    async def posts(self, path: str, form: dict[str, str], *, headers: dict[str, str] | None = None) -> str:
        """Returns where the answer leads."""
        answer = await self.client.post(path, data=form, headers=headers)
        assert answer.status_code == 303
        return answer.headers["location"]

    async def reports(self, path: str, event: str = "purchase") -> list[dict[str, Any]]:
        """The events of this name that the page at this path reports."""
        page = await self.client.get(path)
        assert page.status_code == 200
        found = re.search(r'id="page-data">(.*?)</script>', page.text)
        assert found
        return [each for each in json.loads(found[1])["events"] if each["event"] == event]

    def sent(self) -> list[dict[str, Any]]:
        """The events of the calls to Meta so far."""
        calls = [call for call in self.calls if call.url.host == "graph.facebook.com"]
        return [event for call in calls for event in json.loads(call.content)["data"]]

    async def asks_for_a_loan(self, *, consent: str = "granted") -> str:
        """From the landing to the answer of the bank; returns the path of that page."""
        await self.client.get("/", params=LANDING)
        self.client.cookies.set("cs_consent", consent)
        await self.client.get("/apply/need", params={"loan": "car-loan"})
        await self.client.post("/apply/need", data={"amount": "12000", "income": "3100"})
        await self.client.post("/apply/you", data={**TYPED, "customer_number": "CUST-42"})
        answer = await self.client.post("/apply/home", data=TYPED)
        assert answer.status_code == 303
        return answer.headers["location"]

    async def books(self, *, consent: str = "granted") -> str:
        """From the landing to the booking; returns the path of the last page."""
        await self.client.get("/", params=LANDING)
        self.client.cookies.set("cs_consent", consent)
        await self.client.get("/search", params={"destination": "Crete", "travellers": "2"})
        await self.client.post("/hotels/villa-kalamata", data={"flight": "evening"})
        await self.client.post("/travellers", data={**TYPED, "customer_number": "CUST-42"})
        await self.client.get("/travellers")
        await self.client.post("/payment", data={"payment": "card"})
        answer = await self.client.post("/review")
        assert answer.status_code == 303
        return answer.headers["location"]

    async def events(self, path: str) -> list[dict[str, Any]]:
        """What the page at this path tells its tags."""
        page = await self.client.get(path)
        assert page.status_code == 200, path
        found = re.search(r'id="page-data">(.*?)</script>', page.text)
        assert found is not None
        return list(json.loads(found[1])["events"])


@pytest.fixture
def visit() -> Callable[..., AbstractAsyncContextManager[Visitor]]:
    """`async with visit(site="loan", wiring="direct", faults=[...]) as visitor`; three vendors, if none are named."""

    @asynccontextmanager
    async def visiting(host: str = "", site: str = "shop", **options: str | list[str]) -> AsyncIterator[Visitor]:
        options.setdefault("vendors", ["meta", "google-ads", "teads"])
        calls: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            calls.append(request)
            return httpx.Response(200, json={})

        app = build_app(options_from(options, site), transport=httpx.MockTransport(answer))
        # The proxy in front of the shop ends TLS: the app sees plain HTTP.
        base_url = (host or PLACES[site].url).replace("https://", "http://")
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url, headers=FORWARDED) as client,
        ):
            yield Visitor(client, calls)

    return visiting
