"""What did the blocker take away? Each blocked run beside the run of the same scenario without blocking."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.facts import Coverage
from harness.model.result import MatrixRow, RunResult, SuiteResult
from harness.report.matrix import Standing, standing
from harness.report.wording import counted_words, listing, number

_CHANNELS = ("tag", "capi", "collect")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelToll:
    """One channel of one vendor, open and blocked: its events, its identifier coverage, the identifiers lost."""

    channel: str
    events: tuple[int, int]
    scores: tuple[float | None, float | None]
    lost: tuple[str, ...]

    @property
    def is_used(self) -> bool:
        return any(self.events) or any(score is not None for score in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorToll:
    """`requests` to the vendor were stopped, scripts included. `counted` and `standing` are of both counts."""

    title: str
    requests: int
    channels: tuple[ChannelToll, ...]
    click_ids: tuple[str, ...]
    counted: tuple[str, str]
    standing: tuple[Standing, Standing]
    is_counting: bool

    def channel(self, name: str) -> ChannelToll:
        return next(channel for channel in self.channels if channel.channel == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """What one profile took from one scenario."""

    title: str
    profile: str
    run: RunResult
    baseline: RunResult
    vendors: tuple[VendorToll, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        used = {channel.channel for vendor in self.vendors for channel in vendor.channels if channel.is_used}
        return tuple(channel for channel in _CHANNELS if channel in used)

    @property
    def summary(self) -> str:
        """One sentence: what was lost, and what that did to the counts."""
        open_, blocked = (sum(vendor.channel("tag").events[index] for vendor in self.vendors) for index in range(2))
        taken = [f"{open_ - blocked} of {number(open_, 'tag event')}"] if open_ else []
        clicks = sorted({name for vendor in self.vendors for name in vendor.click_ids})
        taken += [f"{number(len(clicks), 'click ID')} ({listing(clicks)})"] if clicks else []
        told = f"{self.profile} took away {listing(taken)}" if taken else f"{self.profile} took no event away"
        counting = [vendor for vendor in self.vendors if vendor.is_counting]
        if not counting:
            return f"{told}."
        before, after = (sum(vendor.standing[index] is Standing.RIGHT for vendor in counting) for index in range(2))
        beside = "as without it" if before == after else f"{before} without it"
        return f"{told}; the count is right for {after} of {number(len(counting), 'vendor')}, {beside}."


def tolls(result: SuiteResult) -> tuple[Toll, ...]:
    """None for runs that broke off, and for scenarios that were not visited without blocking."""
    runs = {run.id: run for run in result.runs}
    baselines = {loss.run: runs[loss.baseline] for loss in result.losses}
    return tuple(_toll(run, baselines[run.id]) for run in result.runs if run.blocking and run.id in baselines)


def _toll(run: RunResult, baseline: RunResult) -> Toll:
    before = {row.vendor: row for row in baseline.matrix}
    return Toll(
        title=run.title or run.scenario,
        profile=run.profile_title or run.profile,
        run=run,
        baseline=baseline,
        vendors=tuple(_vendor(run, before[row.vendor], row) for row in run.matrix if row.vendor in before),
    )


def _vendor(run: RunResult, before: MatrixRow, after: MatrixRow) -> VendorToll:
    return VendorToll(
        title=after.title or after.vendor,
        requests=sum(
            request.count for request in run.blocked if request.vendor == after.vendor and request.action != "strip"
        ),
        channels=tuple(_channel(name, before, after) for name in _CHANNELS),
        click_ids=after.stripped_click_ids,
        counted=(counted_words(before), counted_words(after)),
        standing=(standing(before), standing(after)),
        is_counting=after.kind != "transport",
    )


def _channel(name: str, before: MatrixRow, after: MatrixRow) -> ChannelToll:
    open_, blocked = before.coverage.get(name), after.coverage.get(name)
    return ChannelToll(
        channel=name,
        events=(_events(before, name), _events(after, name)),
        scores=(_score(open_), _score(blocked)),
        lost=tuple(sent for sent in open_.sent if sent not in blocked.sent) if open_ and blocked else (),
    )


def _events(row: MatrixRow, channel: str) -> int:
    return {"tag": row.tag_events, "capi": row.capi_events, "collect": row.collect_events}[channel]


def _score(coverage: Coverage | None) -> float | None:
    return coverage.score if coverage else None
