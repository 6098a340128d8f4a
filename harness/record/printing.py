"""How does a document of ours become a PDF?"""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

from harness.errors import RecordingError
from harness.record.browsers import ENGINES, FoundBrowser, choose_browser, find_browsers
from harness.record.playwright_program import why_it_stopped

# Since then Chromium prints what a style sheet puts on the margins of a page.
_MARGIN_BOXES_SINCE = 131
_SECONDS = 120.0
_MARGINS = {"top": "24mm", "right": "20mm", "bottom": "22mm", "left": "20mm"}
_EDGE = (
    '<div style="font: 8px sans-serif; color: #56606e; width: 100%; padding: 0 20mm; text-align: {side}">{text}</div>'
)


def print_document(page: Path, pdf: Path, *, header: str, environment: Mapping[str, str]) -> None:
    """Print a file to a tagged PDF with bookmarks; `header` is for browsers that print no margins of style sheets."""
    browser = _printing_browser(environment)
    major = browser.version.partition(".")[0]
    is_old = major.isdigit() and int(major) < _MARGIN_BOXES_SINCE
    edges: dict[str, Any] = (
        {
            "display_header_footer": True,
            "header_template": _EDGE.format(side="left", text=html.escape(header)),
            "footer_template": _EDGE.format(side="right", text='<span class="pageNumber"></span>'),
            "margin": _MARGINS,
        }
        if is_old
        else {}
    )
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser.path, timeout=_SECONDS * 1000)
            tab = opened.new_page(java_script_enabled=False, offline=True)
            tab.goto(page.resolve().as_uri())
            tab.pdf(path=pdf, prefer_css_page_size=True, print_background=True, tagged=True, outline=True, **edges)
            opened.close()
    except Error as error:
        reason = str(error).partition("\n")[0]
        raise RecordingError(
            f"{browser.path} did not print {pdf}: {reason}", "print document.html from a browser"
        ) from None
    except Exception as problem:  # Playwright raises nothing narrower when its program ends at once
        raise why_it_stopped(problem) from None


def _printing_browser(environment: Mapping[str, str]) -> FoundBrowser:
    """The usual browser, or another one if its engine cannot print to a file."""
    found = find_browsers(environment=environment)
    usual = environment.get("HARNESS_BROWSER", "")
    browser = choose_browser("" if usual in ENGINES else usual, headed=False, enforcer="auto", found=found)
    if browser.flavour in ENGINES:
        raise RecordingError(f"{browser.path} cannot print to a file", "name Chromium or Chrome in HARNESS_BROWSER")
    return browser
