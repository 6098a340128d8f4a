"""The verdict in plain words, and what could not be judged and why."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.result import CheckOutcome, SuiteResult, Verdict
from harness.report.grouping import OutcomeGroup, grouped_outcomes, severity_counts, vendor_titles
from harness.report.matrix import counting_vendors, profile_summaries
from harness.report.wording import SEVERITIES, listing, number, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that could not be judged, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    headline: str
    sentences: tuple[str, ...]
    gaps: tuple[Gap, ...]


def judgement(result: SuiteResult) -> Judgement:
    return Judgement(headline=_headline(result), sentences=_sentences(result), gaps=_gaps(result))


def _headline(result: SuiteResult) -> str:
    orders = sum(len(run.orders) for run in result.runs)
    vendors = counting_vendors(result)
    miscounted = _miscounting_vendors(result)
    if result.verdict is Verdict.INCONCLUSIVE:
        stuck = sum(run.verdict is Verdict.INCONCLUSIVE for run in result.runs)
        what = f"{stuck} of {number(len(result.runs), 'run')}" if stuck else "Some of what had to be judged"
        return f"No verdict: {what} could not be judged."
    if miscounted:
        return f"{len(miscounted)} of {number(len(vendors), 'vendor')} would not count every order exactly once."
    if result.verdict is Verdict.FAILED:
        return f"{number(len(result.findings), 'finding')} must be mended, although every predicted count is right."
    if not orders:
        return "Nothing wrong was found; no order was made."
    made = "The one order" if orders == 1 else f"Each of the {orders:,} orders"
    unpredicted = {name for profile in profile_summaries(result) for name in profile.unpredicted}
    whom = "every vendor whose count can be predicted" if unpredicted else "every vendor tested"
    return f"{made} would be counted exactly once by {whom}."


def _sentences(result: SuiteResult) -> tuple[str, ...]:
    orders = sum(len(run.orders) for run in result.runs)
    vendors = {row.vendor for run in result.runs for row in run.matrix}
    scenarios = {run.scenario for run in result.runs}
    profiles = {run.profile for run in result.runs}
    transports = len(vendors - counting_vendors(result))
    passing_on = f", {transports} of them only hand events on and count nothing themselves" if transports else ""
    scope = (
        f"{number(len(result.runs), 'visit')} ({number(len(scenarios), 'scenario')} under "
        f"{number(len(profiles), 'profile')}) led to {number(orders, 'order')}; "
        f"{number(len(vendors), 'vendor')} tested{passing_on}."
    )
    counts = severity_counts(result.findings)
    found = listing(number(count, SEVERITIES[severity].word.lower()) for severity, count in counts.items())
    over = listing(dict.fromkeys(name for profile in profile_summaries(result) for name in profile.over), limit=8)
    short = listing(dict.fromkeys(name for profile in profile_summaries(result) for name in profile.short), limit=8)
    return tuple(
        text
        for text in (
            scope,
            f"More conversions than orders would be counted by {over}." if over else "",
            f"Orders would be lost by {short}." if short else "",
            f"Findings: {found.replace('infos', 'info')}." if found else "No finding.",
        )
        if text
    )


def _miscounting_vendors(result: SuiteResult) -> set[str]:
    rows = (row for run in result.runs for row in run.matrix)
    return {row.vendor for row in rows if row.counted is not None and row.counted != row.orders}


def _gaps(result: SuiteResult) -> tuple[Gap, ...]:
    runs = (
        Gap(
            what=f"The run of “{run.title or run.scenario}” under {run.profile_title or run.profile}",
            why=sentence("; ".join(run.reasons)) or "No reason was recorded.",
        )
        for run in result.runs
        if run.verdict is Verdict.INCONCLUSIVE
    )
    titles = vendor_titles(result)
    undecided = grouped_outcomes(result.runs, CheckOutcome.SKIPPED, undecided=True)
    errored = grouped_outcomes(result.runs, CheckOutcome.ERRORED)
    checks = (
        Gap(what=_where(group, titles), why=sentence(group.reason) or "No reason was recorded.")
        for group in (*undecided, *errored)
    )
    unpredicted: dict[str, list[str]] = {}
    counting = counting_vendors(result)
    for run in result.runs:
        for row in run.matrix:
            if row.counted is None and row.vendor in counting:
                unpredicted.setdefault(row.note, []).append(row.title or row.vendor)
    counts = (
        Gap(what=f"The count of {listing(names)}", why=sentence(note) or "No reason was recorded.")
        for note, names in unpredicted.items()
    )
    orphans = (
        Gap(
            what=number(len(result.orphans), "server call") + " outside every run",
            why="Nothing tied them to a run, or they came after it had ended; the appendix lists them.",
        ),
    )
    return (*runs, *checks, *counts, *(orphans if result.orphans else ()))


def _where(group: OutcomeGroup, titles: dict[str, str]) -> str:
    vendors = listing((titles.get(vendor, vendor) for vendor in group.vendors if vendor), limit=6)
    of = f", {vendors}" if vendors else ""
    return f"“{group.title or group.check}”{of} ({number(len(group.runs), 'run')})"
