"""A visitor buys; the shop announces the order once, and only with consent."""

import asyncio
import json
import re

import pytest

VENDOR_HOSTS = ["graph.facebook.com", "datamanager.googleapis.com", "ca.teads.tv"]


def _hosts(calls):
    return [call.url.host for call in calls]


def _json(html: str, element: str):
    return json.loads(re.search(rf'id="{element}">(.*?)</script>', html).group(1))


def _events(html: str):
    return [event["event"] for event in _json(html, "page-data")["events"]]


def test_order_is_announced_with_what_the_landing_and_the_cookies_said(visit):
    async def run():
        async with visit() as visitor:
            visitor.client.cookies.set("_fbp", "fb.1.1795200000456.1116446470")
            visitor.client.cookies.set("_gcl_aw", "GCL.1795200000.from.the.cookie")
            await visitor.buys()
            assert _hosts(visitor.calls) == VENDOR_HOSTS
            meta, google, teads = (json.loads(call.content) for call in visitor.calls)
            user_data = meta["data"][0]["user_data"]
            assert user_data["fbp"] == "fb.1.1795200000456.1116446470"
            assert re.fullmatch(r"fb\.1\.\d{13}\.IwAR2F4dbP0l7Mn1Iaw_Case", user_data["fbc"])
            assert user_data["client_ip_address"] == "198.51.100.7"
            assert user_data["client_user_agent"] == "Browser/1.0"
            assert google["events"][0]["adIdentifiers"] == {"gclid": "from.the.cookie"}
            assert teads["auctid"] == "3e1f8c52-5a0e-4c2f-9d1c-7b2a9a4e6f10"

    asyncio.run(run())


def test_page_and_server_share_event_id_order_and_value(visit):
    async def run():
        async with visit() as visitor:
            page = await visitor.client.get(await visitor.buys())
            sent = json.loads(visitor.calls[0].content)["data"][0]
            event = _json(page.text, "page-data")["events"][-1]
            assert event["event_id"] == sent["event_id"]
            assert event["ecommerce"]["transaction_id"] == sent["custom_data"]["order_id"]
            assert event["ecommerce"]["value"] == sent["custom_data"]["value"] == 129.9
            assert re.search(r'data-testid="order-total">129\.90<', page.text)
            assert re.search(r'data-testid="order-number">CS-[0-9A-Z]{7}<', page.text)

    asyncio.run(run())


def test_reload_reports_nothing(visit):
    async def run():
        async with visit() as visitor:
            path = await visitor.buys()
            first = await visitor.client.get(path)
            again = await visitor.client.get(path)
            assert _events(first.text) == ["page_view", "purchase"]
            assert _events(again.text) == ["page_view"]
            assert _json(again.text, "customer-data") == {}
            assert _hosts(visitor.calls) == VENDOR_HOSTS
            assert "CS-" in again.text

    asyncio.run(run())


def test_reload_fault_reports_again_with_a_new_event_id(visit):
    async def run():
        async with visit(faults=["reload-sends-again"]) as visitor:
            path = await visitor.buys()
            pages = [await visitor.client.get(path) for _ in range(2)]
            on_pages = [_json(page.text, "page-data")["events"][-1]["event_id"] for page in pages]
            assert _hosts(visitor.calls) == VENDOR_HOSTS * 2
            sent = [json.loads(visitor.calls[n].content)["data"][0]["event_id"] for n in (0, 3)]
            assert sent == on_pages
            assert sent[0] != sent[1]

    asyncio.run(run())


@pytest.mark.parametrize("consent", ["denied", ""])
def test_without_consent_the_server_calls_nobody(visit, consent):
    async def run():
        async with visit() as visitor:
            await visitor.client.get(await visitor.buys(consent=consent))
            assert visitor.calls == []

    asyncio.run(run())


def test_with_tealium_the_shop_itself_calls_nobody(visit):
    async def run():
        async with visit(wiring="tealium") as visitor:
            page = await visitor.client.get(await visitor.buys())
            data = json.loads(re.search(r"utag_data = (.*?);</script>", page.text).group(1))
            assert visitor.calls == []
            assert data["tealium_event"] == "purchase"
            assert (data["order_total"], data["order_net_total"], data["order_currency"]) == ("129.90", "109.16", "EUR")
            assert data["customer_phone"] == "+4915123456789"
            assert all("event_id" not in event for event in _json(page.text, "page-data")["events"])

    asyncio.run(run())


