"""The HTML report and the document in a browser: nothing overflows, nothing is requested, nothing hostile runs, filters
work, and everybody can read them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
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

from harness.load.themes import load_theme
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.result import Loss, SuiteResult
from harness.model.theme import PLAIN, Theme
from harness.report import render_html
from harness.report.document import render_document
from harness.report.html import run_pages

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
RESULTS = {
    "healthy": healthy_result,
    "failing": failing_result,
    "inconclusive": inconclusive_result,
    "real": real_like_result,
}

PAGES = ("index", "run", "document")
THEME = load_theme(Path(__file__).parents[2] / "docs" / "themes" / "example")


def written(result: SuiteResult, folder: Path, page: str = "index", theme: Theme = PLAIN) -> Path:
    """The report as it lies on a disk, and the page of it that is asked for; of the runs the first with findings."""
    (folder / "runs").mkdir(exist_ok=True)
    (folder / "index.html").write_text(render_html(result, theme), "utf-8")
    (folder / "document.html").write_text(render_document(result, theme, "Corner Shop"), "utf-8")
    telling = max(range(len(result.runs)), key=lambda number: len(result.runs[number].findings))
    runs = []
    for name, text in run_pages(result, images_of(result), theme):
        (folder / name).write_text(text, "utf-8")
        runs.append(folder / name)
    return runs[telling] if page == "run" else folder / f"{page}.html"


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
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_overflows_or_is_requested_and_nothing_hostile_runs(
    report_page: Page, tmp_path: Path, name: str, page: str, width: int
) -> None:
    file = written(RESULTS[name](), tmp_path, page)
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


# Words of the heads of rows that stand on more than one line.
BROKEN_WORDS = """(heads) => [...document.querySelectorAll(heads)].flatMap((head) => {
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
    file = written(result, tmp_path)
    report_page.set_viewport_size({"width": width, "height": 844})
    report_page.goto(file.as_uri())
    assert report_page.locator(".matrix").first.locator("tbody th").all_inner_texts() == titles
    assert report_page.evaluate(BROKEN_WORDS, ".matrix tbody th") == []
    assert report_page.evaluate("document.querySelector('.matrix tbody th').offsetWidth") < width / 2


@pytest.mark.parametrize("media", ["screen", "print"])
def test_vendors_names_break_between_words_only_in_a_document_of_many_profiles(
    report_page: Page, tmp_path: Path, media: Literal["screen", "print"]
) -> None:
    titles = [spec.title for spec in load_vendor_specs(packaged_specs()).values()]
    rows = tuple(replace(a_row("meta"), vendor=f"v{number}", title=title) for number, title in enumerate(titles))
    runs = tuple(a_run(f"p{number}", ("meta",), matrix=rows) for number in range(9))
    losses = tuple(
        Loss(
            scenario=run.scenario,
            run=run.id,
            profile=run.profile,
            baseline=runs[0].id,
            vendor=row.vendor,
            gone=("tag",),
        )
        for run in runs[1:]
        for row in rows
    )
    file = written(a_suite(*runs, losses=losses), tmp_path, "document")
    report_page.emulate_media(media=media, color_scheme="light")
    report_page.set_viewport_size({"width": 643 if media == "print" else 390, "height": 1000})
    report_page.goto(file.as_uri())
    assert report_page.locator("#losses th[scope='row']").count() == len(titles)
    assert report_page.evaluate(BROKEN_WORDS, "th[scope='row']") == []
    report_page.emulate_media(media="screen")


def test_filters_narrow_the_findings_and_links_open_what_they_point_at(report_page: Page, tmp_path: Path) -> None:
    report_page.goto(written(failing_result(), tmp_path).as_uri())

    report_page.select_option("select[name=vendor]", "meta")
    assert report_page.locator(".kind:visible").count() == 1
    assert "6 of" in report_page.locator("#shown").inner_text()
    report_page.click("#expand")
    assert report_page.locator(".evidence[open]").count() == 1
    report_page.locator(".finding:not(.filtered)").get_by_text("Evidence of this run").first.click()
    expect(report_page.locator(".occurrences > li:target .evidence")).to_have_count(1)
    report_page.locator("li:target .evidence > summary").click()
    report_page.locator(".evidence[open] figcaption a").first.click()
    # The event stands on the run's own page, whose script opens it once the page is read.
    expect(report_page.locator("details.event:target")).to_have_attribute("open", "")


def test_a_link_to_a_finding_that_is_filtered_away_shows_it(report_page: Page, tmp_path: Path) -> None:
    report_page.goto(written(failing_result(), tmp_path).as_uri())

    report_page.select_option("select[name=vendor]", "meta")
    hidden = report_page.locator(".finding.filtered .occurrences > li").first
    name = hidden.get_attribute("id")
    report_page.evaluate("(name) => { location.hash = name; }", name)
    expect(report_page.locator(f"[id='{name}']")).to_be_visible()
    assert report_page.locator("select[name=vendor]").input_value() == ""


def test_the_keyboard_reaches_links_boxes_and_summaries_and_the_focus_is_seen(
    report_page: Page, tmp_path: Path
) -> None:
    file = written(real_like_result(), tmp_path)
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
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("theme", [PLAIN, THEME], ids=["plain", "example"])
def test_text_can_be_told_from_its_ground(
    report_page: Page, tmp_path: Path, scheme: Literal["light", "dark"], page: str, theme: Theme
) -> None:
    """Contrast of 4.5 to 1 at least, as WCAG 2 asks for text of this size."""
    report_page.emulate_media(color_scheme=scheme)
    report_page.goto(written(failing_result(), tmp_path, page, theme).as_uri())

    assert report_page.evaluate(FAINT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_that_keeps_anybody_out(
    report_page: Page, tmp_path: Path, scheme: Literal["light", "dark"], width: int, page: str
) -> None:
    report_page.emulate_media(color_scheme=scheme)
    report_page.set_viewport_size({"width": width, "height": 844})
    report_page.goto(written(failing_result(), tmp_path, page, THEME).as_uri())
    report_page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    found = Axe().run(report_page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("page", PAGES)
def test_everything_reads_without_scripts(report_page: Page, tmp_path: Path, page: str) -> None:
    """Every verdict, finding and link is text of the page; what scripts add stays away."""
    browser = report_page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(written(failing_result(), tmp_path, page).as_uri())
    text = plain.locator("main").inner_text()
    assert "The event ID is “ORD-100482” in the server copy" in text
    assert "Create the event ID once, on the server" in text
    assert not plain.locator("#tools").is_visible()
    if page == "index":
        plain.locator("#runs a").first.click()
        expect(plain.locator("h1")).to_have_text(re.compile("^Guest checkout · No protection"))
    context.close()


def test_a_picture_is_enlarged_by_a_link_that_opens_its_place(report_page: Page, tmp_path: Path) -> None:
    report_page.goto(written(healthy_result(), tmp_path, "run").as_uri())

    report_page.evaluate("document.querySelector('.shot').closest('details').open = true")
    report_page.locator(".shot:visible").first.click()
    shown = report_page.locator("figure.picture:target image")
    assert shown.bounding_box()["width"] > 600
    report_page.locator("figure.picture:target a").last.click()
    assert "step" in report_page.locator(".steps li:target").get_attribute("id")


@pytest.mark.parametrize("page", PAGES)
def test_a_long_failing_report_prints_on_a4_without_losing_the_right_edge(
    report_page: Page, tmp_path: Path, page: str
) -> None:
    report_page.goto(written(real_like_result(), tmp_path, page).as_uri())
    report_page.emulate_media(media="print", color_scheme="light")
    report_page.set_viewport_size({"width": 688, "height": 1000})  # 182 mm between the margins, at 96 pixels an inch

    assert report_page.evaluate("document.documentElement.scrollWidth") <= 688
    report_page.emulate_media(media="screen")
