"""The HTML report in a browser: nothing overflows, nothing is requested, nothing hostile runs, filters work."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "report"))
from report_builders import failing_result, healthy_result, images_of, inconclusive_result

from harness.report import render_html

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
RESULTS = {"healthy": healthy_result, "failing": failing_result, "inconclusive": inconclusive_result}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report_page() -> Iterator[Page]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not found:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows_or_is_requested_and_nothing_hostile_runs(
    report_page: Page, tmp_path: Path, name: str, width: int
) -> None:
    result = RESULTS[name]()
    file = tmp_path / "report.html"
    file.write_text(render_html(result, images_of(result)), "utf-8")
    asked: list[str] = []
    said: list[str] = []
    report_page.on("request", lambda request: asked.append(request.url))
    report_page.on("console", lambda message: said.append(message.text))
    report_page.on("dialog", lambda dialog: said.append(dialog.message))
    report_page.set_viewport_size({"width": width, "height": 844})
    report_page.goto(file.as_uri())

    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert report_page.evaluate(overflow) <= 0
    report_page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert report_page.evaluate(overflow) <= 0
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []


def test_filters_narrow_the_findings_and_links_open_what_they_point_at(report_page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_html(failing_result(), {}), "utf-8")
    report_page.goto(file.as_uri())

    report_page.select_option("select[name=vendor]", "meta")
    assert report_page.locator(".kind:visible").count() == 1
    assert "6 of" in report_page.locator("#shown").inner_text()
    report_page.click("#expand")
    assert report_page.locator(".evidence[open]").count() == 6
    report_page.locator(".evidence[open] figcaption a").first.click()
    assert report_page.locator("details.event:target").get_attribute("open") is not None
