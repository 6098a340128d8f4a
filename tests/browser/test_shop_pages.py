"""What the shop's own script does with tabs and clicks, in a browser: no tag is needed to see what a page reports."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright

from harness.record.browsers import find_browsers

pytestmark = pytest.mark.browser

SHOP = "http://www.corner-shop.test"
TYPED = {
    "Email": "jane.doe@mail.example",
    "Phone": "0151 23456789",
    "First name": "Jane",
    "Last name": "Doe",
    "Street": "Hauptstr. 5",
    "Postal code": "10115",
    "City": "Hamburg",
}
REPORTED = "dataLayer.filter(({event}) => event === 'purchase').map(({event_id}) => event_id)"


@contextmanager
def shopping(fault: str) -> Iterator[Page]:
    """A page of the shop, over plain HTTP, with the checkout filled in; all other hosts are away."""
    command = [sys.executable, "-m", "harness.demo", "--options", json.dumps({"faults": fault})]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shop:
        assert shop.stdout
        assert shop.stdin
        port = json.loads(shop.stdout.readline())["ready"]["port"]
        rules = f"MAP www.corner-shop.test 127.0.0.1:{port}, MAP * ~NOTFOUND"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_browsers()[0].path, args=[f"--host-resolver-rules={rules}"]
            )
            page = browser.new_context().new_page()
            page.goto(f"{SHOP}/product/bud-vase")
            page.get_by_role("button", name="Add to cart").click()
            page.get_by_role("link", name="Go to checkout").click()
            for label, value in TYPED.items():
                page.get_by_label(label, exact=True).fill(value)
            yield page
            browser.close()
        shop.stdin.close()


def reports(page: Page) -> list[str]:
    page.get_by_test_id("order-number").wait_for()
    # The shop's script is deferred.
    page.wait_for_load_state("load")
    found: list[str] = page.evaluate(REPORTED)
    return found


@pytest.mark.parametrize(("fault", "times"), [("", 1), ("double-click-orders-twice", 2)])
@pytest.mark.parametrize("paying", ["Place order", "Pay now"])
def test_a_double_click_is_reported_as_often_as_it_orders(fault: str, times: int, paying: str) -> None:
    with shopping(fault) as page:
        if paying == "Pay now":
            page.get_by_label("Pay by card").check()
            page.get_by_role("button", name="Place order").click()
        page.get_by_role("button", name=paying).dblclick()
        assert len(set(reports(page))) == times


def test_with_the_fault_of_double_clicks_one_click_is_one_report() -> None:
    with shopping("double-click-orders-twice") as page:
        page.get_by_role("button", name="Place order").click()
        assert len(reports(page)) == 1


@pytest.mark.parametrize(("fault", "times"), [("", 0), ("second-tab-sends-again", 1)])
def test_only_the_fault_reports_in_a_second_tab(fault: str, times: int) -> None:
    with shopping(fault) as page:
        page.get_by_role("button", name="Place order").click()
        assert len(reports(page)) == 1
        page.reload()
        assert reports(page) == []
        tab = page.context.new_page()
        tab.goto(page.url)
        assert len(reports(tab)) == times


@pytest.mark.parametrize(("fault", "times"), [("", 0), ("back-button-sends-again", 1)])
def test_only_the_fault_reports_after_a_step_back(fault: str, times: int) -> None:
    with shopping(fault) as page:
        page.get_by_role("button", name="Place order").click()
        page.get_by_test_id("order-number").wait_for()
        page.go_back()
        page.get_by_test_id("order-placed").wait_for()
        page.go_forward()
        assert len(reports(page)) == times
