"""Sales at a till, on the phone and at a counter find the web visit of the same person, and reach the vendors."""

import asyncio
import csv
import io
import json
from hashlib import sha256

import pytest

MAIL = "jane.doe@mail.example"
FBCLID = "IwAR2F4dbP0l7Mn1Iaw_Case"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _event(visitor) -> dict:
    """The only event of the last call to Meta."""
    return json.loads(visitor.calls[-1].content)["data"][0]


async def _shows_card(visitor, consent: str = "granted") -> None:
    await visitor.client.get(
        "/", params={"fbclid": FBCLID, "gclid": "EAIaIQobChMI_test", "msclkid": "dd4afcccb1c9a4ca"}
    )
    visitor.client.cookies.set("cs_consent", consent)
    visitor.client.cookies.set("_fbp", "fb.1.1795200000456.1116446470")
    answer = await visitor.client.post("/card", data={"email": " Jane.Doe@Mail.example", "customer_number": "CUST-42"})
    assert "know you again" in answer.text


@pytest.mark.parametrize("known_by", [{"email": MAIL.upper()}, {"customer_number": "cust-42"}])
def test_the_till_finds_the_click_of_whoever_showed_the_card_on_the_site(visit, known_by):
    async def run():
        async with visit(vendors=["meta"]) as visitor:
            await _shows_card(visitor)
            answer = await visitor.client.post("/till/sales", json={"value": "80.50", **known_by})
            assert answer.status_code == 201
            told = answer.json()
            assert told["order_id"].startswith("CS-T-")
            assert (told["recognised"], told["consent"], told["reported_to"]) == (True, "granted", ["meta"])
            event = _event(visitor)
            assert event["action_source"] == "physical_store"
            assert event["user_data"]["fbc"].endswith(f".{FBCLID}")
            assert event["user_data"]["fbp"] == "fb.1.1795200000456.1116446470"
            assert event["user_data"]["em"] == [_hash(MAIL)]
            assert event["user_data"]["external_id"] == [_hash("cust-42")]
            assert event["user_data"].keys().isdisjoint({"client_ip_address", "client_user_agent"})
            assert (event["custom_data"]["order_id"], event["custom_data"]["value"]) == (told["order_id"], 80.5)

    asyncio.run(run())


def test_a_closing_by_phone_belongs_to_its_lead(visit):
    async def run():
        async with visit(site="loan", vendors=["meta", "google-ads"]) as visitor:
            number = (await visitor.asks_for_a_loan()).rpartition("/")[2]
            note = {"reference": number, "value": 1800, "customer_number": "M-1"}
            answer = await visitor.client.post("/call-centre/closings", json=note)
            assert answer.json()["reported_to"] == ["meta", "google-ads"]
            meta, google = (json.loads(call.content) for call in visitor.calls[-2:])
            assert meta["data"][0]["action_source"] == "phone_call"
            assert meta["data"][0]["event_name"] == "Purchase"
            assert meta["data"][0]["user_data"]["ph"] == [_hash("4915123456789")]
            assert meta["data"][0]["user_data"]["external_id"] == [_hash("m-1")]
            conversion = google["conversions"][0]
            assert conversion["gclid"] == "EAIaIQobChMI_test"
            assert {"hashedEmail": _hash(MAIL)} in conversion["userIdentifiers"]
            assert conversion["orderId"] == answer.json()["order_id"]

    asyncio.run(run())


def test_a_trip_booked_with_an_agent_belongs_to_whoever_named_the_travellers_online(visit):
    async def run():
        async with visit(site="travel", vendors=["meta"]) as visitor:
            await visitor.books()
            note = {"phone": "0151 23456789", "value": "1300.00", "items": [_ITEM]}
            answer = await visitor.client.post("/agency/bookings", json=note)
            assert answer.json()["recognised"]
            event = _event(visitor)
            assert event["action_source"] == "system_generated"
            assert event["custom_data"]["contents"] == [{"id": "FS-HO-01", "quantity": 2, "item_price": 612.0}]
            assert event["user_data"]["fbc"].endswith(f".{FBCLID}")

    asyncio.run(run())


_ITEM = {"id": "FS-HO-01", "name": "Casa do Farol", "quantity": 2, "price": "612.00"}


@pytest.mark.parametrize(
    ("on_the_web", "said", "consent", "calls"),
    [
        ("granted", "", "granted", 1),
        ("granted", "denied", "denied", 0),
        ("denied", "", "denied", 0),
        ("denied", "granted", "granted", 1),
    ],
)
def test_what_was_said_at_the_till_counts_more_than_the_choice_on_the_site(visit, on_the_web, said, consent, calls):
    async def run():
        async with visit(vendors=["meta"]) as visitor:
            await _shows_card(visitor, on_the_web)
            note = {"email": MAIL, "value": 5, **({"consent": said} if said else {})}
            answer = await visitor.client.post("/till/sales", json=note)
            assert (answer.json()["consent"], len(visitor.calls)) == (consent, calls)
            exported = await visitor.client.get("/till/export?vendor=meta")
            assert len(exported.text.splitlines()) == calls

    asyncio.run(run())


def test_consent_that_is_withdrawn_on_the_site_counts_at_the_till(visit):
    async def run():
        async with visit(vendors=["meta"]) as visitor:
            await _shows_card(visitor)
            visitor.client.cookies.set("cs_consent", "denied")
            await visitor.client.get("/")
            await visitor.client.post("/till/sales", json={"email": MAIL, "value": 5})
            assert visitor.calls == []

    asyncio.run(run())


