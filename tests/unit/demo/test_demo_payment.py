"""Only a payment that succeeds makes an order; each fault reports another one, too."""

import asyncio

import pytest


@pytest.mark.parametrize("wiring", ["direct", "tealium", "server-gtm"])
def test_paying_by_card_reports_the_order_on_the_thank_you_page(visit, wiring):
    async def run():
        async with visit(wiring=wiring) as visitor:
            payment = await visitor.buys(payment="card")
            assert payment.startswith("/payment/CS-")
            assert await visitor.reports(payment) == []
            assert visitor.sent() == []
            paid = await visitor.posts(payment, {"outcome": "pay"})
            assert paid == payment.replace("payment", "thank-you")
            assert len(await visitor.reports(paid)) == 1
            assert len(visitor.sent()) == (wiring == "direct")

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "times"), [("", 0), ("cancelled-payment-reported", 1)])
def test_cancelled_payment_leads_back_to_the_cart(visit, fault, times):
    async def run():
        async with visit(faults=fault) as visitor:
            payment = await visitor.buys(payment="card")
            assert await visitor.posts(payment, {"outcome": "cancel"}) == "/cart"
            reports = await visitor.reports("/cart")
            assert len(reports) == times
            assert [event["event_id"] for event in visitor.sent()] == [report["event_id"] for report in reports]
            assert await visitor.reports("/cart") == []
            assert "Stoneware teapot" in (await visitor.client.get("/cart")).text
            assert (await visitor.client.get(payment)).headers["location"] == "/cart"
            assert (await visitor.client.get(payment.replace("payment", "thank-you"))).status_code == 404

    asyncio.run(run())


def test_cart_says_once_that_the_payment_was_cancelled(visit):
    async def run():
        async with visit() as visitor:
            await visitor.posts(await visitor.buys(payment="card"), {"outcome": "cancel"})
            said = ["payment was cancelled" in (await visitor.client.get("/cart")).text for _ in range(2)]
            assert said == [True, False]

    asyncio.run(run())


def test_after_a_cancelled_payment_the_same_form_makes_another_order(visit):
    async def run():
        async with visit() as visitor:
            await visitor.client.post("/cart", data={"product": "bud-vase", "quantity": "1"})
            token = await visitor.form()
            first = await visitor.orders(token, payment="card")
            assert await visitor.orders(token, payment="card") == first
            await visitor.posts(first, {"outcome": "cancel"})
            assert await visitor.orders(token, payment="card") != first

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "times"), [("", 0), ("declined-payment-reported", 1)])
def test_declined_payment_can_be_tried_again(visit, fault, times):
    async def run():
        async with visit(faults=fault) as visitor:
            payment = await visitor.buys(payment="card")
            assert await visitor.posts(payment, {"outcome": "decline"}) == payment
            too_early = await visitor.reports(payment)
            assert len(too_early) == len(visitor.sent()) == times
            assert "card was declined" in (await visitor.client.get(payment)).text
            paid = await visitor.posts(payment, {"outcome": "pay"})
            reports = too_early + await visitor.reports(paid)
            assert {report["ecommerce"]["transaction_id"] for report in reports} == {paid.rpartition("/")[2]}
            assert len({report["event_id"] for report in reports}) == len(reports) == 1 + times
            assert [event["event_id"] for event in visitor.sent()] == [report["event_id"] for report in reports]

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "times"), [("", 1), ("double-click-orders-twice", 2)])
def test_paying_twice_pays_one_order(visit, fault, times):
    async def run():
        async with visit(faults=fault) as visitor:
            payment = await visitor.buys(payment="card")
            click = {"X-Requested-With": "fetch"}
            paths = {await visitor.posts(payment, {"outcome": "pay"}, headers=click) for _ in range(2)}
            paths.add(await visitor.posts(payment, {"outcome": "pay"}))
            assert len(paths) == 1
            reports = await visitor.reports(paths.pop())
            assert len({report["event_id"] for report in reports}) == len(reports) == len(visitor.sent()) == times

    asyncio.run(run())


def test_payment_belongs_to_its_visitor(visit):
    async def run():
        async with visit() as visitor:
            payment = await visitor.buys(payment="card")
            visitor.client.cookies.clear()
            assert (await visitor.client.get(payment)).status_code == 404
            assert (await visitor.client.post(payment, data={"outcome": "pay"})).status_code == 404

    asyncio.run(run())
