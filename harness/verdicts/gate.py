"""What does a result say beside what is agreed, and what would be agreed if it were promoted?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from harness.model.gate import (
    AgreedCoverage,
    Baseline,
    CoverageDrop,
    GateResult,
    KnownFinding,
    KnownRun,
    MustRun,
    Sighting,
    Unrun,
)
from harness.model.result import Finding, MatrixRow, Outcome, RunResult, Severity, SuiteResult, Verdict
from harness.verdicts.findings import steady


def gated(result: SuiteResult, baseline: Baseline | None, fail_on: Severity) -> GateResult:
    """Without a baseline nothing is known, so every finding is new."""
    agreed = baseline or Baseline()
    conclusive = [run for run in result.runs if run.verdict is not Verdict.INCONCLUSIVE]
    seen = [_sighting(run, finding, agreed) for run in conclusive for finding in run.findings]
    counting = [each for each in seen if each.finding.waived is None]
    unknown = [each for each in counting if not _is_known(each, agreed)]
    gone = [known for known in agreed.findings if not _is_seen(known, conclusive)]
    present = {KnownRun(scenario=run.scenario, profile=run.profile) for run in result.runs}
    return GateResult(
        fail_on=fail_on,
        has_baseline=baseline is not None,
        new=tuple(each for each in unknown if each.finding.severity.weight >= fail_on.weight),
        mild=tuple(each for each in unknown if each.finding.severity.weight < fail_on.weight),
        known=tuple(each for each in counting if _is_known(each, agreed)),
        waived=tuple(each for each in seen if each.finding.waived is not None),
        fixed=tuple(known for known in gone if _is_judged(known, conclusive)),
        unjudged=tuple(known for known in gone if not _is_judged(known, conclusive)),
        unrun=_once([*_undecided(conclusive), *_unrun(result.runs, conclusive, agreed.must_run)]),
        drops=_highest(drop for run in conclusive for drop in _drops(run, agreed)),
        notices=result.notices,
        inconclusive=tuple(run for run in result.runs if run.verdict is Verdict.INCONCLUSIVE),
        missing=tuple(run for run in agreed.runs if run not in present),
        stopped=result.stopped,
        is_empty=not result.runs,
    )


def promoted_baseline(result: SuiteResult, kept: Baseline) -> Baseline:
    """What a result would have agreed on, beside what people have written into the baseline until now.

    What is waived stays out: its waiver ends, a baseline does not.
    """
    return replace(
        kept,
        runs=tuple(dict.fromkeys(KnownRun(scenario=run.scenario, profile=run.profile) for run in result.runs)),
        findings=tuple({known.key: known for run in result.runs for known in _known_findings(run)}.values()),
        coverage=tuple(_lowest(agreed for run in result.runs for agreed in _coverages(run))),
    )


def _sighting(run: RunResult, finding: Finding, agreed: Baseline) -> Sighting:
    was = next((known.severity for known in agreed.findings if known.key == finding.id), None)
    is_graver = was is not None and finding.severity.weight > was.weight
    return Sighting(run=run, finding=finding, was=was if is_graver else None)


def _is_known(seen: Sighting, agreed: Baseline) -> bool:
    return seen.was is None and any(known.key == seen.finding.id for known in agreed.findings)


def _is_seen(known: KnownFinding, runs: Sequence[RunResult]) -> bool:
    return any(finding.id == known.key for run in runs for finding in run.findings)


def _is_judged(known: KnownFinding, runs: Sequence[RunResult]) -> bool:
    return any(
        outcome.check == known.check and outcome.vendor == known.vendor and outcome.has_judged
        for run in runs
        if (run.scenario, run.profile) == (known.scenario, known.profile)
        for outcome in run.outcomes
    )


def _once(unrun: Sequence[Unrun]) -> tuple[Unrun, ...]:
    """A check that somebody demands may be one that ought to have judged anyway."""
    found: dict[tuple[str, str, str], Unrun] = {}
    for each in unrun:
        found.setdefault((each.check, each.vendor, each.run.id if each.run else each.reason), each)
    return tuple(found.values())


def _highest(drops: Iterable[CoverageDrop]) -> tuple[CoverageDrop, ...]:
    """Where more than one figure is agreed on, the one that asks for most."""
    found: dict[tuple[str, str, str], CoverageDrop] = {}
    for drop in drops:
        place = (drop.run.id, drop.vendor, drop.channel)
        if place not in found or drop.at_least > found[place].at_least:
            found[place] = drop
    return tuple(found.values())


def _undecided(runs: Sequence[RunResult]) -> Iterator[Unrun]:
    for run in runs:
        for outcome in run.outcomes:
            if outcome.undecided:
                yield _unrun_of(outcome, run)


def _unrun(runs: Sequence[RunResult], conclusive: Sequence[RunResult], wanted: Sequence[MustRun]) -> Iterator[Unrun]:
    for must in wanted:
        if not any(must.holds_run(run) for run in runs):
            where = ", ".join(word for word in (must.scenario, must.profile) if word)
            yield Unrun(check=must.check, vendor=must.vendor, reason=f"the result has no run of {where or 'any kind'}")
        for run in conclusive:
            if must.holds_run(run):
                yield from _unrun_in(run, must)


def _unrun_in(run: RunResult, must: MustRun) -> Iterator[Unrun]:
    """Where no vendor is named, some vendors may have nothing that the check could judge, but not all of them."""
    asked = [each for each in run.outcomes if each.check == must.check and must.holds_vendor(each.vendor)]
    if not asked:
        yield Unrun(check=must.check, vendor=must.vendor, reason="it was not asked in this run", run=run)
    elif not any(outcome.has_judged for outcome in asked):
        yield from (_unrun_of(outcome, run) for outcome in asked)


def _unrun_of(outcome: Outcome, run: RunResult) -> Unrun:
    """The last line of a reason tells the most: an errored check has the end of its traceback there."""
    lines = outcome.reason.strip().splitlines() or ["no reason was recorded"]
    return Unrun(check=outcome.check, vendor=outcome.vendor, reason=lines[-1], run=run)


def _drops(run: RunResult, agreed: Baseline) -> Iterator[CoverageDrop]:
    rows = {row.vendor: row for row in run.matrix}
    for entry in agreed.coverage:
        if (entry.scenario, entry.profile) == (run.scenario, run.profile):
            found = _score(rows.get(entry.vendor), entry.channel)
            if found is None or found < entry.at_least:
                yield _drop(run, entry.vendor, entry.channel, entry.at_least, found)
    for wanted in agreed.minimum_coverage:
        for row in rows.values() if wanted.holds_run(run) else ():
            for channel, coverage in row.coverage.items() if wanted.holds_vendor(row.vendor) else ():
                if wanted.channel in ("", channel) and coverage.score < wanted.at_least:
                    yield _drop(run, row.vendor, channel, wanted.at_least, coverage.score)


def _drop(run: RunResult, vendor: str, channel: str, at_least: float, found: float | None) -> CoverageDrop:
    return CoverageDrop(run=run, vendor=vendor, channel=channel, at_least=at_least, found=found)


def _score(row: MatrixRow | None, channel: str) -> float | None:
    coverage = row.coverage.get(channel) if row else None
    return coverage.score if coverage else None


def _known_findings(run: RunResult) -> Iterator[KnownFinding]:
    for finding in run.findings:
        if finding.waived is None:
            yield KnownFinding(
                key=finding.id,
                severity=finding.severity,
                check=finding.check,
                vendor=finding.vendor,
                scenario=run.scenario,
                profile=run.profile,
                parameter=steady(finding.parameter, run.orders),
            )


def _coverages(run: RunResult) -> Iterator[AgreedCoverage]:
    for row in run.matrix:
        for channel, coverage in row.coverage.items():
            yield AgreedCoverage(
                vendor=row.vendor,
                channel=channel,
                scenario=run.scenario,
                profile=run.profile,
                at_least=coverage.score,
            )


def _lowest(coverages: Iterable[AgreedCoverage]) -> Iterator[AgreedCoverage]:
    """One for each channel, also where a run was done more than once."""
    lowest: dict[tuple[str, str, str, str], AgreedCoverage] = {}
    for entry in coverages:
        place = (entry.scenario, entry.profile, entry.vendor, entry.channel)
        if place not in lowest or entry.at_least < lowest[place].at_least:
            lowest[place] = entry
    yield from lowest.values()
