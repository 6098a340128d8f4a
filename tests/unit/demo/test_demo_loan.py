"""Somebody asks a bank for a loan; the bank announces the lead once, by its name at each vendor, and with consent."""

import asyncio
import json

import pytest


def test_the_lead_is_announced_by_its_own_names_with_number_and_worth(visit):
    async def run():
        async with visit(site="loan") as visitor:
            path = await visitor.asks_for_a_loan()
            number = path.removeprefix("/pre-qualified/")
            assert number.startswith("HB-")
            meta, google, teads = (json.loads(call.content) for call in visitor.calls)
            event = meta["data"][0]
            assert event["event_name"] == "Lead"
            assert event["event_source_url"] == f"https://www.harbour-bank.test{path}"
            assert (event["custom_data"]["order_id"], event["custom_data"]["value"]) == (number, 55.0)
            assert google["destinations"][0]["productDestinationId"] == "555666888"
            assert google["events"][0]["transactionId"] == number
            assert google["events"][0]["adIdentifiers"] == {"gclid": "EAIaIQobChMI_test"}
            assert teads["conversion_type"] == "Lead"

    asyncio.run(run())


def test_page_and_server_share_the_event_id_and_a_reload_reports_nothing(visit):
    async def run():
        async with visit(site="loan") as visitor:
            path = await visitor.asks_for_a_loan()
            page_view, lead = await visitor.events(path)
            assert (page_view["event"], lead["event"]) == ("page_view", "generate_lead")
            assert lead["event_id"] == json.loads(visitor.calls[0].content)["data"][0]["event_id"]
            assert [event["event"] for event in await visitor.events(path)] == ["page_view"]
            assert len(visitor.calls) == 3

    asyncio.run(run())


def test_reload_fault_reports_the_lead_again_with_a_new_event_id(visit):
    async def run():
        async with visit(site="loan", faults=["reload-sends-again"], vendors=["meta"]) as visitor:
            path = await visitor.asks_for_a_loan()
            on_pages = [(await visitor.events(path))[-1]["event_id"] for _ in range(2)]
            sent = [json.loads(call.content)["data"][0]["event_id"] for call in visitor.calls]
            assert sent == on_pages
            assert sent[0] != sent[1]

    asyncio.run(run())


@pytest.mark.parametrize("consent", ["denied", ""])
def test_without_consent_the_server_calls_nobody(visit, consent):
    async def run():
        async with visit(site="loan") as visitor:
            await visitor.client.get(await visitor.asks_for_a_loan(consent=consent))
            assert visitor.calls == []

    asyncio.run(run())


def test_consent_that_is_given_later_counts_from_then_on(visit):
    async def run():
        async with visit(site="loan") as visitor:
            await visitor.asks_for_a_loan(consent="denied")
            assert visitor.calls == []
            visitor.client.cookies.delete("cs_consent")
            await visitor.asks_for_a_loan()
            assert len(visitor.calls) == 3

    asyncio.run(run())


def test_the_bank_asks_again_for_what_is_missing_or_no_amount(visit):
    async def run():
        async with visit(site="loan") as visitor:
            answer = await visitor.client.post("/apply/need", data={"amount": "much", "income": ""})
            assert answer.status_code == 422
            assert "Please fill in: Monthly net income, Loan amount" in answer.text
            skipped = await visitor.client.get("/apply/home")
            assert (skipped.status_code, skipped.headers["location"]) == (303, "/apply/need")
            assert (await visitor.client.get("/apply/nowhere")).status_code == 404

    asyncio.run(run())


def test_a_loan_that_is_looked_at_is_an_event(visit):
    async def run():
        async with visit(site="loan") as visitor:
            viewed = (await visitor.events("/loans/mortgage"))[-1]
            assert viewed["event"] == "view_item"
            assert viewed["ecommerce"]["items"][0]["item_id"] == "HB-MG-03"

    asyncio.run(run())


def test_leads_belong_to_their_visitor(visit):
    async def run():
        async with visit(site="loan") as visitor:
            path = await visitor.asks_for_a_loan()
            visitor.client.cookies.clear()
            assert (await visitor.client.get(path)).status_code == 404

    asyncio.run(run())


def test_with_tealium_the_page_describes_the_lead_and_the_bank_calls_nobody(visit):
    async def run():
        async with visit(site="loan", wiring="tealium") as visitor:
            page = await visitor.client.get(await visitor.asks_for_a_loan())
            assert visitor.calls == []
            assert '"tealium_event": "lead"' in page.text
            assert "https://tags.tiqcdn.com/utag/harbourbank/main/prod/utag.js" in page.text

    asyncio.run(run())
