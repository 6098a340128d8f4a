"""Histories of many days, made of results that were really judged: only their times are moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from builders import (
    START,
    a_recording,
    decoded,
    facts_of,
    landing,
    meta_capi,
    meta_tag,
    outcomes_of,
    specs,
    with_blocked,
)
from builders import a_healthy_recording as healthy

from harness.model.recording import Recording
from harness.model.result import RunResult, SpecInfo, SuiteResult
from harness.verdicts import losses, run_result, suite_verdict

DAY = 86_400.0


def a_judged_suite(*recordings: Recording) -> SuiteResult:
    """What the harness says of these recordings, each of another profile of one scenario."""
    runs = tuple(_judged(recording) for recording in recordings or (healthy("meta", "google-ads"),))
    return SuiteResult(
        suite_id="suite",
        title="Conversion tracking test",
        verdict=suite_verdict(runs),
        runs=runs,
        losses=losses(runs),
        specs=tuple(
            SpecInfo(vendor=spec.id, title=spec.title, kind=spec.kind, reviewed=spec.reviewed, digest=spec.digest)
            for spec in specs().values()
        ),
        created_at=START + 600,
    )


def a_sound_suite() -> SuiteResult:
    """One visit without protection, and one with a blocker that stops the tag."""
    return a_judged_suite(healthy("meta"), _of_a_blocker(healthy("meta")))


def a_broken_suite() -> SuiteResult:
    """The same, but the server has another event ID and no phone."""
    broken = a_recording(
        landing(), meta_tag(), meta_capi({"event_id": "other", "user_data/ph": None}), vendors=("meta",)
    )
    return a_judged_suite(broken, _of_a_blocker(broken))


def _of_a_blocker(recording: Recording) -> Recording:
    return replace(with_blocked(recording, "meta-tag"), run_id="shop--blocker", started_at=START + 1)


def _judged(recording: Recording) -> RunResult:
    facts = facts_of(recording)
    outcomes = [outcome for vendor in facts for outcome in outcomes_of(recording, vendor).values()]
    return run_result(recording, decoded(recording), facts, outcomes, specs(), "recordings/shop")


def at_day(result: SuiteResult, day: int, *, since: float = START) -> SuiteResult:
    """The same suite as if it had been run so many days after `since`."""
    shift = since + day * DAY - min(run.started_at for run in result.runs)
    return replace(
        result,
        suite_id=f"day-{day:03}",
        runs=tuple(_moved(run, shift) for run in result.runs),
        created_at=since + day * DAY + 600,
    )


def days(result: SuiteResult, numbers: Iterable[int], *, since: float = START) -> Iterator[SuiteResult]:
    for day in numbers:
        yield at_day(result, day, since=since)


def changed_on(
    day: int, before: SuiteResult, after: SuiteResult, *, of: int, since: float = START
) -> Iterator[SuiteResult]:
    """A suite a day; from one day on, what `after` says."""
    yield from days(before, range(day), since=since)
    yield from days(after, range(day, of), since=since)


def _moved(run: RunResult, shift: float) -> RunResult:
    orders = tuple(replace(order, at=order.at + shift) for order in run.orders)
    return replace(run, started_at=run.started_at + shift, orders=orders)
