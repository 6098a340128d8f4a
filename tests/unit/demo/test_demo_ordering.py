"""One order is reported once, whichever way its pages are reached; each fault reports it once too often."""

import asyncio
import re

import pytest

CLICK = {"X-Requested-With": "fetch"}


def _ids(reports):
    return [report["event_id"] for report in reports]


@pytest.mark.parametrize(("fault", "times"), [("", 1), ("double-click-orders-twice", 2)])
def test_a_form_that_is_sent_twice_makes_one_order(visit, fault, times):
    async def run():
        async with visit(faults=fault) as visitor:
            await visitor.client.post("/cart", data={"product": "bud-vase", "quantity": "1"})
            visitor.client.cookies.set("cs_consent", "granted")
            token = await visitor.form()
            clicks = [await visitor.orders(token, headers=CLICK) for _ in range(2)]
            path = await visitor.orders(token)
            assert clicks == [path, path]
            reports = await visitor.reports(path)
            assert {report["ecommerce"]["transaction_id"] for report in reports} == {path.rpartition("/")[2]}
            assert len(set(_ids(reports))) == len(reports) == times
            assert _ids(visitor.sent()) == _ids(reports)
            assert await visitor.reports(path) == []

    asyncio.run(run())


def test_a_fault_of_double_clicks_does_not_show_in_one_click(visit):
    async def run():
        async with visit(faults="double-click-orders-twice") as visitor:
            await visitor.client.post("/cart", data={"product": "bud-vase", "quantity": "1"})
            visitor.client.cookies.set("cs_consent", "granted")
            token = await visitor.form()
            await visitor.orders(token, headers=CLICK)
            path = await visitor.orders(token)
            assert len(await visitor.reports(path)) == len(visitor.sent()) == 1

    asyncio.run(run())


@pytest.mark.parametrize("fault", ["", "second-tab-sends-again"])
def test_a_second_tab_has_a_report_only_if_the_page_is_to_remember(visit, fault):
    """With the fault, the page's script leaves out what this tab has reported."""

    async def run():
        async with visit(faults=fault) as visitor:
            path = await visitor.buys()
            first, second = await visitor.reports(path), await visitor.reports(path)
            assert len(first) == 1
            assert len(second) == bool(fault)
            assert len(set(_ids(first + second))) == len(first + second)
            assert _ids(visitor.sent()) == _ids(first)

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "times"), [("", 0), ("back-button-sends-again", 1)])
@pytest.mark.parametrize("payment", ["invoice", "card"])
def test_who_goes_back_learns_that_the_order_is_placed(visit, fault, times, payment):
    async def run():
        async with visit(faults=fault) as visitor:
            path = last_page = await visitor.buys(payment=payment)
            if payment == "card":
                path = await visitor.posts(path, {"outcome": "pay"})
            assert len(await visitor.reports(path)) == 1
            for page in ("/checkout", last_page if payment == "card" else "/checkout"):
                back = await visitor.client.get(page)
                assert back.status_code == 200
                assert f'data-testid="order-placed">{path.rpartition("/")[2]}<' in back.text
            assert len(await visitor.reports(path)) == times
            assert len(visitor.sent()) == 1

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "times"), [("", 0), ("revisit-sends-again", 1)])
def test_link_in_the_email_opens_the_order_in_a_new_session(visit, fault, times):
    async def run():
        async with visit(faults=fault) as visitor:
            path = await visitor.buys()
            page = await visitor.client.get(path)
            link = re.search(r'href="(.*?)" data-testid="order-link"', page.text)[1].replace("https", "http")
            visitor.client.cookies.clear()
            opened = await visitor.client.get(link)
            # A tag must not read the key in the address.
            assert opened.headers["location"] == path
            reports = await visitor.reports(path)
            assert len(reports) == times
            assert await visitor.reports(path) == []
            assert len({*_ids(reports), *_ids(visitor.sent())}) == 1 + times

    asyncio.run(run())


def test_order_stays_closed_without_its_key(visit):
    async def run():
        async with visit() as visitor:
            path = await visitor.buys()
            visitor.client.cookies.clear()
            for key in ("", "?key=", "?key=0123456789abcdef01234567", "?key=é"):
                assert (await visitor.client.get(path + key)).status_code == 404

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "different"), [("", 2), ("event-id-per-visitor", 1)])
def test_two_orders_of_one_person_are_two(visit, fault, different):
    async def run():
        async with visit(faults=fault) as visitor:
            paths = [await visitor.buys() for _ in range(2)]
            reports = [report for path in paths for report in await visitor.reports(path)]
            assert len({report["ecommerce"]["transaction_id"] for report in reports}) == 2
            assert len(set(_ids(reports))) == different
            assert _ids(visitor.sent()) == _ids(reports)
            assert all("CUST-42" not in event_id for event_id in _ids(reports))

    asyncio.run(run())


def test_with_tealium_the_tags_take_the_visitor_for_the_order(visit):
    async def run():
        async with visit("https://tags.tiqcdn.com", wiring="tealium", faults="event-id-per-visitor") as visitor:
            loader = (await visitor.client.get("/utag/cornershop/main/prod/utag.js")).text
            assert '"faults": ["event-id-per-visitor"]' in loader
            assert "isVisitors ? cookies().utag_main_v_id" in loader
            assert "utag.unique(name)" in (await visitor.client.get("/utag/cornershop/main/prod/utag.11.js")).text

    asyncio.run(run())


def test_without_a_cart_or_an_order_there_is_no_checkout(visit):
    async def run():
        async with visit() as visitor:
            assert (await visitor.client.get("/checkout")).headers["location"] == "/cart"
            assert await visitor.orders("") == "/cart"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("fault", "first_consent", "joined"),
    [("", "granted", True), ("devices-not-joined", "granted", False), ("", "denied", False)],
)
def test_who_comes_back_on_another_device_keeps_the_click_of_the_first(visit, fault, first_consent, joined):
    """Known by the email typed there; not where consent was denied at the time of the click."""

    async def run():
        async with visit(faults=fault) as visitor:
            await visitor.buys(consent=first_consent)
            before = len(visitor.sent())
            visitor.client.cookies.clear()
            visitor.client.cookies.set("cs_consent", "granted")
            await visitor.client.post("/cart", data={"product": "bud-vase", "quantity": "1"})
            path = await visitor.orders(await visitor.form())
            await visitor.reports(path)
            (event,) = visitor.sent()[before:]
            assert ("fbc" in event["user_data"]) == joined

    asyncio.run(run())
