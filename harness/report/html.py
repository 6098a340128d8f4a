"""The result as one HTML file that a client can be handed: no request leaves it, and it reads without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jinja2 import Environment

from harness.model.recording import ServerSource
from harness.model.result import (
    BlockedRequest,
    CheckOutcome,
    EventSummary,
    Outcome,
    RunResult,
    StepSummary,
    SuiteResult,
)
from harness.report import wording
from harness.report.evidence import DIFFERS, PARTLY, SAME, SUBJECT, proof_of
from harness.report.glossary import GLOSSARY
from harness.report.grouping import (
    FindingGroup,
    OutcomeGroup,
    count_words,
    grouped_findings,
    grouped_outcomes,
    severity_counts,
)
from harness.report.grouping import vendor_titles as titles_of
from harness.report.judgement import judgement
from harness.report.losses import loss_tables
from harness.report.matrix import matrices, profile_summaries
from harness.report.pages import asset, page_environment, policy
from harness.report.pictures import Picture, pictures_of
from harness.report.timeline import AXIS_HEIGHT, LANE_HEIGHT, Timeline, timeline_of
from harness.report.toll import tolls

_STYLE = asset("report.css")
_SCRIPT = asset("report.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run with what the template needs and the model does not say. `number` counts from 1 and makes the anchors."""

    number: int
    run: RunResult
    timeline: Timeline
    screenshots: dict[int, Picture]
    passed: tuple[OutcomeGroup, ...]
    failed: tuple[Outcome, ...]
    skipped: tuple[OutcomeGroup, ...]
    errored: tuple[OutcomeGroup, ...]
    blocked: tuple[tuple[str, tuple[BlockedRequest, ...]], ...]

    @property
    def anchor(self) -> str:
        return f"run-{self.number}"

    def event_anchor(self, event: EventSummary) -> str:
        return f"{self.anchor}-event-{self.run.events.index(event) + 1}"

    def step_anchor(self, step: StepSummary) -> str:
        return f"{self.anchor}-step-{_step_number(self.run, step)}"


def render_html(result: SuiteResult, images: Mapping[str, bytes]) -> str:
    """`images` maps `<run folder>/<screenshot>` to the bytes of a picture; one that is missing is left out."""
    groups = grouped_findings(result)
    titles = titles_of(result)
    pictures = pictures_of(result, images)
    runs = tuple(_run_view(number, run, pictures, titles) for number, run in enumerate(result.runs, start=1))
    return render_page(
        "report.html.j2",
        result=result,
        judgement=judgement(result),
        severities=severity_counts(result.findings),
        waived=sum(finding.waived is not None for finding in result.findings),
        profiles=profile_summaries(result),
        matrices=matrices(result),
        loss_tables=loss_tables(result),
        tolls=tolls(result),
        pictures=pictures,
        groups=groups,
        runs=runs,
        run_views={id(view.run): view for view in runs},
        titles=titles,
        first_findings=_first_findings(groups),
        glossary=GLOSSARY,
        script=_SCRIPT,
    )


def render_page(template: str, **values: Any) -> str:
    """A page in our style, with the policy that keeps everything else out of it."""
    return _ENVIRONMENT.get_template(template).render(policy=policy(_STYLE, _SCRIPT), style=_STYLE, **values)


def _run_view(number: int, run: RunResult, pictures: tuple[Picture, ...], titles: dict[str, str]) -> RunView:
    blocked: dict[str, list[BlockedRequest]] = {}
    for request in run.blocked:
        blocked.setdefault(request.vendor, []).append(request)
    return RunView(
        number=number,
        run=run,
        timeline=timeline_of(run, titles),
        screenshots={
            step.index: picture
            for picture in pictures
            for run_number, _, step in picture.places
            if run_number == number
        },
        passed=grouped_outcomes((run,), CheckOutcome.PASSED),
        failed=tuple(outcome for outcome in run.outcomes if outcome.outcome is CheckOutcome.FAILED),
        skipped=grouped_outcomes((run,), CheckOutcome.SKIPPED),
        errored=grouped_outcomes((run,), CheckOutcome.ERRORED),
        blocked=tuple((vendor, tuple(requests)) for vendor, requests in blocked.items()),
    )


def _first_findings(groups: tuple[FindingGroup, ...]) -> dict[tuple[str, str], str]:
    """Run and vendor to the anchor of the gravest finding there: where a cell of the matrix leads."""
    first: dict[tuple[str, str], str] = {}
    for group in groups:
        for occurrence in group.occurrences:
            first.setdefault((occurrence.run.id, occurrence.finding.vendor), occurrence.anchor)
    return first


def _step_number(run: RunResult, step: StepSummary) -> int:
    """Readers count steps from 1, as the timeline does."""
    return run.steps.index(step) + 1


def _screenshot_text(run: RunResult, step: StepSummary) -> str:
    return f"Screenshot after step {_step_number(run, step)}: {step.summary or step.verb}"


def _source_in_words(source: ServerSource) -> dict[str, Any]:
    """The times of a server source with their unit; everything else as it stands."""
    units = {key: f"{wording.plain(getattr(source, key))} seconds" for key in ("budget", "waited")}
    return {**asdict(source), **units}


def _environment() -> Environment:
    environment = page_environment()
    environment.globals |= {
        "number": wording.number,
        "step_number": _step_number,
        "since_start": wording.since_start,
        "proof_of": proof_of,
        "severity_words": lambda findings: ", ".join(count_words(findings)),
        "source_in_words": _source_in_words,
        "screenshot_text": _screenshot_text,
        "signs": {"differs": DIFFERS, "partly": PARTLY, "same": SAME, "subject": SUBJECT},
        "certainties": wording.CERTAINTIES,
        "waived_sign": wording.WAIVED,
        "lane_height": LANE_HEIGHT,
        "axis_height": AXIS_HEIGHT,
    }
    return environment


_ENVIRONMENT = _environment()
