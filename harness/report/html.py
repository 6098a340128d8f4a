"""The result as HTML that opens from a folder: a front page and a page for each run. No request leaves them, and they
read without JavaScript.

What fills a report are the events, pictures and timelines of its runs, so they stand on the runs' own pages: the front
page of hundreds of runs stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from jinja2 import Environment

from harness.model.recording import ServerSource
from harness.model.result import (
    BlockedRequest,
    CheckOutcome,
    Outcome,
    RunResult,
    StepSummary,
    SuiteResult,
)
from harness.model.theme import PLAIN, Theme
from harness.report import wording
from harness.report.addresses import FRONT, RunPlace, run_places
from harness.report.attempts import attempts_told
from harness.report.evidence import DIFFERS, PARTLY, SAME, SUBJECT, shown_proofs
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
from harness.report.matrix import matrices, overview_of, profile_summaries
from harness.report.pages import asset, page_environment, policy
from harness.report.pictures import Picture, pictures_of
from harness.report.sources import gap_lines, source_lines
from harness.report.theming import theme_style
from harness.report.timeline import AXIS_HEIGHT, LANE_HEIGHT, Timeline, timeline_of
from harness.report.toll import Toll, tolls

_STYLE = asset("report.css")
_SCRIPT = asset("report.js")
# By this a page of a run is known again, when another suite is reported into the same folder.
RUN_PAGE_MARK = '<meta name="generator" content="conversion testing harness, page of a run">'


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
        **_shared(result, groups, places, theme, is_alone=False),
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
        # Of the suite only what this run is about: its waivers and its orphans are told on the front page.
        part = replace(result, runs=(place.run,), verdict=place.run.verdict, notices=(), orphans=())
        here = replace(place, page="")
        text = ENVIRONMENT.get_template("run_page.html.j2").render(
            **_shared(part, grouped_findings(part), (here,), theme, is_alone=True),
            view=_run_view(here, pictures_of(place.run, images), titles, toll_of.get(id(place.run))),
            front=FRONT,
            judgement=judgement(part),
            mark=RUN_PAGE_MARK,
            of=len(result.runs),
            matrices=matrices(part),
            overview=None,
            alone=place.run,
        )
        yield place.page, text


def _shared(
    result: SuiteResult,
    groups: tuple[FindingGroup, ...],
    places: tuple[RunPlace, ...],
    theme: Theme,
    *,
    is_alone: bool,
) -> dict[str, Any]:
    style = theme_style(theme) + _STYLE
    return {
        "result": result,
        "severities": severity_counts(result.findings),
        "waived": sum(finding.waived is not None for finding in result.findings),
        "groups": groups,
        "place_of": {id(place.run): place for place in places},
        "titles": titles_of(result),
        "first_findings": _first_findings(groups),
        "proofs": shown_proofs(
            # Further evidence of the same kind stands on the page of its run: a report of hundreds stays readable.
            occurrence
            for group in groups
            for cluster in group.clusters
            for occurrence in (cluster.occurrences if is_alone else cluster.occurrences[:1])
        ),
        "policy": policy(style, _SCRIPT),
        "style": style,
        "script": _SCRIPT,
        "theme": theme,
    }


def render_page(template: str, **values: Any) -> str:
    """A page beside the report, in its style, with the policy that keeps everything else out of it."""
    style = theme_style(PLAIN) + _STYLE
    return ENVIRONMENT.get_template(template).render(policy=policy(style, ""), style=style, **values)


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
        "attempts_told": attempts_told,
        "since_start": wording.since_start,
        "severity_words": lambda findings: ", ".join(count_words(findings)),
        "source_in_words": _source_in_words,
        "source_lines": source_lines,
        "gap_lines": gap_lines,
        "screenshot_text": _screenshot_text,
        "signs": {"differs": DIFFERS, "partly": PARTLY, "same": SAME, "subject": SUBJECT},
        "certainties": wording.CERTAINTIES,
        "waived_sign": wording.WAIVED,
        "lane_height": LANE_HEIGHT,
        "axis_height": AXIS_HEIGHT,
    }
    return environment


ENVIRONMENT = _environment()
