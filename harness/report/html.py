"""The result as HTML that opens from a folder: a front page and a page for each run. No request leaves them, and they
read without JavaScript.

What fills a report are the events, pictures and timelines of its runs, so they stand on the runs' own pages: the front
page of hundreds of runs stays small.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from harness.model.recording import ServerSource
from harness.model.result import (
    BlockedRequest,
    CheckOutcome,
    Finding,
    Outcome,
    RunResult,
    StepSummary,
    SuiteResult,
)
from harness.model.theme import PLAIN, Theme
from harness.report import wording
from harness.report.addresses import FRONT, RunPlace, run_places
from harness.report.evidence import DIFFERS, PARTLY, SAME, SUBJECT, proof_of
from harness.report.glossary import GLOSSARY
from harness.report.grouping import FindingGroup, OutcomeGroup, grouped_findings, grouped_outcomes, severity_counts
from harness.report.grouping import vendor_titles as titles_of
from harness.report.judgement import judgement
from harness.report.losses import loss_tables
from harness.report.matrix import matrices, overview_of, profile_summaries
from harness.report.pictures import Picture, pictures_of
from harness.report.theming import logo_address, theme_style
from harness.report.timeline import AXIS_HEIGHT, LANE_HEIGHT, Timeline, timeline_of
from harness.report.toll import Toll, tolls

_PAYLOAD_LIMIT = 12_000
_VALUE_LIMIT = 2_000
# By this a page of a run is known again, when another suite is reported into the same folder.
RUN_PAGE_MARK = '<meta name="generator" content="conversion testing harness, page of a run">'

_ASSETS = files("harness.report") / "templates"
_TEMPLATES = {
    # Indentation is for us; on a page of thousands of cells it would be a sixth of the file.
    asset.name: "\n".join(line.lstrip() for line in asset.read_text("utf-8").splitlines())
    for asset in _ASSETS.iterdir()
    if asset.name.endswith(".j2")
}
STYLE_SHEETS = {name: (_ASSETS / name).read_text("utf-8") for name in ("report.css", "document.css")}
_SCRIPT = (_ASSETS / "report.js").read_text("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """What the page of one run shows and the model does not say."""

    place: RunPlace
    timeline: Timeline
    pictures: tuple[Picture, ...]
    screenshots: dict[int, Picture]
    passed: tuple[OutcomeGroup, ...]
    failed: tuple[Outcome, ...]
    skipped: tuple[OutcomeGroup, ...]
    errored: tuple[OutcomeGroup, ...]
    blocked: tuple[tuple[str, tuple[BlockedRequest, ...]], ...]
    toll: Toll | None


def render_html(result: SuiteResult, theme: Theme = PLAIN) -> str:
    """The front page."""
    groups = grouped_findings(result)
    places = run_places(result)
    return ENVIRONMENT.get_template("report.html.j2").render(
        **_shared(result, groups, places, theme),
        judgement=judgement(result),
        profiles=profile_summaries(result),
        matrices=matrices(result),
        overview=overview_of(result),
        loss_tables=loss_tables(result),
        tolls=tolls(result),
        places=places,
        glossary=GLOSSARY,
        alone=None,
    )


def run_pages(result: SuiteResult, images: Mapping[str, bytes], theme: Theme = PLAIN) -> Iterator[tuple[str, str]]:
    """The file name and the text of every run's page.

    `images` maps `<run folder>/<screenshot>` to the bytes of a picture; one that is missing is left out.
    """
    titles = titles_of(result)
    toll_of = {id(toll.run): toll for toll in tolls(result)}
    for place in run_places(result):
        part = replace(result, runs=(place.run,))
        here = replace(place, page="")
        text = ENVIRONMENT.get_template("run_page.html.j2").render(
            **_shared(part, grouped_findings(part), (here,), theme),
            view=_run_view(here, pictures_of(place.run, images), titles, toll_of.get(id(place.run))),
            front=FRONT,
            mark=RUN_PAGE_MARK,
            of=len(result.runs),
            matrices=matrices(part),
            overview=None,
            alone=place.run,
        )
        yield place.page, text


def _shared(
    result: SuiteResult, groups: tuple[FindingGroup, ...], places: tuple[RunPlace, ...], theme: Theme
) -> dict[str, Any]:
    style = theme_style(theme) + STYLE_SHEETS["report.css"]
    return {
        "result": result,
        "severities": severity_counts(result.findings),
        "groups": groups,
        "place_of": {id(place.run): place for place in places},
        "titles": titles_of(result),
        "first_findings": _first_findings(groups),
        "policy": policy(style, _SCRIPT),
        "style": style,
        "script": _SCRIPT,
        "theme": theme,
    }


def policy(style: str, script: str) -> str:
    """Nothing may be fetched, and only our own style and script may act, whatever a payload smuggles in."""
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    allowed = " ".join(
        f"{kind}-src 'sha256-{digest}';" for kind, digest in zip(("style", "script"), digests, strict=True)
    )
    return f"default-src 'none'; img-src data:; {allowed} base-uri 'none'; form-action 'none'"


def _run_view(place: RunPlace, pictures: tuple[Picture, ...], titles: dict[str, str], toll: Toll | None) -> RunView:
    run = place.run
    blocked: dict[str, list[BlockedRequest]] = {}
    for request in run.blocked:
        blocked.setdefault(request.vendor, []).append(request)
    return RunView(
        place=place,
        timeline=timeline_of(run, titles),
        pictures=pictures,
        screenshots={step.index: picture for picture in pictures for step in picture.steps},
        passed=grouped_outcomes((run,), CheckOutcome.PASSED),
        failed=tuple(outcome for outcome in run.outcomes if outcome.outcome is CheckOutcome.FAILED),
        skipped=grouped_outcomes((run,), CheckOutcome.SKIPPED),
        errored=grouped_outcomes((run,), CheckOutcome.ERRORED),
        blocked=tuple((vendor, tuple(requests)) for vendor, requests in blocked.items()),
        toll=toll,
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
        "logo_address": logo_address,
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
        "screenshot_text": _screenshot_text,
        "signs": {"differs": DIFFERS, "partly": PARTLY, "same": SAME, "subject": SUBJECT},
        "certainties": wording.CERTAINTIES,
        "lane_height": LANE_HEIGHT,
        "axis_height": AXIS_HEIGHT,
    }
    return environment


ENVIRONMENT = _environment()
