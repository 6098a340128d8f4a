"""What is the verdict of a run, and what does a reader need to see of it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.model.event import Decoded
from harness.model.facts import VendorFacts
from harness.model.recording import Breakdown, Exchange, Fate, Origin, Recording
from harness.model.result import CheckOutcome, Outcome, RunResult, Severity, StepSummary, Verdict
from harness.model.spec import VendorSpec
from harness.verdicts.blocked import blocked_requests
from harness.verdicts.command import command
from harness.verdicts.events import event_summaries
from harness.verdicts.findings import placed
from harness.verdicts.losses import losses
from harness.verdicts.matrix import matrix_row
from harness.verdicts.timeline import timeline

__all__ = ["losses", "run_result", "suite_verdict"]


def run_result(
    recording: Recording,
    decoded: Decoded,
    facts: Mapping[str, VendorFacts],
    outcomes: Sequence[Outcome],
    specs: Mapping[str, VendorSpec],
    folder: str,
) -> RunResult:
    """The run as the report shows it, not yet redacted. `folder` is where its pictures are, relative to the report."""
    verdict, reasons = run_verdict(recording, outcomes)
    outcomes = placed(outcomes, recording, decoded)
    browser = recording.browser
    return RunResult(
        id=recording.run_id,
        scenario=recording.scenario.id,
        title=recording.scenario.title,
        profile=recording.profile.id,
        profile_title=recording.profile.title,
        verdict=verdict,
        reasons=reasons,
        started_at=recording.started_at,
        seconds=round(recording.finished_at - recording.started_at, 3),
        site=_site(recording),
        browser=f"{browser.name} {browser.version} ({browser.flavour})" if browser else "none",
        enforcer=browser.enforcer if browser else "",
        folder=folder,
        orders=recording.conversions,
        matrix=tuple(
            matrix_row(entry, [outcome for outcome in outcomes if outcome.vendor == vendor])
            for vendor, entry in facts.items()
        ),
        outcomes=outcomes,
        events=event_summaries(recording, decoded, facts),
        timeline=timeline(recording, decoded, facts),
        blocked=blocked_requests(recording, specs),
        steps=_steps(recording),
        canaries=recording.canaries,
        filter_lists=recording.filter_lists,
        server_source=recording.server_source,
        completeness=_completeness(recording, decoded),
        trusted=not _distrust(recording),
        breakdown=recording.breakdown,
        blocking=recording.profile.is_blocking,
        emulates=recording.profile.emulates,
        command=command(recording),
        refused=max((len(entry.refused) for entry in facts.values()), default=0),
    )


def _site(recording: Recording) -> str:
    site = recording.scenario.site
    return site.url or (f"the embedded {site.demo}" if site.demo else "not named")


def run_verdict(recording: Recording, outcomes: Sequence[Outcome]) -> tuple[Verdict, tuple[str, ...]]:
    """Inconclusive as soon as the evidence cannot be trusted or a check that ought to judge could not.

    A proven fault outweighs a check that could not judge, but not evidence that cannot be trusted. Where only the
    journey's end is missing, what is asked of the run as a whole may still be proven by what was seen.
    """
    broken = _distrust(recording)
    if broken and (_doubts(recording) or not _has_error(outcome for outcome in outcomes if not outcome.vendor)):
        return Verdict.INCONCLUSIVE, broken
    if _has_error(outcomes):
        return Verdict.FAILED, broken
    undecided = tuple(
        dict.fromkeys(
            f"{outcome.check} ({outcome.vendor}): {outcome.reason}" for outcome in outcomes if outcome.undecided
        )
    )
    if undecided:
        return Verdict.INCONCLUSIVE, undecided
    if not any(outcome.outcome in (CheckOutcome.PASSED, CheckOutcome.FAILED) for outcome in outcomes):
        return Verdict.INCONCLUSIVE, ("no check could judge anything",)
    return Verdict.PASSED, ()


def _has_error(outcomes: Iterable[Outcome]) -> bool:
    return any(finding.severity is Severity.ERROR for outcome in outcomes for finding in outcome.findings)


def _distrust(recording: Recording) -> tuple[str, ...]:
    if recording.breakdown is None:
        return _doubts(recording)
    return (f"the journey did not reach its end: {_told(recording.breakdown)}", *_doubts(recording))


def _doubts(recording: Recording) -> tuple[str, ...]:
    """Why what was seen may not be what happened."""
    reasons = [
        f"self-check {canary.name}: expected {canary.expected}, observed {canary.observed}"
        for canary in recording.canaries
        if canary.critical and not canary.passed
    ]
    reasons += [f"the witness disagrees: {text}" for text in recording.disagreements]
    return tuple(reasons)


def _told(breakdown: Breakdown) -> str:
    """Messages that name their step themselves are left as they are."""
    if breakdown.step is None or breakdown.message.startswith("step "):
        return breakdown.message
    return f"step {breakdown.step + 1}: {breakdown.message}"


def suite_verdict(runs: Sequence[RunResult]) -> Verdict:
    """Failed if any run failed, else inconclusive if any was, or if there is none."""
    verdicts = {run.verdict for run in runs}
    if Verdict.FAILED in verdicts:
        return Verdict.FAILED
    return Verdict.INCONCLUSIVE if Verdict.INCONCLUSIVE in verdicts or not verdicts else Verdict.PASSED


def _steps(recording: Recording) -> tuple[StepSummary, ...]:
    return tuple(
        StepSummary(
            index=step.index,
            verb=step.verb,
            summary=step.summary,
            at=round(step.started_at - recording.started_at, 3),
            seconds=round(step.ended_at - step.started_at, 3),
            url=step.url,
            screenshot=step.screenshot,
            error=step.error,
            console_errors=step.console_errors,
        )
        for step in recording.steps
    )


def _completeness(recording: Recording, decoded: Decoded) -> dict[str, int]:
    """How much was seen, so that a reader can weigh the verdict."""

    def count(*fates: Fate, origin: Origin | None = None) -> int:
        return sum(_is(exchange, fates, origin) for exchange in recording.exchanges)

    return {
        "browser_requests": count(*Fate, origin=Origin.BROWSER),
        "server_requests": count(*Fate, origin=Origin.SERVER),
        "events": len(decoded.events),
        "blocked": count(Fate.BLOCKED),
        "refused": count(Fate.REFUSED),
        "failed": count(Fate.FAILED),
        "unanswered": count(Fate.PENDING),
        "disagreements": len(recording.disagreements),
    }


def _is(exchange: Exchange, fates: Sequence[Fate], origin: Origin | None) -> bool:
    return exchange.fate in fates and (origin is None or exchange.origin is origin)
