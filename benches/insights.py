"""How long does a page of insights about 200 runs take to write, and how long to open?

The demo is recorded once, under two profiles, and its result is added to a history 100 times, a day apart. Adding,
writing and opening take turns. A page is open when its load event is over, in a browser that is warm, from the
disk, for it fetches nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from playwright.async_api import Page, async_playwright

from benches.runner import Mode, publish, rounds, table
from benches.visits import Stopwatch
from harness import pipeline
from harness.history import add, opened
from harness.model.result import RunResult, SuiteResult
from harness.record.browsers import find_browsers

PROFILES = ("none", "ublock")
SUITES = 100
DAY = 86_400.0


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        request = pipeline.RunRequest(
            out=folder / "demo", wirings=("direct",), profiles=PROFILES, lists="own", environment=dict(os.environ)
        )
        outcome = await asyncio.to_thread(pipeline.run_suite, request, Stopwatch())
        results = [_at_day(outcome.result, number) for number in range(SUITES)]
        where = str(folder / "history.sqlite")
        _add(results, where)
        _, page = pipeline.write_insights(where, folder / "insights", days=SUITES)
        async with async_playwright() as playwright:
            program = str(find_browsers()[0].path)
            browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            modes = {
                f"add {SUITES} suites": _adding(results, folder),
                "write the pages of three periods": _writing(where, folder / "again"),
                "open the longest": _opening(await browser.new_page(), page),
            }
            figures = await rounds(modes, count)
            await browser.close()
        sizes = f"The page has {page.stat().st_size / 1000:,.0f} kB, the history {_megabytes(where)} MB."
    rows = [[mode, f"{median(seconds):.2f} s"] for mode, seconds in figures.items()]
    about = f"{SUITES * len(PROFILES)} runs with {len(outcome.result.specs)} vendors known, {count} rounds."
    publish("Results over time", table(("What", "Time"), rows), about, sizes)


def _at_day(result: SuiteResult, number: int) -> SuiteResult:
    def moved(run: RunResult) -> RunResult:
        return replace(run, started_at=run.started_at + number * DAY)

    return replace(result, runs=tuple(map(moved, result.runs)), created_at=result.created_at + number * DAY)


def _add(results: list[SuiteResult], where: str) -> None:
    for result in results:
        with opened(where, is_written=True) as connection:
            add(connection, result)


def _adding(results: list[SuiteResult], folder: Path) -> Mode:
    async def mode() -> float:
        where = folder / "new.sqlite"
        where.unlink(missing_ok=True)
        begun = time.perf_counter()
        _add(results, str(where))
        return time.perf_counter() - begun

    return mode


def _writing(where: str, out: Path) -> Mode:
    async def mode() -> float:
        begun = time.perf_counter()
        pipeline.write_insights(where, out, days=SUITES)
        return time.perf_counter() - begun

    return mode


def _opening(tab: Page, page: Path) -> Mode:
    async def mode() -> float:
        await tab.goto("about:blank")
        begun = time.perf_counter()
        await tab.goto(page.as_uri(), wait_until="load")
        return time.perf_counter() - begun

    return mode


def _megabytes(where: str) -> str:
    return f"{Path(where).stat().st_size / 1e6:.0f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(main(parser.parse_args().rounds))
