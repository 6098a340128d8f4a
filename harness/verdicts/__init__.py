"""What does a reader need to see of a judged run?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.model.event import Decoded
from harness.model.facts import VendorFacts
from harness.model.recording import Exchange, Fate, Origin, Recording
from harness.model.result import Outcome, RunResult, StepSummary
from harness.model.spec import VendorSpec
from harness.verdicts.attempts import last_attempts
from harness.verdicts.blocked import blocked_requests
from harness.verdicts.command import command
from harness.verdicts.demanding import demanded
from harness.verdicts.events import event_summaries
from harness.verdicts.findings import placed
from harness.verdicts.losses import baseline_of, losses
from harness.verdicts.lowering import lowered
from harness.verdicts.matrix import matrix_row
from harness.verdicts.timeline import timeline
from harness.verdicts.verdict import distrust, run_verdict, suite_verdict
from harness.verdicts.waiving import aged, part_with_waivers, with_waivers

__all__ = [
    "aged",
    "baseline_of",
    "last_attempts",
    "losses",
    "part_with_waivers",
    "run_result",
    "run_verdict",
    "suite_verdict",
    "with_waivers",
]


def run_result(
    recording: Recording,
    decoded: Decoded,
    facts: Mapping[str, VendorFacts],
    outcomes: Sequence[Outcome],
    specs: Mapping[str, VendorSpec],
    folder: str,
) -> RunResult:
    """The run as the report shows it, not yet redacted. `folder` is where its pictures are, relative to the report."""
    outcomes = demanded(lowered(placed(outcomes, recording, decoded), recording.scenario), recording.scenario)
    verdict, reasons = run_verdict(recording, outcomes)
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
        browser=browser.title if browser else _seen_by(recording),
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
        sources=recording.sources,
        gaps=recording.gaps,
        completeness=_completeness(recording, decoded),
        trusted=not distrust(recording),
        breakdown=recording.breakdown,
        blocking=recording.profile.is_blocking,
        emulates=recording.profile.emulates,
        command=command(recording),
        file=recording.scenario.file,
        refused=max((len(entry.refused) for entry in facts.values()), default=0),
        attempt=recording.attempt,
    )


def _seen_by(recording: Recording) -> str:
    """Where no browser was driven: what saved what one had sent."""
    programs = [source.program for source in recording.sources if source.origin is Origin.BROWSER and source.program]
    return f"not known; its requests were saved by {', '.join(dict.fromkeys(programs))}" if programs else "none"


def _site(recording: Recording) -> str:
    site = recording.scenario.site
    return site.url or (f"the embedded {site.demo}" if site.demo else "not named")


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
            line=step.line,
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
