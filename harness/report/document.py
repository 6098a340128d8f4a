"""The result as a document that is handed to a client, read from front to back and printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.model.recording import FilterListInfo
from harness.model.result import CheckOutcome, RunResult, SuiteResult
from harness.model.theme import PLAIN, Theme
from harness.report import wording
from harness.report.chapters import chapters_of, general_matters
from harness.report.glossary import GLOSSARY
from harness.report.grouping import OutcomeGroup, grouped_outcomes, undecided, vendor_titles
from harness.report.html import ENVIRONMENT
from harness.report.judgement import Gap, judgement, plainly
from harness.report.losses import loss_tables
from harness.report.matrix import Standing
from harness.report.pages import asset, policy
from harness.report.summary import summary_of, told_vendors
from harness.report.theming import css_text, theme_style

DOCUMENT_FILE = "document.html"
_STANDINGS = {
    Standing.RIGHT: wording.Sign("✓", "every order once", "good"),
    Standing.OVER: wording.Sign("✗", "too many", "bad"),
    Standing.SHORT: wording.Sign("✗", "too few", "bad"),
    Standing.UNSURE: wording.Sign("?", "not certain", "unsure"),
}

_STOOD_IN = (
    "the vendors' servers were not asked: stand-ins answered in their place, by the vendors' documented rules. No "
    "advertising account received anything."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was tested, where, when and with what."""

    sites: tuple[str, ...]
    scenarios: tuple[str, ...]
    profiles: tuple[str, ...]
    vendors: tuple[str, ...]
    orders: int
    supposed: bool
    refused: int
    days: str
    browsers: tuple[str, ...]
    lists: tuple[FilterListInfo, ...]


def render_document(result: SuiteResult, theme: Theme = PLAIN, client: str = "") -> str:
    """One file without a script; it fetches nothing."""
    summary = summary_of(result)
    style = theme_style(theme) + asset("document.css") + _running(theme, client)
    return ENVIRONMENT.get_template("document.html.j2").render(
        result=result,
        theme=theme,
        client=client,
        title=document_title(theme),
        scope=scope_of(result),
        summary=summary,
        told_vendors=told_vendors(summary),
        judgement=judgement(result),
        chapters=chapters_of(result),
        general=general_matters(result),
        loss_tables=loss_tables(result),
        unseen=tuple(_unseen(result)),
        skipped=_not_due(result),
        method=tuple(_method(result)),
        limits=tuple(_limits(result)),
        standings=_STANDINGS,
        glossary=GLOSSARY,
        titles=vendor_titles(result),
        policy=policy(style, ""),
        style=style,
    )


def document_title(theme: Theme) -> str:
    return theme.title or "Conversion tracking audit"


def scope_of(result: SuiteResult) -> Scope:
    runs = result.runs
    lists = {(used.name, used.sha256): used for run in runs for used in run.filter_lists}
    return Scope(
        sites=_distinct(run.site for run in runs),
        scenarios=_distinct(run.title or run.scenario for run in runs),
        profiles=_distinct(run.profile_title or run.profile for run in runs),
        vendors=_distinct(row.title or row.vendor for run in runs for row in run.matrix),
        orders=sum(len(run.orders) for run in runs),
        supposed=any(order.is_supposed for run in runs for order in run.orders),
        refused=sum(run.refused for run in runs),
        days=_days(runs, result.created_at),
        browsers=_distinct(run.browser for run in runs),
        lists=tuple(lists.values()),
    )


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _days(runs: Iterable[RunResult], otherwise: float) -> str:
    """The day of the visits, or the first and the last."""
    starts = sorted(run.started_at for run in runs if run.started_at) or [otherwise]
    first, last = (wording.moment(at).partition(",")[0] for at in (starts[0], starts[-1]))
    return first if first == last else f"{first} to {last}"


