"""How do results get into a history, and what is told from one?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from harness.errors import InputError, Mistake
from harness.history import Selection, add, history, name_of, opened, prune, span, suites
from harness.insights import insights
from harness.load.thresholds import load_thresholds
from harness.model.history import Period, SuiteLine, Thresholds
from harness.model.insights import Insights
from harness.model.result import SuiteResult
from harness.pipeline.reporting import read_result, write
from harness.report.insights import PeriodLink, render_insights

_SHORT_PERIODS = (30, 7)


def history_ready(where: str) -> None:
    """Before a run that takes minutes: can its result be kept there?"""
    with opened(where, is_written=True):
        pass


def remember(result: SuiteResult, where: str) -> str:
    with opened(where, is_written=True) as connection:
        return add(connection, result).value


def history_add(paths: Sequence[Path], where: str) -> list[str]:
    """All of them or, if one cannot be read, none; one line for each."""
    results = [(path, read_result(path)) for path in paths]
    with opened(where, is_written=True) as connection:
        return [f"{path}: {add(connection, result).value}" for path, result in results]


def history_suites(where: str, limit: int) -> tuple[SuiteLine, ...]:
    with opened(where, is_to_exist=True) as connection:
        return suites(connection, limit)


def history_prune(where: str, keep_days: int) -> int:
    with opened(where, is_to_exist=True, is_written=True) as connection:
        return prune(connection, keep_days=keep_days, now=time.time())


def write_insights(
    where: str,
    out: Path,
    *,
    days: int,
    vendors: tuple[str, ...] = (),
    scenarios: tuple[str, ...] = (),
    profiles: tuple[str, ...] = (),
    thresholds: Path | None = None,
) -> tuple[Insights, Path]:
    """A page about the last `days` days of the history, and beside it one for each shorter period."""
    limits = load_thresholds(thresholds) if thresholds else Thresholds()
    lengths = (days, *(length for length in _SHORT_PERIODS if length < days))
    pages = {length: "index.html" if length == days else f"last-{length}-days.html" for length in lengths}
    with opened(where, is_to_exist=True) as connection:
        whole = span(connection)
        if whole is None:
            raise _nothing(where, "the history is empty", "add results with `harness history add RESULT.json`")
        narrow = {"vendors": vendors, "scenarios": scenarios, "profiles": profiles}
        told = {
            length: insights(history(connection, Selection(period=_period(whole, length), **narrow)), limits)
            for length in lengths
        }
    if any(narrow.values()) and not told[days].sections:
        names = ", ".join(name for chosen in narrow.values() for name in chosen)
        raise _nothing(where, f"nothing of {names} in these {days} days", "look at the page without a choice for names")
    out.mkdir(parents=True, exist_ok=True)
    for length, each in told.items():
        links = [
            PeriodLink(title=f"Last {other} days", href="" if other == length else page)
            for other, page in pages.items()
        ]
        write(out / pages[length], render_insights(each, links))
    return told[days], out / pages[days]


def _nothing(where: str, found: str, remedy: str) -> InputError:
    return InputError([Mistake(file=name_of(where), found=found, expected="results to tell of", remedy=remedy)])


def _period(whole: Period, days: int) -> Period:
    """The days up to the newest visit, so that an old history reads as it did then, and none before the oldest."""
    first = (date.fromisoformat(whole.last) - timedelta(days=days - 1)).isoformat()
    return Period(first=max(first, whole.first), last=whole.last)
