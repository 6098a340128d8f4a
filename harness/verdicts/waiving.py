"""Which findings does an agreement cover today, and which agreements are over or needed by nothing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from harness.model.gate import Waiver
from harness.model.result import (
    Finding,
    Notice,
    Outcome,
    RunResult,
    Severity,
    SuiteResult,
    Waived,
)
from harness.verdicts.matrix import row_state
from harness.verdicts.verdict import suite_verdict, verdict_again

_OVER = "waiver-expired"
_UNUSED = "waiver-unused"


def with_waivers(result: SuiteResult, waivers: Sequence[Waiver], today: date) -> SuiteResult:
    """The result under these waivers, and no others: what it says of earlier ones goes."""
    runs = _covered(result.runs, waivers, today)
    over = [_expired(_subject(waiver), waiver) for waiver in waivers if waiver.until < today]
    unused = [_unused(waiver) for waiver in waivers if waiver.until >= today and _is_unused(waiver, runs)]
    return _judged_again(result, runs, (*over, *unused))


def part_with_waivers(result: SuiteResult, waivers: Sequence[Waiver], today: date) -> SuiteResult:
    """The result of a part of a suite: whether a waiver is over, or needed at all, is a question about the whole."""
    return _judged_again(result, _covered(result.runs, waivers, today), ())


def _covered(runs: Sequence[RunResult], waivers: Sequence[Waiver], today: date) -> tuple[RunResult, ...]:
    standing = [waiver for waiver in waivers if waiver.until >= today]

    def covering(finding: Finding, run: RunResult) -> Waived | None:
        waiver = next((waiver for waiver in standing if waiver.covers(finding, run)), None)
        if waiver is None:
            return None
        return Waived(reason=waiver.reason, owner=waiver.owner, until=waiver.until, place=str(waiver.place))

    return tuple(
        _marked(run, [[covering(finding, run) for finding in outcome.findings] for outcome in run.outcomes])
        for run in runs
    )


def aged(result: SuiteResult, today: date) -> SuiteResult:
    """The result with the waivers it was judged under, as far as they still hold."""
    over: dict[str, Notice] = {notice.place: notice for notice in result.notices if notice.kind == _OVER}

    def still(finding: Finding) -> Waived | None:
        agreed = finding.waived
        if agreed is None or agreed.until >= today:
            return agreed
        over.setdefault(agreed.place, _expired(_named(finding.check, finding.vendor), agreed))
        return None

    runs = tuple(
        _marked(run, [[still(finding) for finding in outcome.findings] for outcome in run.outcomes])
        for run in result.runs
    )
    others = (notice for notice in result.notices if notice.kind != _OVER)
    return _judged_again(result, runs, (*over.values(), *others))


def _marked(run: RunResult, marks: Sequence[Sequence[Waived | None]]) -> RunResult:
    """The run with a mark, or none, for each finding of each outcome, and what follows from that."""
    outcomes = tuple(_with_marks(outcome, each) for outcome, each in zip(run.outcomes, marks, strict=True))
    if outcomes == run.outcomes:
        return run
    run = replace(
        run,
        outcomes=outcomes,
        matrix=tuple(
            replace(row, state=row_state([outcome for outcome in outcomes if outcome.vendor == row.vendor]))
            for row in run.matrix
        ),
    )
    verdict, reasons = verdict_again(run)
    return replace(run, verdict=verdict, reasons=reasons)


def _with_marks(outcome: Outcome, marks: Sequence[Waived | None]) -> Outcome:
    found = zip(outcome.findings, marks, strict=True)
    return replace(outcome, findings=tuple(replace(finding, waived=mark) for finding, mark in found))


def _judged_again(result: SuiteResult, runs: tuple[RunResult, ...], notices: tuple[Notice, ...]) -> SuiteResult:
    verdict = suite_verdict(runs, notices, is_stopped=result.stopped)
    return replace(result, runs=runs, notices=notices, verdict=verdict)


def _is_unused(waiver: Waiver, runs: Sequence[RunResult]) -> bool:
    """Was what it is about looked for, and not found? Where nothing was judged, nothing can be said."""
    if any(waiver.covers(finding, run) for run in runs for finding in run.findings):
        return False
    return any(
        outcome.check == waiver.check and waiver.holds_vendor(outcome.vendor) and outcome.has_judged
        for run in runs
        if waiver.holds_run(run)
        for outcome in run.outcomes
    )


def _expired(subject: str, waiver: Waiver | Waived) -> Notice:
    since = waiver.until + timedelta(days=1)
    return Notice(
        kind=_OVER,
        severity=Severity.ERROR,
        subject=subject,
        message=f"The waiver of {subject} is over since {since}; {waiver.owner} agreed to it until {waiver.until}: "
        f"{waiver.reason}",
        remedy="Mend what it covered and remove it, or agree on another day.",
        place=str(waiver.place),
    )


def _unused(waiver: Waiver) -> Notice:
    return Notice(
        kind=_UNUSED,
        severity=Severity.WARNING,
        subject=_subject(waiver),
        message=f"Nothing needs the waiver of {_subject(waiver)}, which {waiver.owner} agreed to until {waiver.until}.",
        remedy="Remove it, so that it does not hide the finding when it comes back.",
        place=str(waiver.place),
    )


def _subject(waiver: Waiver) -> str:
    return _named(waiver.check, waiver.vendor, ", ".join(_narrowed(waiver)))


def _named(check: str, vendor: str, where: str = "") -> str:
    return f"{check}{f' of {vendor}' if vendor else ''}{f' ({where})' if where else ''}"


def _narrowed(waiver: Waiver) -> Iterator[str]:
    for word in ("scenario", "profile", "parameter"):
        value = getattr(waiver, word)
        if value:
            yield f"{word} {value}"
