"""The HTML report in a browser: nothing overflows, nothing is requested, nothing hostile runs, filters work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, sync_playwright
from report_builders import (
    a_row,
    a_run,
    a_suite,
    failing_result,
    healthy_result,
    images_of,
    inconclusive_result,
    real_like_result,
)

from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.report import render_html

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
RESULTS = {
    "healthy": healthy_result,
    "failing": failing_result,
    "inconclusive": inconclusive_result,
    "real": real_like_result,
}

# What reaches beyond the page although it stands in no box that scrolls.
CUT_OFF = """() => [...document.querySelectorAll("body *")]
  .filter((node) => !node.closest(".scroll, .timeline, .hidden, .skip, svg, pre, code"))
  .filter((node) => node.getClientRects().length && node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 60)}`)"""

# Texts that are too close to the colour behind them.
FAINT = """() => {
  const numbers = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = numbers(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  for (const node of document.querySelectorAll("body *")) {
    if (!node.getClientRects().length || node.closest("svg, .hidden")) continue;
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())) continue;
    const [a, b] = [numbers(getComputedStyle(node).color), ground(node)].map((c) => light(c.slice(0, 3)));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(`${node.tagName}.${node.className}: ${contrast.toFixed(2)}`);
  }
  return [...faint];
}"""

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
@pytest.mark.parametrize("width", [320, 390, 1280])
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
    assert report_page.evaluate(CUT_OFF) == []
    report_page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert report_page.evaluate(overflow) <= 0
    assert report_page.evaluate(CUT_OFF) == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []


# Words of the matrix's first column that stand on more than one line.
BROKEN_WORDS = """() => [...document.querySelectorAll(".matrix tbody th")].flatMap((head) => {
  const text = document.createTreeWalker(head, NodeFilter.SHOW_TEXT).nextNode();
  return [...text.textContent.matchAll(/\\S+/g)].filter((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map((box) => box.top)).size > 1;
  }).map((word) => word[0]);
})"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_vendors_names_break_between_words_only(report_page: Page, tmp_path: Path, width: int) -> None:
    titles = [spec.title for spec in load_vendor_specs(packaged_specs()).values()]
    rows = tuple(replace(a_row("meta"), vendor=f"v{number}", title=title) for number, title in enumerate(titles))
    result = a_suite(*(a_run(profile, ("meta",), matrix=rows) for profile in ("none", "ublock")))
    file = tmp_path / "report.html"
    file.write_text(render_html(result, {}), "utf-8")
    report_page.set_viewport_size({"width": width, "height": 844})
    report_page.goto(file.as_uri())
    assert report_page.locator(".matrix").first.locator("tbody th").all_inner_texts() == titles
    assert report_page.evaluate(BROKEN_WORDS) == []
    assert report_page.evaluate("document.querySelector('.matrix tbody th').offsetWidth") < width / 2


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


def test_the_keyboard_reaches_links_boxes_and_summaries_and_the_focus_is_seen(
    report_page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_html(real_like_result(), {}), "utf-8")
    report_page.set_viewport_size({"width": 1280, "height": 844})
    report_page.goto(file.as_uri())

    reached = []
    for _ in range(45):
        report_page.keyboard.press("Tab")
        told = """() => { const node = document.activeElement, style = getComputedStyle(node);
            return [node.tagName, node.className, parseFloat(style.outlineWidth) || 0]; }"""
        reached.append(report_page.evaluate(told))
    assert reached[0][1] == "skip"
    assert {"A", "DIV", "SELECT", "INPUT", "BUTTON", "SUMMARY"} <= {tag for tag, _, _ in reached}
    assert [each for each in reached if not each[2]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_told_from_its_ground(report_page: Page, tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    """Contrast of 4.5 to 1 at least, as WCAG 2 asks for text of this size."""
    file = tmp_path / "report.html"
    file.write_text(render_html(failing_result(), {}), "utf-8")
    report_page.emulate_media(color_scheme=scheme)
    report_page.goto(file.as_uri())

    assert report_page.evaluate(FAINT) == []


def test_a_picture_is_enlarged_by_a_link_that_opens_its_place(report_page: Page, tmp_path: Path) -> None:
    result = healthy_result()
    file = tmp_path / "report.html"
    file.write_text(render_html(result, images_of(result)), "utf-8")
    report_page.goto(file.as_uri())

    report_page.evaluate("document.querySelector('.shot').closest('details').open = true")
    report_page.locator(".shot:visible").first.click()
    shown = report_page.locator("figure.picture:target image")
    assert shown.bounding_box()["width"] > 600
    report_page.locator("figure.picture:target a").last.click()
    assert "step" in report_page.locator(".steps li:target").get_attribute("id")


def test_a_long_failing_report_prints_on_a4_without_losing_the_right_edge(report_page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_html(real_like_result(), {}), "utf-8")
    report_page.goto(file.as_uri())
    report_page.emulate_media(media="print", color_scheme="light")
    report_page.set_viewport_size({"width": 688, "height": 1000})  # 182 mm between the margins, at 96 pixels an inch

    assert report_page.evaluate("document.documentElement.scrollWidth") <= 688
    report_page.emulate_media(media="screen")
