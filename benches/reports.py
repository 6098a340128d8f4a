"""How large is the report of many runs, and how soon does it stand on the screen?

A result is built, not recorded: 200 runs with 13 vendors, every other one with the findings of a shop that is broken in
many ways. Its front page and the page of one run are written to disk and opened from there, each time in a browser that
was just started. What counts is the time from the navigation to the first text, and to the end of loading.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, async_playwright

from benches.runner import publish, table
from harness.model.result import SuiteResult
from harness.record.browsers import find_browsers
from harness.report.html import render_html, run_pages

RUNS = 200
_TIMES = """() => new Promise((resolve) => setTimeout(() => resolve([
  performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  performance.getEntriesByType("navigation")[0].loadEventEnd,
]), 300))"""


async def main(count: int) -> None:
    result = _built()
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        begun = time.perf_counter()
        pages = dict(_written(result, Path(temporary)))
        seconds = time.perf_counter() - begun
        rows = [await _row(name, path, count) for name, path in pages.items()]
        total = sum(path.stat().st_size for path in Path(temporary).rglob("*.html"))
    about = f"{RUNS} runs, {len(result.findings):,} findings; {count} rounds."
    about += f" Written in {seconds:.1f} s, {total / 1e6:.1f} MB."
    publish("Reports", table(("Page", "Size", "First text", "Loaded"), rows), about)


def _built() -> SuiteResult:
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from report_builders import large_result  # type: ignore[import-not-found]  # the tests are no package

    built: SuiteResult = large_result(RUNS)
    return built


def _written(result: SuiteResult, folder: Path) -> Iterator[tuple[str, Path]]:
    front = folder / "index.html"
    front.write_text(render_html(result), "utf-8")
    yield "front page", front
    (folder / "runs").mkdir()
    for name, text in run_pages(result, {}):
        (folder / name).write_text(text, "utf-8")
    yield "page of a failing run", folder / "runs" / "journey-0--kind-1.html"


async def _row(name: str, page: Path, count: int) -> list[str]:
    times = [await _opened(page) for _ in range(count)]
    painted, loaded = (median(figures) for figures in zip(*times, strict=True))
    return [name, f"{page.stat().st_size / 1000:,.0f} kB", f"{painted:,.0f} ms", f"{loaded:,.0f} ms"]


async def _opened(page: Path) -> tuple[float, float]:
    program = next(found for found in find_browsers() if found.flavour in ("headless-shell", "chromium"))
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=program.path, args=["--no-sandbox"])
        tab = await browser.new_page(viewport={"width": 1280, "height": 900})
        await tab.goto(page.as_uri())
        painted, loaded = await tab.evaluate(_TIMES)
        await browser.close()
    return painted, loaded


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(main(parser.parse_args().rounds))
