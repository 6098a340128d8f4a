"""What did each profile take from each vendor, beside the same visit without protection?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from harness.model.result import Loss, MatrixRow, RunResult

_UNPROTECTED = "none"


class Visit(Protocol):
    """One run as far as it takes to know which one had no protection; `refused` of its orders had no consent."""

    @property
    def scenario(self) -> str: ...
    @property
    def profile(self) -> str: ...
    @property
    def blocking(self) -> bool: ...
    @property
    def refused(self) -> int: ...
    @property
    def attempt(self) -> int: ...


AnyVisit = TypeVar("AnyVisit", bound=Visit)


def losses(runs: Sequence[RunResult]) -> tuple[Loss, ...]:
    """One for each vendor of each run that can be compared; runs that broke off tell nothing of what was lost."""
    trusted = [run for run in runs if run.trusted]
    return tuple(
        _loss(run, baseline, before, after)
        for run in trusted
        for baseline in [baseline_of(run, trusted)]
        if baseline is not None
        for after in run.matrix
        for before in baseline.matrix
        if before.vendor == after.vendor
    )


def baseline_of(visit: AnyVisit, visits: Iterable[AnyVisit]) -> AnyVisit | None:
    """The same journey under the profile `none`, or at least without blocking and refusal, at its last attempt.

    No visit is its own, and none is that of another attempt at it.
    """
    same = (each for each in visits if each.scenario == visit.scenario and not each.blocking and not each.refused)
    found = min(same, key=lambda each: (each.profile != _UNPROTECTED, -each.attempt), default=None)
    return found if found is not None and found.profile != visit.profile else None


def _loss(run: RunResult, baseline: RunResult, before: MatrixRow, after: MatrixRow) -> Loss:
    told = [channel for channel in ("tag", "capi", "collect") if _events(before, channel)]
    return Loss(
        scenario=run.scenario,
        run=run.id,
        profile=run.profile,
        baseline=baseline.id,
        vendor=after.vendor,
        gone=tuple(channel for channel in told if not _events(after, channel)),
        kept=tuple(channel for channel in told if _events(after, channel)),
        click_ids=tuple(name for name in before.click_ids if name not in after.click_ids),
        browser_ids=tuple(name for name in before.browser_ids if name not in after.browser_ids),
        coverage=round(max(_best(before) - _best(after), 0.0), 1),
        blocked=sum(
            request.count for request in run.blocked if request.vendor == after.vendor and request.action != "strip"
        ),
    )


def _events(row: MatrixRow, channel: str) -> int:
    return {"tag": row.tag_events, "capi": row.capi_events, "collect": row.collect_events}[channel]


def _best(row: MatrixRow) -> float:
    """The coverage of the channel that knows the visitor best: the platform puts the copies together."""
    return max((coverage.score for coverage in row.coverage.values()), default=0.0)
