"""What is agreed between the people who own a shop, and what does a result say beside it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from harness.model.result import Finding, Notice, RunResult, Severity, Verdict
from harness.model.scenario import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which runs and vendors something concerns; what is empty is any."""

    vendor: str = ""
    scenario: str = ""
    profile: str = ""

    def holds_run(self, run: RunResult) -> bool:
        return self.scenario in ("", run.scenario) and self.profile in ("", run.profile)

    def holds_vendor(self, vendor: str) -> bool:
        return self.vendor in ("", vendor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Scope):
    """An agreement that findings of one check need not fail until a day, which is included."""

    check: str
    parameter: str = ""
    reason: str
    owner: str
    until: date
    place: Place

    def covers(self, finding: Finding, run: RunResult) -> bool:
        return (
            self.check == finding.check
            and self.holds_run(run)
            and self.holds_vendor(finding.vendor)
            and self.parameter in ("", finding.parameter)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFinding:
    """A finding that was there when the baseline was agreed on. `key` is the finding's ID."""

    key: str
    severity: Severity
    check: str
    vendor: str = ""
    scenario: str
    profile: str
    parameter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRun:
    """A run that was judged when the baseline was agreed on."""

    scenario: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedCoverage:
    """The identifier coverage, in percent, that one vendor's channel had in one run."""

    vendor: str
    channel: str
    scenario: str
    profile: str
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumCoverage(Scope):
    """The identifier coverage, in percent, that somebody wants wherever it is measured."""

    channel: str = ""
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MustRun(Scope):
    """A check that has to judge: where it is skipped, for whatever reason, the gate fails.

    Without a vendor it has to judge one at least: not every vendor has what every check looks at.
    """

    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a result is held to. `must_run` and `minimum_coverage` are written by people, the rest is measured."""

    must_run: tuple[MustRun, ...] = ()
    minimum_coverage: tuple[MinimumCoverage, ...] = ()
    runs: tuple[KnownRun, ...] = ()
    findings: tuple[KnownFinding, ...] = ()
    coverage: tuple[AgreedCoverage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A finding in its run. `was` is the severity that the baseline knows, where it is graver now."""

    run: RunResult
    finding: Finding
    was: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrun:
    """A check that had to judge and did not, and why not; without a run where the result has none of that kind."""

    check: str
    vendor: str
    reason: str
    run: RunResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDrop:
    """Less identifier coverage than agreed; `found` is None where nothing was sent any more."""

    run: RunResult
    vendor: str
    channel: str
    at_least: float
    found: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """A result beside what is agreed.

    `new` reach the gate and `mild` do not; `known` are as agreed, `fixed` are gone, `unjudged` could not be looked for
    again. In a run that is `inconclusive`, and in one that is `missing`, nothing is held against the shop.
    """

    fail_on: Severity
    has_baseline: bool
    new: tuple[Sighting, ...] = ()
    mild: tuple[Sighting, ...] = ()
    known: tuple[Sighting, ...] = ()
    waived: tuple[Sighting, ...] = ()
    fixed: tuple[KnownFinding, ...] = ()
    unjudged: tuple[KnownFinding, ...] = ()
    unrun: tuple[Unrun, ...] = ()
    drops: tuple[CoverageDrop, ...] = ()
    notices: tuple[Notice, ...] = ()
    inconclusive: tuple[RunResult, ...] = ()
    missing: tuple[KnownRun, ...] = ()
    stopped: bool = False
    is_empty: bool = False

    @property
    def verdict(self) -> Verdict:
        """What is proven outweighs what could not be judged."""
        told = any(notice.severity.weight >= self.fail_on.weight for notice in self.notices)
        if self.new or self.unrun or self.drops or told:
            return Verdict.FAILED
        is_open = self.inconclusive or self.missing or self.stopped or self.is_empty
        return Verdict.INCONCLUSIVE if is_open else Verdict.PASSED
