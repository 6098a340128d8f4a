"""A container takes hits on both its paths, and its tags know nothing but the hit and the cookies that came with it."""

import asyncio
import json
from base64 import b64encode
from urllib.parse import urlencode

import pytest

from harness.demo.hits import hits_in
from harness.demo.identifiers import hashed

HOST = "https://sgtm.corner-shop.test"
SHARED = {"v": "2", "tid": "G-4Q7KXN2W8D", "cid": "1116446470.1795199000", "uid": "CUST-42", "gcs": "G111"}
PURCHASE = {
    "en": "purchase",
    "dl": "https://www.corner-shop.test/thank-you/CS-7F3K9Q2",
    "cu": "EUR",
    "epn.value": "129.9",
    "epn.tax": "20.74",
    "ep.transaction_id": "CS-7F3K9Q2",
    "ep.event_id": "purchase.CS-7F3K9Q2.0123456789abcdef",
    "ep.user_data.email_address": "jane.doe@mail.example",
    "ep.user_data.phone_number": "+4915123456789",
    "ep.user_data.address.first_name": "Jane",
    "ep.user_data.address.country": "DE",
    "pr1": "idCS-TEA-01~nmStoneware teapot~caKitchen~pr62.5~qt2",
    "pr2": "idCS-MUG-02~nmBreakfast mug~pr18~qt1",
}
LANDING = "https://www.corner-shop.test/?fbclid=IwAR2F4dbP0l7Mn1Iaw_Case&auctid=3e1f8c52-5a0e"


async def _hit(visitor, hit):
    """One event in the body, what it shares with others in the query."""
    return await visitor.client.post(f"/g/collect?{urlencode(SHARED)}", content=urlencode(hit))


def test_purchase_is_announced_from_its_hit_and_its_cookies(visit):
    async def run():
        async with visit(HOST, wiring="server-gtm") as visitor:
            cookies = {"_fbp": "fb.1.1795200000456.1116446470", "_gcl_aw": "GCL.1795200000.EAIaIQobChMI_test"}
            visitor.client.cookies.update({**cookies, "auctid": "3e1f8c52-5a0e"})
            assert (await _hit(visitor, PURCHASE)).status_code == 204
            meta, google, teads = (json.loads(call.content) for call in visitor.calls)
            event = meta["data"][0]
            assert event["event_id"] == "purchase.CS-7F3K9Q2.0123456789abcdef"
            assert (event["custom_data"]["value"], event["custom_data"]["currency"]) == (129.9, "EUR")
            assert event["custom_data"]["contents"] == [
                {"id": "CS-TEA-01", "quantity": 2, "item_price": 62.5},
                {"id": "CS-MUG-02", "quantity": 1, "item_price": 18.0},
            ]
            assert event["user_data"]["em"] == [hashed("jane.doe@mail.example")]
            assert event["user_data"]["external_id"] == [hashed("cust-42")]
            assert event["user_data"]["fbp"] == "fb.1.1795200000456.1116446470"
            assert event["user_data"]["client_ip_address"] == "198.51.100.7"
            assert event["user_data"].keys().isdisjoint({"ln", "ct", "fbc"})
            assert google["events"][0]["transactionId"] == "CS-7F3K9Q2"
            assert google["events"][0]["adIdentifiers"] == {"gclid": "EAIaIQobChMI_test"}
            assert teads["auctid"] == "3e1f8c52-5a0e"

    asyncio.run(run())


def test_a_hidden_hit_says_the_same(visit):
    async def run():
        async with visit(HOST, wiring="server-gtm", vendors=["meta", "ga4"]) as visitor:
            await _hit(visitor, PURCHASE)
            hidden = b64encode(f"/g/collect?{urlencode({**SHARED, **PURCHASE})}".encode()).decode()
            assert (await visitor.client.get("/k7x2q", params={"z": hidden})).status_code == 204
            assert [call.url for call in visitor.calls[:2]] == [call.url for call in visitor.calls[2:]]
            first, second = (json.loads(visitor.calls[n].content)["data"][0] for n in (0, 2))
            assert first | {"event_time": 0} == second | {"event_time": 0}

    asyncio.run(run())