def test_a_stranger_who_was_not_asked_is_told_to_nobody(visit):
    async def run():
        async with visit(vendors=["meta"]) as visitor:
            answer = await visitor.client.post("/till/sales", json={"email": "x@mail.example", "value": 5})
            assert answer.status_code == 201
            assert answer.json() | {"order_id": ""} == {
                "order_id": "", "recognised": False, "consent": "unknown", "reported_to": [],
            }  # fmt: skip
            assert visitor.calls == []

    asyncio.run(run())


def test_a_stranger_who_agrees_is_told_without_any_click(visit):
    async def run():
        async with visit(vendors=["meta", "teads", "x"]) as visitor:
            note = {"email": "x@mail.example", "value": 5, "consent": "granted", "sold_at": 1795286400}
            answer = await visitor.client.post("/till/sales", json=note)
            assert answer.json()["reported_to"] == ["meta"]
            assert _event(visitor)["event_time"] == 1795286400
            assert "fbc" not in _event(visitor)["user_data"]

    asyncio.run(run())


def test_call_faults_spoil_what_a_till_sends(visit):
    async def run():
        async with visit(vendors=["meta"], faults=["email-raw", "click-id-dropped", "capi-sent-twice"]) as visitor:
            await _shows_card(visitor)
            await visitor.client.post("/till/sales", json={"email": MAIL, "value": 5})
            assert len(visitor.calls) == 2
            assert _event(visitor)["user_data"]["em"] == [MAIL]
            assert "fbc" not in _event(visitor)["user_data"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("note", "field"),
    [
        ([], ""),
        ({}, "value"),
        ({"value": "ten"}, "value"),
        ({"value": -1}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": 1, "emial": MAIL}, "emial"),
        ({"value": 1, "email": 7}, "email"),
        ({"value": 1, "consent": "perhaps"}, "consent"),
        ({"value": 1, "sold_at": 4102444800}, "sold_at"),
        ({"value": 1, "items": [{"id": "CS-TEA-01", "quantity": 0, "price": 1}]}, "items/0"),
    ],
)
def test_a_note_that_cannot_be_read_is_refused_with_its_mistake(visit, note, field):
    async def run():
        async with visit() as visitor:
            answer = await visitor.client.post("/till/sales", json=note)
            assert answer.status_code == 422
            assert [mistake["field"] for mistake in answer.json()["mistakes"]] == [field]
            assert visitor.calls == []

    asyncio.run(run())


def test_the_file_of_the_day_has_the_bodies_that_were_sent(visit):
    async def run():
        async with visit(vendors=["meta"]) as visitor:
            await _shows_card(visitor)
            for value in ("5.00", "7.50"):
                await visitor.client.post("/till/sales", json={"email": MAIL, "value": value})
            await visitor.client.post("/till/sales", json={"email": MAIL, "value": 9, "sold_at": 1700000000})
            sent = [json.loads(call.content) for call in visitor.calls]
            today = await visitor.client.get("/till/export?vendor=meta")
            assert [json.loads(line) for line in today.text.splitlines()] == sent[:2]
            then = await visitor.client.get("/till/export?vendor=meta&day=2023-11-14")
            assert [json.loads(line) for line in then.text.splitlines()] == sent[2:]

    asyncio.run(run())


def test_files_for_upload_are_tables_with_the_vendors_own_columns(visit):
    async def run():
        async with visit(vendors=["google-ads", "microsoft-uet"]) as visitor:
            await _shows_card(visitor)
            note = {"email": MAIL, "value": "7.50", "sold_at": 1700000000}
            number = (await visitor.client.post("/till/sales", json=note)).json()["order_id"]
            await visitor.client.post("/till/sales", json=note | {"email": "x@mail.example", "consent": "granted"})
            google = await visitor.client.get("/till/export?vendor=google-ads&day=2023-11-14")
            assert google.headers["content-type"].startswith("text/csv")
            clicked, unclicked = csv.DictReader(io.StringIO(google.text))
            assert clicked == {
                "Google Click ID": "EAIaIQobChMI_test", "Email": _hash(MAIL), "Phone Number": "",
                "Conversion Name": "Sale away from the web", "Conversion Time": "2023-11-14 22:13:20+0000",
                "Conversion Value": "7.50", "Conversion Currency": "EUR", "Order ID": number, "Ad User Data": "Granted",
            }  # fmt: skip
            assert (unclicked["Google Click ID"], unclicked["Email"]) == ("", _hash("x@mail.example"))
            microsoft = await visitor.client.get("/till/export?vendor=microsoft-uet&day=2023-11-14")
            assert microsoft.text.splitlines() == [
                "Type,Status,Id,Parent Id,Client Id,Name,Conversion Currency Code,Conversion Name,Conversion Time,"
                "Conversion Value,Microsoft Click Id",
                "Format Version,,,,,6.0,,,,,",
                f"Offline Conversion,,,,{number},,EUR,offline purchase,11/14/2023 10:13:20 PM,7.50,dd4afcccb1c9a4ca",
            ]

    asyncio.run(run())


@pytest.mark.parametrize("vendor", ["", "teads", "meta", "nobody"])
def test_a_file_for_a_vendor_that_takes_none_is_refused(visit, vendor):
    async def run():
        async with visit(vendors=["teads", "pinterest"]) as visitor:
            answer = await visitor.client.get("/till/export", params={"vendor": vendor})
            assert answer.status_code == 422
            assert answer.json()["mistakes"][0]["expected"] == "one of pinterest"

    asyncio.run(run())


def test_each_site_has_its_own_counter_only(visit):
    async def run():
        async with visit(site="loan") as visitor:
            assert (await visitor.client.get("/till/export?vendor=meta")).status_code == 404
            assert (await visitor.client.get("/call-centre/export?vendor=meta")).status_code == 200

    asyncio.run(run())