def test_server_that_waits_for_the_tag_calls_when_the_page_says_so(visit):
    async def run():
        async with visit(faults=["server-waits-for-tag"]) as visitor:
            path = await visitor.buys()
            await visitor.client.get(path)
            assert visitor.calls == []
            await visitor.client.post(f"/api/orders/{path.rpartition('/')[2]}/announce")
            assert _hosts(visitor.calls) == VENDOR_HOSTS

    asyncio.run(run())


def test_healthy_shop_takes_no_orders_to_announce(visit):
    async def run():
        async with visit() as visitor:
            path = await visitor.buys()
            answer = await visitor.client.post(f"/api/orders/{path.rpartition('/')[2]}/announce")
            assert answer.status_code == 404
            assert _hosts(visitor.calls) == VENDOR_HOSTS

    asyncio.run(run())


def test_empty_fields_are_named(visit):
    async def run():
        async with visit() as visitor:
            await visitor.client.post("/cart", data={"product": "bud-vase", "quantity": "1"})
            answer = await visitor.client.post("/checkout", data={"email": "a@mail.example"})
            assert answer.status_code == 422
            assert "Please fill in: Phone, First name" in answer.text
            assert visitor.calls == []

    asyncio.run(run())


def test_orders_belong_to_their_visitor(visit):
    async def run():
        async with visit() as visitor:
            path = await visitor.buys()
            visitor.client.cookies.clear()
            assert (await visitor.client.get(path)).status_code == 404

    asyncio.run(run())


def test_product_can_be_taken_out_of_the_cart(visit):
    async def run():
        async with visit() as visitor:
            await visitor.client.post("/cart", data={"product": "bud-vase", "quantity": "1"})
            await visitor.client.post("/cart", data={"product": "bud-vase", "quantity": "0"})
            assert "nothing in it yet" in (await visitor.client.get("/cart")).text

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "on_page"), [("", (117.4, 18.74, 56.25)), ("coupon-ignored", (129.9, 20.74, 62.5))])
def test_coupon_takes_its_part_off_what_is_reported(visit, fault, on_page):
    async def run():
        async with visit(faults=fault) as visitor:
            await visitor.client.post("/coupon", data={"coupon": " tea10"})
            path = await visitor.buys()
            page = (await visitor.client.get(path)).text
            reported = _json(page, "page-data")["events"][-1]["ecommerce"]
            assert (reported["value"], reported["tax"], reported["items"][0]["price"]) == on_page
            assert visitor.sent()[0]["custom_data"]["value"] == 117.4
            assert re.search(r'data-testid="order-total">117\.40<', page)
            # It was used up.
            assert "€129.90" in (await _cart_with_two_teapots(visitor)).text

    asyncio.run(run())


def test_coupon_shows_in_the_cart_until_it_is_taken_out(visit):
    async def run():
        async with visit() as visitor:
            await visitor.client.post("/coupon", data={"coupon": "TEA10"})
            cart = (await _cart_with_two_teapots(visitor)).text
            assert all(amount in cart for amount in ("€125.00", "−€12.50", "€117.40"))
            await visitor.client.post("/coupon", data={"coupon": ""})
            assert "€12.50" not in (await visitor.client.get("/cart")).text

    asyncio.run(run())


def test_unknown_coupon_changes_nothing(visit):
    async def run():
        async with visit() as visitor:
            await visitor.client.post("/coupon", data={"coupon": "TEA10"})
            await _cart_with_two_teapots(visitor)
            answer = await visitor.client.post("/coupon", data={"coupon": "TEA99"})
            assert answer.status_code == 422
            assert "do not know this coupon" in answer.text
            assert "€117.40" in answer.text

    asyncio.run(run())


async def _cart_with_two_teapots(visitor):
    await visitor.client.post("/cart", data={"product": "stoneware-teapot", "quantity": "2"})
    return await visitor.client.get("/cart")
