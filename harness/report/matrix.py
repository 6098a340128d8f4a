"""What does each vendor count under each profile? The rows and columns of the matrix, one matrix a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.model.result import Finding, MatrixRow, RunResult, SuiteResult

_MANY_SCENARIOS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One vendor in one run, with what was found there."""

    run: RunResult
    row: MatrixRow
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorLine:
    """One vendor: its cells by column. A column without a cell was not tested; several are repeated runs."""

    vendor: str
    title: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    scenario: str
    title: str
    profiles: tuple[tuple[str, str], ...]
    lines: tuple[VendorLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewLine:
    """One scenario: by profile its runs, each with how many of its counting vendors count right."""

    title: str
    cells: tuple[tuple[tuple[RunResult, int, int], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    profiles: tuple[str, ...]
    lines: tuple[OverviewLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSummary:
    """What one profile does to the counts of all vendors: names of those right, short, over and unpredicted."""

    title: str
    runs: int
    orders: int
    right: tuple[str, ...]
    short: tuple[str, ...]
    over: tuple[str, ...]
    unpredicted: tuple[str, ...]

    @property
    def vendors(self) -> int:
        return len({*self.right, *self.short, *self.over, *self.unpredicted})


def matrices(result: SuiteResult) -> tuple[Matrix, ...]:
    scenarios: dict[str, list[RunResult]] = {}
    for run in result.runs:
        scenarios.setdefault(run.scenario, []).append(run)
    first = _baselines(result)
    return tuple(_matrix(scenario, tuple(runs), first) for scenario, runs in scenarios.items())


def _baselines(result: SuiteResult) -> frozenset[str]:
    """The runs that others are compared with."""
    return frozenset(loss.baseline for loss in result.losses)


def _profiles(runs: Iterable[RunResult], first: frozenset[str]) -> dict[str, str]:
    """Profiles and their titles, first what the others are compared with."""
    ordered = sorted(runs, key=lambda run: run.id not in first)
    return {run.profile: run.profile_title or run.profile for run in ordered}


def _matrix(scenario: str, runs: tuple[RunResult, ...], first: frozenset[str]) -> Matrix:
    profiles = _profiles(runs, first)
    vendors = {row.vendor: row.title or row.vendor for run in runs for row in run.matrix}
    lines = tuple(
        VendorLine(vendor=vendor, title=title, cells=tuple(_cells(runs, vendor, profile) for profile in profiles))
        for vendor, title in vendors.items()
    )
    return Matrix(scenario=scenario, title=runs[0].title, profiles=tuple(profiles.items()), lines=lines)


def _cells(runs: tuple[RunResult, ...], vendor: str, profile: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(run=run, row=row, findings=tuple(finding for finding in run.findings if finding.vendor == vendor))
        for run in runs
        if run.profile == profile
        for row in run.matrix
        if row.vendor == vendor
    )


def overview_of(result: SuiteResult) -> Overview | None:
    """Scenarios by profiles, where there are too many scenarios to read all their matrices."""
    profiles = _profiles(result.runs, _baselines(result))
    scenarios: dict[str, list[RunResult]] = {}
    for run in result.runs:
        scenarios.setdefault(run.scenario, []).append(run)
    if len(scenarios) < _MANY_SCENARIOS:
        return None
    lines = tuple(
        OverviewLine(
            title=runs[0].title or scenario,
            cells=tuple(tuple(_rightness(run) for run in runs if run.profile == profile) for profile in profiles),
        )
        for scenario, runs in scenarios.items()
    )
    return Overview(profiles=tuple(profiles.values()), lines=lines)


def _rightness(run: RunResult) -> tuple[RunResult, int, int]:
    counting = [row for row in run.matrix if row.kind != "transport"]
    return run, sum(standing(row) is Standing.RIGHT for row in counting), len(counting)


def profile_summaries(result: SuiteResult) -> tuple[ProfileSummary, ...]:
    profiles: dict[str, list[RunResult]] = {title: [] for title in _profiles(result.runs, _baselines(result)).values()}
    for run in result.runs:
        profiles[run.profile_title or run.profile].append(run)
    counting = counting_vendors(result)
    return tuple(_profile_summary(title, runs, counting) for title, runs in profiles.items())


def counting_vendors(result: SuiteResult) -> frozenset[str]:
    """A transport hands events on and counts nothing itself, so a count that is missing there is no gap."""
    return frozenset(row.vendor for run in result.runs for row in run.matrix if row.kind != "transport")


class Standing(StrEnum):
    """A predicted count beside the orders that were made."""

    RIGHT = "right"
    SHORT = "short"
    OVER = "over"
    UNSURE = "unsure"


def standing(row: MatrixRow) -> Standing:
    """Unsure where no count is predicted, where only some of the possible counts are right, or where more calls may
    have come than were seen: then only what is too many already is sure."""
    if row.counted is None:
        return Standing.UNSURE
    counts = row.alternatives or (row.counted,)
    if row.is_open and not all(count > row.orders for count in counts):
        return Standing.UNSURE
    if all(count == row.orders for count in counts):
        return Standing.RIGHT
    if all(count < row.orders for count in counts):
        return Standing.SHORT
    return Standing.OVER if all(count > row.orders for count in counts) else Standing.UNSURE


def _profile_summary(title: str, runs: list[RunResult], counting: frozenset[str]) -> ProfileSummary:
    rows = [row for run in runs for row in run.matrix if row.vendor in counting]
    names = {kind: _names(row for row in rows if standing(row) is kind) for kind in Standing}
    wrong = {name for kind, names_of_kind in names.items() if kind is not Standing.RIGHT for name in names_of_kind}
    return ProfileSummary(
        title=title,
        runs=len(runs),
        orders=sum(run.orders_due for run in runs),
        right=tuple(name for name in names[Standing.RIGHT] if name not in wrong),
        short=names[Standing.SHORT],
        over=names[Standing.OVER],
        unpredicted=names[Standing.UNSURE],
    )


def _names(rows: Iterable[MatrixRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.title or row.vendor for row in rows))