def _unseen(result: SuiteResult) -> Iterator[Gap]:
    """What could not be seen, and why: told in the order of its weight."""
    yield from judgement(result).gaps
    for gap in dict.fromkeys(gap for run in result.runs for gap in run.gaps):
        unsaid, _, effect = gap.partition(": ")
        yield Gap(
            why=f"Nobody says {unsaid}.", parts=(plainly(wording.sentence(effect or "what depends on it is open")),)
        )
    blind: dict[str, list[str]] = {}
    for run in result.runs:
        source = run.server_source
        if source and not source.observable:
            blind.setdefault(source.note or f"the source “{source.kind}” does not show them", []).append(run.id)
        elif source and not source.settled and not run.gaps:
            late = f"calls may still have come after {wording.plain(source.waited)} seconds of waiting"
            blind.setdefault(late, []).append(run.id)
    for why, runs in blind.items():
        what = f"The server calls of {wording.number(len(runs), 'visit')}"
        yield Gap(why=wording.sentence(why), parts=(plainly(what),))
    if result.refused_hosts:
        yield Gap(
            why="No scenario allows these hosts, so they were not let through; what they would have done is not known.",
            parts=(plainly(wording.listing(result.refused_hosts, limit=8)),),
        )


def _not_due(result: SuiteResult) -> tuple[OutcomeGroup, ...]:
    """Checks that were skipped for good reason; those that ought to have judged are open questions."""
    left_open = {(check, group.reason) for group in undecided(result.runs) for check in group.checks}
    skipped = grouped_outcomes(result.runs, CheckOutcome.SKIPPED)
    return tuple(group for group in skipped if (group.check, group.reason) not in left_open)


def _method(result: SuiteResult) -> Iterator[str]:
    """How the visits were made, and what was done with them; one may be of each kind."""
    seen = _ways_seen(result)
    if seen.driven:
        yield (
            "A real browser walked through the site as a customer would, once for each kind of visitor. Everything "
            "that left the browser and everything that left the site's servers was recorded."
        )
    if seen.imported:
        visits = "A visit" if seen.imported == 1 else f"{seen.imported} visits"
        were = "was" if seen.imported == 1 else "were"
        yield f"{visits} that other programs had saved {were} read from the files named below."
    if seen.heard:
        yield "A person used the site, or its servers were pointed here, while everything that they sent was recorded."
    orders = "that are known to have been made"
    if scope_of(result).supposed:
        orders = "that the calls themselves tell of, for nobody says which were made"
    yield (
        "Each vendor's published rules were then applied to those calls, to say how many conversions it would count; "
        f"that is held against the orders {orders}."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """How many runs the harness drove itself, read from files, and only listened to."""

    driven: int
    imported: int
    heard: int


def _ways_seen(result: SuiteResult) -> _Ways:
    imported = sum(bool(run.sources) for run in result.runs)
    driven = sum(bool(run.steps) and not run.sources for run in result.runs)
    return _Ways(driven=driven, imported=imported, heard=len(result.runs) - imported - driven)


def _limits(result: SuiteResult) -> Iterator[str]:
    seen = _ways_seen(result)
    if seen.imported:
        yield (
            "What other programs had saved of a visit is all that is known of it. What it sent went to the vendors "
            "themselves, who may have counted it; none of them was asked."
        )
    if seen.driven:
        yield f"The visitors were made up for this test, and {_STOOD_IN}"
    elif seen.heard:
        yield f"Who used the site was not the harness's choice; {_STOOD_IN}"
    yield (
        "What a vendor does with data that it has received (modelling, attribution, fraud filters, matching with its "
        "own users) cannot be seen from outside, and is not part of any figure here."
    )
    emulated = _distinct(run.emulates for run in result.runs)
    if emulated:
        yield (
            f"{wording.listing(emulated)} {'was' if len(emulated) == 1 else 'were'} emulated: documented protections "
            "were applied in another browser. What is not documented, and what changed since the profile was reviewed, "
            "is not covered."
        )
    if any(run.blocking for run in result.runs):
        yield (
            "Blocking was done with the filter lists named in the appendix. Lists change daily, and visitors have "
            "other settings, lists and versions."
        )
    yield "Identifier coverage is a score of our own. It is no vendor's match quality and cannot be compared with one."


def _running(theme: Theme, client: str) -> str:
    """What stands on the margins of printed pages: texts that are not ours, so they are quoted for CSS."""
    parts = {
        "top-left": " · ".join(text for text in (document_title(theme), client) if text),
        "top-right": theme.confidentiality,
        "bottom-left": theme.footer or theme.name,
    }
    boxes = "\n".join(f"@{place} {{ content: {css_text(wording.one_line(text))}; }}" for place, text in parts.items())
    return f"@page {{\n{boxes}\n}}\n"
