"""The page of insights in a browser: accessible in every light and width, readable without JavaScript, and narrowed by
its filters."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from history_builders import a_broken_suite, a_sound_suite, changed_on
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.history import add, opened
from harness.pipeline import write_insights

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("insights")
    where = str(folder / "history.sqlite")
    with opened(where, is_written=True) as connection:
        for result in changed_on(60, a_sound_suite(), a_broken_suite(), of=90):
            add(connection, result)
    _, page = write_insights(where, folder / "pages", days=90)
    return Path(page).as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not found:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened_page(
    browser: Browser, address: str, *, width: int = 1280, light: Literal["light", "dark"] = "light", script: bool = True
) -> Page:
    # The page's own policy forbids every script but its own; axe is not the page's.
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=light, java_script_enabled=script, bypass_csp=True
    )
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize(("width", "light"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, address: str, width: int, light: Literal["light", "dark"]
) -> None:
    page = opened_page(browser, address, width=width, light=light)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate(OVERFLOW) <= 0


def test_it_reads_without_javascript(browser: Browser, address: str) -> None:
    page = opened_page(browser, address, script=False)
    assert page.locator("#tools").is_hidden()
    assert page.get_by_text("Counted as ordered").first.is_visible()
    page.get_by_role("link", name="Last 7 days").click()
    expect(page.locator("h1")).to_have_text("12 February 2027 to 18 February 2027")


@pytest.mark.parametrize("width", [390, 1280])
def test_filters_show_what_is_chosen_and_hide_figures_of_everything_else(
    browser: Browser, address: str, width: int
) -> None:
    page = opened_page(browser, address, width=width)
    page.select_option("select[name=profile]", "blocker")
    assert page.locator(".place:visible").count() == 1
    assert page.locator(".charts:visible").count() == 0
    assert "1 row" in page.locator("#shown").inner_text()
    page.select_option("select[name=profile]", "")
    assert page.locator(".charts:visible").count() == 1
    assert page.locator("#shown").inner_text() == ""