@pytest.mark.parametrize("z", ["", "no base64", b64encode(b"\xff").decode(), b64encode(b"/data?v=2").decode()])
def test_what_is_hidden_badly_is_refused(visit, z):
    async def run():
        async with visit(HOST, wiring="server-gtm") as visitor:
            answer = await visitor.client.post("/k7x2q", params={"z": z})
            assert answer.status_code == 400
            assert visitor.calls == []

    asyncio.run(run())


def test_net_value_is_without_the_tax_of_the_hit(visit):
    async def run():
        async with visit(HOST, wiring="server-gtm", faults=["value-net"], vendors=["meta"]) as visitor:
            await _hit(visitor, PURCHASE)
            assert json.loads(visitor.calls[0].content)["data"][0]["custom_data"]["value"] == 109.16

    asyncio.run(run())


def test_click_of_the_landing_is_kept_until_the_purchase(visit):
    async def run():
        async with visit(HOST, wiring="server-gtm") as visitor:
            answer = await _hit(visitor, {"en": "page_view", "dl": LANDING})
            kept = answer.headers.get_list("set-cookie")
            assert len(kept) == 2
            assert "fbclid=IwAR2F4dbP0l7Mn1Iaw_Case; Domain=corner-shop.test; Max-Age=7776000" in kept[0]
            assert visitor.calls == []
            # The test's host is no HTTPS, so its cookies are handed back by hand.
            visitor.client.cookies.update({"fbclid": "IwAR2F4dbP0l7Mn1Iaw_Case"})
            await _hit(visitor, PURCHASE)
            fbc = json.loads(visitor.calls[0].content)["data"][0]["user_data"]["fbc"]
            assert fbc.endswith(".IwAR2F4dbP0l7Mn1Iaw_Case")

    asyncio.run(run())


def test_each_line_of_a_batch_is_a_hit(visit):
    assert hits_in("v=2&en=page_view", "") == [{"v": "2", "en": "page_view"}]
    assert hits_in("v=2", "en=page_view&_et=1\r\nen=purchase\n") == [
        {"v": "2", "en": "page_view", "_et": "1"},
        {"v": "2", "en": "purchase"},
    ]

    async def run():
        async with visit(HOST, wiring="server-gtm", vendors=["meta"]) as visitor:
            lines = "\n".join(urlencode(hit) for hit in ({"en": "page_view"}, PURCHASE, PURCHASE))
            await visitor.client.post(f"/g/collect?{urlencode(SHARED)}", content=lines)
            assert len(visitor.calls) == 2

    asyncio.run(run())


@pytest.mark.parametrize("change", [{"en": "page_view"}, {"gcs": "G101"}, {"gcs": "G1--"}])
def test_tags_fire_on_purchases_with_consent_only(visit, change):
    async def run():
        async with visit(HOST, wiring="server-gtm") as visitor:
            assert (await _hit(visitor, PURCHASE | change)).status_code == 204
            assert visitor.calls == []

    asyncio.run(run())


def test_the_shop_itself_calls_nobody_and_loads_the_tag_from_the_container(visit):
    async def run():
        async with visit(wiring="server-gtm", vendors=["meta"]) as visitor:
            page = await visitor.client.get(await visitor.buys())
            assert "/tags.js" in page.text
            tags = (await visitor.client.get("/tags.js")).text
            assert "https://sgtm.corner-shop.test/k7x2q/ab12cd?l=adsQueue" in tags
            assert '"hides_hits": true' in tags
            assert visitor.calls == []

    asyncio.run(run())


def test_standard_paths_are_a_fault(visit):
    async def run():
        async with visit(wiring="server-gtm", faults=["container-standard-path"]) as visitor:
            tags = (await visitor.client.get("/tags.js")).text
            assert "https://sgtm.corner-shop.test/gtag/js?id=G-4Q7KXN2W8D&l=adsQueue" in tags
            assert "hides_hits" not in tags.partition("register")[0]
        async with visit(HOST, wiring="server-gtm", vendors=["meta"]) as visitor:
            scripts = [await visitor.client.get(path) for path in ("/gtag/js?id=G-4Q7KXN2W8D", "/k7x2q/ab12cd")]
            assert scripts[0].text == scripts[1].text
            assert "googleTag.start()" in scripts[0].text

    asyncio.run(run())
