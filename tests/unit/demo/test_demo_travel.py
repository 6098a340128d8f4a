"""Somebody books a holiday; every step is an event, and the agency announces the booking once."""

import asyncio
import json

import pytest


def test_every_step_is_an_event_of_its_own(visit):
    async def run():
        async with visit(site="travel") as visitor:
            path = await visitor.books()
            assert [event["event"] for event in await visitor.events(path)] == ["page_view", "purchase"]
            await visitor.client.post("/hotels/casa-do-farol", data={"flight": "morning"})
            found = [event for event in await visitor.events("/search?destination=Algarve") if "search_term" in event]
            assert [event["search_term"] for event in found] == ["Algarve"]
            assert (await visitor.events("/hotels/casa-do-farol"))[-1]["event"] == "view_item"
            assert (await visitor.events("/travellers"))[-1]["event"] == "begin_checkout"
            await visitor.client.post("/travellers", data=_TYPED)
            await visitor.client.post("/payment", data={"payment": "transfer"})
            assert (await visitor.events("/review"))[-1]["event"] == "add_payment_info"

    asyncio.run(run())


_TYPED = {
    "email": "a@mail.example", "phone": "030 23125001", "first_name": "A", "last_name": "B", "street": "C 1",
    "postal_code": "10115", "city": "Berlin", "country": "DE",
}  # fmt: skip


def test_the_booking_is_announced_with_hotel_and_flight_for_each_traveller(visit):
    async def run():
        async with visit(site="travel") as visitor:
            path = await visitor.books()
            meta, google, teads = (json.loads(call.content) for call in visitor.calls)
            custom = meta["data"][0]["custom_data"]
            assert custom["order_id"] == path.removeprefix("/booked/")
            assert custom["value"] == 2 * 555.5 + 2 * 129
            assert custom["contents"] == [
                {"id": "FS-HO-03", "quantity": 2, "item_price": 555.5},
                {"id": "FS-FL-E", "quantity": 2, "item_price": 129.0},
            ]
            assert google["events"][0]["conversionValue"] == custom["value"]
            assert teads["conversion_type"] == "Purchase"
            assert teads["event_source_url"] == f"https://www.far-shores.test{path}"

    asyncio.run(run())


@pytest.mark.parametrize("consent", ["denied", ""])
def test_without_consent_the_server_calls_nobody(visit, consent):
    async def run():
        async with visit(site="travel") as visitor:
            await visitor.client.get(await visitor.books(consent=consent))
            assert visitor.calls == []

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("/travellers", "/"), ("/payment", "/travellers"), ("/review", "/payment")],
)
def test_a_step_that_is_too_early_leads_back(visit, path, leads_to):
    async def run():
        async with visit(site="travel") as visitor:
            answer = await visitor.client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
            assert (await visitor.client.post("/review")).headers["location"] == "/payment"
            assert visitor.calls == []

    asyncio.run(run())


def test_what_does_not_exist_cannot_be_chosen(visit):
    async def run():
        async with visit(site="travel") as visitor:
            assert (await visitor.client.post("/hotels/casa-do-farol", data={"flight": "rocket"})).status_code == 404
            assert (await visitor.client.get("/hotels/ritz")).status_code == 404
            assert "Nothing there yet" in (await visitor.client.get("/search?destination=Mars")).text

    asyncio.run(run())


def test_travellers_have_to_be_named(visit):
    async def run():
        async with visit(site="travel") as visitor:
            await visitor.client.post("/hotels/casa-do-farol", data={"flight": "morning"})
            answer = await visitor.client.post("/travellers", data=_TYPED | {"email": " "})
            assert answer.status_code == 422
            assert "Please fill in: Email." in answer.text

    asyncio.run(run())
