"""A return is reported as a refund, to the vendors that have one, by one channel; the fault reports a purchase."""

import asyncio
import json
import re
from urllib.parse import urlencode

import pytest

ALL = ["meta", "google-ads", "teads", "ga4"]
COLLECT = "http://collect.corner-shop.test/event"
CONTAINER = "http://sgtm.corner-shop.test/g/collect"


async def _returned(visitor):
    """Returns the path of the refund's page."""
    path = await visitor.buys()
    await visitor.client.get(path)
    visitor.calls.clear()
    refund = f"/account/orders/{path.rpartition('/')[2]}/refund"
    assert refund in (await visitor.client.get(path)).text
    assert await visitor.reports(refund, "refund") == []
    for _ in range(2):
        assert await visitor.posts(refund, {}) == refund
    return refund


def test_server_tells_google_analytics_once(visit):
    async def run():
        async with visit(vendors=ALL) as visitor:
            refund = await _returned(visitor)
            assert await visitor.reports(refund) == await visitor.reports(refund, "refund") == []
            (call,) = visitor.calls
            assert call.url.path == "/mp/collect"
            (event,) = json.loads(call.content)["events"]
            assert event["name"] == "refund"
            assert event["params"]["transaction_id"] in refund
            assert (event["params"]["value"], event["params"]["currency"]) == (129.9, "EUR")

    asyncio.run(run())


def test_without_consent_nobody_is_told(visit):
    async def run():
        async with visit(vendors=ALL) as visitor:
            path = await visitor.buys(consent="denied")
            await visitor.posts(f"/account/orders/{path.rpartition('/')[2]}/refund", {})
            assert visitor.calls == []

    asyncio.run(run())


def test_with_tealium_a_connector_tells_google_analytics(visit):
    async def run():
        async with visit(wiring="tealium", vendors=ALL) as visitor:
            page = await visitor.client.get(await _returned(visitor))
            data = json.loads(re.search(r"utag_data = (.*?);</script>", page.text)[1])
            assert (data["tealium_event"], data["order_total"]) == ("refund", "129.90")
            assert visitor.calls == []
            account = {"tealium_account": "cornershop", "tealium_profile": "main", "consent_status": "granted"}
            await visitor.client.post(COLLECT, json=data | account)
            (call,) = visitor.calls
            assert json.loads(call.content)["events"][0]["name"] == "refund"

    asyncio.run(run())


def test_with_a_container_the_hit_is_handed_on_and_no_other_tag_fires(visit):
    async def run():
        async with visit(wiring="server-gtm", vendors=ALL) as visitor:
            refund = await _returned(visitor)
            (event,) = await visitor.reports(refund, "refund")
            assert event["ecommerce"]["transaction_id"] in refund
            assert await visitor.reports(refund, "refund") == []
            hit = {"en": "refund", "gcs": "G111", "ep.transaction_id": "CS-7F3K9Q2", "epn.value": "129.9", "cu": "EUR"}
            await visitor.client.get(f"{CONTAINER}?{urlencode(hit)}")
            (call,) = visitor.calls
            assert (call.url.host, call.url.params["en"]) == ("www.google-analytics.com", "refund")

    asyncio.run(run())


@pytest.mark.parametrize("wiring", ["direct", "tealium", "server-gtm"])
def test_fault_reports_another_purchase_and_no_refund(visit, wiring):
    async def run():
        async with visit(wiring=wiring, vendors=ALL, faults="refund-reported-as-purchase") as visitor:
            refund = await _returned(visitor)
            assert len(await visitor.reports(refund)) == 1
            assert await visitor.reports(refund, "refund") == []
            assert len(visitor.sent()) == (wiring == "direct")
            assert len(visitor.calls) == (len(ALL) if wiring == "direct" else 0)

    asyncio.run(run())


def test_only_a_placed_order_of_ones_own_can_be_returned(visit):
    async def run():
        async with visit() as visitor:
            order = (await visitor.buys(payment="card")).rpartition("/")[2]
            assert (await visitor.client.post(f"/account/orders/{order}/refund")).status_code == 404
            order = (await visitor.buys()).rpartition("/")[2]
            visitor.client.cookies.clear()
            assert (await visitor.client.get(f"/account/orders/{order}/refund")).status_code == 404

    asyncio.run(run())
