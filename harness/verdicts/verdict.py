"""What is the verdict of a run, and of a suite?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.model.recording import Breakdown, Canary, Recording
from harness.model.result import Notice, Outcome, RunResult, Severity, Verdict


def run_verdict(recording: Recording, outcomes: Sequence[Outcome]) -> tuple[Verdict, tuple[str, ...]]:
    return _verdict(outcomes, distrust(recording), is_doubted=bool(_doubts(recording)))


def verdict_again(run: RunResult) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of a judged run whose findings have changed."""
    broken = () if run.trusted else run.reasons
    doubted = any(map(_is_broken, run.canaries)) or bool(run.completeness.get("disagreements"))
    return _verdict(run.outcomes, broken, is_doubted=doubted)


def _verdict(
    outcomes: Sequence[Outcome], broken: tuple[str, ...], *, is_doubted: bool
) -> tuple[Verdict, tuple[str, ...]]:
    """Inconclusive as soon as the evidence cannot be trusted or a check that ought to judge could not.

    A proven fault outweighs a check that could not judge, but not evidence that cannot be trusted. Where only the
    journey's end is missing, what is asked of the run as a whole may still be proven by what was seen.
    """
    if broken and (is_doubted or not _has_error(outcome for outcome in outcomes if not outcome.vendor)):
        return Verdict.INCONCLUSIVE, broken
    if _has_error(outcomes):
        return Verdict.FAILED, broken
    undecided = tuple(_left_open(outcomes))
    if undecided:
        return Verdict.INCONCLUSIVE, undecided
    if not any(outcome.has_judged for outcome in outcomes):
        return Verdict.INCONCLUSIVE, ("no check could judge anything",)
    return Verdict.PASSED, ()


def _left_open(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Each reason once, with the checks that it stopped: a missing order stops every check of every vendor."""
    stopped: dict[str, dict[str, dict[str, None]]] = {}
    for outcome in outcomes:
        if outcome.undecided:
            stopped.setdefault(outcome.reason, {}).setdefault(outcome.vendor, {})[outcome.check] = None
    for reason, checks_of in stopped.items():
        alike: dict[tuple[str, ...], list[str]] = {}
        for vendor, checks in checks_of.items():
            alike.setdefault(tuple(checks), []).append(vendor)
        told = (
            ", ".join(checks) + (f" of {', '.join(vendors)}" if any(vendors) else "")
            for checks, vendors in alike.items()
        )
        yield f"{reason.rstrip()} ({'; '.join(told)})"


def _has_error(outcomes: Iterable[Outcome]) -> bool:
    return any(
        finding.severity is Severity.ERROR and finding.waived is None
        for outcome in outcomes
        for finding in outcome.findings
    )


def distrust(recording: Recording) -> tuple[str, ...]:
    if recording.breakdown is None:
        return _doubts(recording)
    return (f"the journey did not reach its end: {_told(recording.breakdown)}", *_doubts(recording))


def _doubts(recording: Recording) -> tuple[str, ...]:
    """Why what was seen may not be what happened."""
    reasons = [
        f"self-check {canary.name}: expected {canary.expected}, observed {canary.observed}"
        for canary in recording.canaries
        if _is_broken(canary)
    ]
    reasons += [f"the witness disagrees: {text}" for text in recording.disagreements]
    return tuple(reasons)


def _is_broken(canary: Canary) -> bool:
    return canary.critical and not canary.passed


def _told(breakdown: Breakdown) -> str:
    """Messages that name their step themselves are left as they are."""
    if breakdown.step is None or breakdown.message.startswith("step "):
        return breakdown.message
    return f"step {breakdown.step + 1}: {breakdown.message}"


def suite_verdict(runs: Sequence[RunResult], notices: Sequence[Notice] = (), *, is_stopped: bool = False) -> Verdict:
    """Failed if any run failed or a waiver is over; else inconclusive if any run was, or some or all are missing."""
    verdicts = {run.verdict for run in runs}
    if Verdict.FAILED in verdicts or any(notice.severity is Severity.ERROR for notice in notices):
        return Verdict.FAILED
    is_open = is_stopped or not verdicts or Verdict.INCONCLUSIVE in verdicts
    return Verdict.INCONCLUSIVE if is_open else Verdict.PASSED
