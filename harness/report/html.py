"""The result as one HTML file that a client can be handed: no request leaves it, and it reads without JavaScript."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from harness.model.recording import ServerSource
from harness.model.result import (
    BlockedRequest,
    CheckOutcome,
    EventSummary,
    Finding,
    Outcome,
    RunResult,
    StepSummary,
    SuiteResult,
)
from harness.report import wording
from harness.report.evidence import DIFFERS, PARTLY, SAME, SUBJECT, proof_of
from harness.report.glossary import GLOSSARY
from harness.report.grouping import FindingGroup, OutcomeGroup, grouped_findings, grouped_outcomes, severity_counts
from harness.report.grouping import vendor_titles as titles_of
from harness.report.judgement import judgement
from harness.report.losses import loss_tables
from harness.report.matrix import matrices, profile_summaries
from harness.report.pictures import Picture, pictures_of
from harness.report.sources import gap_lines, source_lines
from harness.report.timeline import AXIS_HEIGHT, LANE_HEIGHT, Timeline, timeline_of
from harness.report.toll import tolls

_PAYLOAD_LIMIT = 12_000
_VALUE_LIMIT = 2_000

_ASSETS = files("harness.report") / "templates"
_TEMPLATES = {asset.name: asset.read_text("utf-8") for asset in _ASSETS.iterdir() if asset.name.endswith(".j2")}
_STYLE = (_ASSETS / "report.css").read_text("utf-8")
_SCRIPT = (_ASSETS / "report.js").read_text("utf-8")


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
    return _ENVIRONMENT.get_template("report.html.j2").render(
        result=result,
        judgement=judgement(result),
        severities=severity_counts(result.findings),
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
        policy=_policy(),
        style=_STYLE,
        script=_SCRIPT,
    )


def _policy() -> str:
    """Nothing may be fetched, and only our own style and script may act, whatever a payload smuggles in."""
    style, script = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (_STYLE, _SCRIPT))
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "base-uri 'none'; form-action 'none'"
    )


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


def _severity_words(findings: tuple[Finding, ...]) -> str:
    counts = severity_counts(findings).items()
    words = (
        wording.number(count, severity.value, "info" if severity.value == "info" else "") for severity, count in counts
    )
    return ", ".join(words)


def _step_number(run: RunResult, step: StepSummary) -> int:
    """Readers count steps from 1, as the timeline does."""
    return run.steps.index(step) + 1


def _screenshot_text(run: RunResult, step: StepSummary) -> str:
    return f"Screenshot after step {_step_number(run, step)}: {step.summary or step.verb}"


def _source_in_words(source: ServerSource) -> dict[str, Any]:
    """The times of a server source with their unit; everything else as it stands."""
    units = {key: f"{wording.plain(getattr(source, key))} seconds" for key in ("budget", "waited")}
    return {**asdict(source), **units}


def _finalize(value: Any) -> Any:
    """Every text that is not ours passes here on its way into the page."""
    return wording.clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "state": wording.state_sign,
        "event_sign": wording.event_sign,
        "severity": lambda severity: wording.SEVERITIES[severity],
        "channel": wording.channel_name,
        "moment": wording.moment,
        "duration": wording.duration,
        "percent": wording.percent,
        "counted": wording.counted_words,
        "plain": wording.plain,
        "label": wording.label,
        "listing": wording.listing,
        "identity": id,
        "position": lambda items, item: items.index(item) + 1,
        "closed": wording.sentence,
        "value": lambda text: wording.shorten(text, _VALUE_LIMIT),
        "payload": lambda text: wording.shorten(text, _PAYLOAD_LIMIT),
    }
    environment.globals |= {
        "number": wording.number,
        "step_number": _step_number,
        "since_start": wording.since_start,
        "proof_of": proof_of,
        "severity_words": _severity_words,
        "source_in_words": _source_in_words,
        "source_lines": source_lines,
        "gap_lines": gap_lines,
        "screenshot_text": _screenshot_text,
        "signs": {"differs": DIFFERS, "partly": PARTLY, "same": SAME, "subject": SUBJECT},
        "certainties": wording.CERTAINTIES,
        "lane_height": LANE_HEIGHT,
        "axis_height": AXIS_HEIGHT,
    }
    return environment


_ENVIRONMENT = _environment()
