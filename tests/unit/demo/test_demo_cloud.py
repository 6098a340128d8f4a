"""The Collect endpoint takes both forms, and its connectors know nothing but the event."""

import asyncio
import json

import pytest

from harness.demo.identifiers import hashed

HOST = "https://collect.corner-shop.test"
ORIGIN = {"Origin": "https://www.corner-shop.test"}
PURCHASE = {
    "tealium_account": "cornershop",
    "tealium_profile": "main",
    "tealium_event": "purchase",
    "consent_status": "granted",
    "fb_event_id_Purchase_11": "Purchase.0192a000",
    "order_id": "CS-7F3K9Q2",
    "order_total": "129.90",
    "order_net_total": "109.16",
    "order_currency": "EUR",
    "product_id": ["CS-TEA-01"],
    "product_name": ["Stoneware teapot"],
    "product_category": ["Kitchen"],
    "product_quantity": ["2"],
    "product_price": ["62.50"],
    "customer_email": "jane.doe@mail.example",
    "customer_phone": "+4915123456789",
    "customer_first_name": "Jane",
    "customer_country": "DE",
    "customer_id": "CUST-42",
    "tealium_timestamp_epoch": 1795286400,
    "dom.url": "https://www.corner-shop.test/thank-you/CS-7F3K9Q2",
    "cp._fbp": "fb.1.1795200000456.1116446470",
    "cp.fbclid": "IwAR2F4dbP0l7Mn1Iaw_Case",
    "cp._gcl_aw": "GCL.1795200000.EAIaIQobChMI_test",
    "qp.auctid": "3e1f8c52%2D5a0e",
}


async def _collect(visitor, data):
    envelope = json.dumps({"data": data, "event": "view", "post_time": 1795286400123})
    return await visitor.client.post("/cornershop/main/2/i.gif", files={"data": (None, envelope)}, headers=ORIGIN)


def test_purchase_is_announced_from_its_attributes(visit):
    async def run():
        async with visit(HOST, wiring="tealium") as visitor:
            answer = await _collect(visitor, PURCHASE)
            assert answer.status_code == 200
            assert answer.headers["x-uuid"]
            assert answer.headers["x-region"]
            assert answer.headers["access-control-allow-origin"] == ORIGIN["Origin"]
            assert answer.headers["access-control-allow-credentials"] == "true"
            meta, google, teads = (json.loads(call.content) for call in visitor.calls)
            event = meta["data"][0]
            assert event["event_id"] == "Purchase.0192a000"
            assert event["event_time"] == 1795286400
            assert event["custom_data"]["contents"] == [{"id": "CS-TEA-01", "quantity": 2, "item_price": 62.5}]
            assert event["user_data"]["em"] == [hashed("jane.doe@mail.example")]
            assert event["user_data"]["fbc"] == "fb.1.1795286400000.IwAR2F4dbP0l7Mn1Iaw_Case"
            assert event["user_data"]["client_ip_address"] == "198.51.100.7"
            assert google["events"][0]["transactionId"] == "CS-7F3K9Q2"
            assert google["events"][0]["adIdentifiers"] == {"gclid": "EAIaIQobChMI_test"}
            assert teads["auctid"] == "3e1f8c52-5a0e"

    asyncio.run(run())


def test_http_form_says_the_same(visit):
    async def run():
        async with visit(HOST, wiring="tealium") as visitor:
            await _collect(visitor, PURCHASE)
            flat = {key.replace(".", "_"): value for key, value in PURCHASE.items()}
            answer = await visitor.client.post("/event", json=flat, headers=ORIGIN)
            assert answer.status_code == 200
            bodies = [json.loads(call.content) for call in visitor.calls]
            assert bodies[:3] == bodies[3:]

    asyncio.run(run())


def test_without_the_tags_event_id_the_connector_has_none(visit):
    async def run():
        async with visit(HOST, wiring="tealium") as visitor:
            await _collect(visitor, {key: PURCHASE[key] for key in PURCHASE if not key.startswith("fb_event_id")})
            assert "event_id" not in json.loads(visitor.calls[0].content)["data"][0]

    asyncio.run(run())


@pytest.mark.parametrize("change", [{"tealium_event": "page_view"}, {"consent_status": "denied"}])
def test_feed_takes_purchases_with_consent_only(visit, change):
    async def run():
        async with visit(HOST, wiring="tealium") as visitor:
            assert (await _collect(visitor, PURCHASE | change)).status_code == 200
            assert visitor.calls == []

    asyncio.run(run())


def test_unknown_account_is_refused(visit):
    async def run():
        async with visit(HOST, wiring="tealium") as visitor:
            answer = await _collect(visitor, PURCHASE | {"tealium_profile": ""})
            assert answer.status_code == 400
            assert "profile" in answer.headers["x-error"]
            assert visitor.calls == []

    asyncio.run(run())


def test_key_with_a_period_is_refused_by_the_http_form(visit):
    async def run():
        async with visit(HOST, wiring="tealium") as visitor:
            answer = await visitor.client.post("/event", json=PURCHASE)
            assert answer.status_code == 400
            assert "period" in answer.headers["x-error"]

    asyncio.run(run())


def test_browser_may_ask_before_it_posts(visit):
    async def run():
        async with visit(HOST, wiring="tealium") as visitor:
            answer = await visitor.client.options("/event", headers=ORIGIN)
            assert answer.headers["access-control-allow-headers"] == "Content-Type"

    asyncio.run(run())
