"""How do two releases differ, as a page, as Markdown for a pull request, and as lines for a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from harness.model.comparison import Change, ChangeKind, Comparison, RunComparison
from harness.report.github import command, limited
from harness.report.html import render_page
from harness.report.markdown import escape
from harness.report.wording import Sign, channel_name, listing, moment, number, one_line, sentence, shorten

KINDS = {
    ChangeKind.VENDOR_REMOVED: "vendor no longer in the scenario",
    ChangeKind.VENDOR_ADDED: "vendor new in the scenario",
    ChangeKind.DEDUP: "counted otherwise",
    ChangeKind.EVENT_REMOVED: "event no longer sent",
    ChangeKind.EVENT_ADDED: "event sent in addition",
    ChangeKind.EVENT_RENAMED: "event renamed",
    ChangeKind.ACCEPTANCE: "taken otherwise by the vendor",
    ChangeKind.ACCOUNT: "another account",
    ChangeKind.IDENTIFIER_LOST: "identifier lost",
    ChangeKind.IDENTIFIER_CHANGED: "identifier of another kind",
    ChangeKind.IDENTIFIER_GAINED: "identifier gained",
    ChangeKind.PARAMETER_REMOVED: "parameter removed",
    ChangeKind.PARAMETER_CHANGED: "parameter changed",
    ChangeKind.PARAMETER_ADDED: "parameter added",
    ChangeKind.PLACE: "fired on another page",
    ChangeKind.ORDER: "sent in another order",
    ChangeKind.TIMING: "sent at another time",
    ChangeKind.VERSION: "another version",
    ChangeKind.CONVERSIONS: "other orders were made",
}
SAME = Sign("✓", "The same", "good")
DIFFERENT = Sign("✗", "Different", "bad")
NOTED = Sign("✓", "The same where it matters", "good")
UNCLEAR = Sign("?", "Not wholly compared", "unsure")

_TERMINAL_LINES = 20
_MARKDOWN_LINES = 100
_VALUE_LIMIT = 160


def render_comparison_html(comparison: Comparison) -> str:
    """One file that needs nothing else, with the look of the report."""
    return render_page(
        "comparison.html.j2",
        comparison=comparison,
        titles=comparison.vendor_titles,
        verdict=verdict_of(comparison),
        headline=headline(comparison),
        open_points=open_points(comparison),
        kinds=KINDS,
    )


def render_comparison_markdown(comparison: Comparison) -> str:
    sign = verdict_of(comparison)
    sections = [
        f"## {sign.symbol} {sign.word}: tracking compared",
        f"**{escape(headline(comparison))}**",
        "\n".join(f"- {name}: {escape(text)}" for name, text in _sides(comparison)),
    ]
    points = open_points(comparison)
    if points:
        sections.append("\n".join(["### Could not be compared", "", *(f"- {escape(point)}" for point in points)]))
    for run in comparison.runs:
        sections += _run_sections(run, comparison)
    return "\n\n".join(sections) + "\n"


class ComparisonReporter(NamedTuple):
    file_name: str
    render: Callable[[Comparison], str]


COMPARISON_REPORTERS = {
    "html": ComparisonReporter("comparison.html", render_comparison_html),
    "markdown": ComparisonReporter("comparison.md", render_comparison_markdown),
}


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """The summary for a terminal: what matters, then how much more there is."""
    sign = verdict_of(comparison)
    yield f"{sign.symbol} {sign.word}. {headline(comparison)}"
    yield from (f"{name:<7} {one_line(text)}" for name, text in _sides(comparison))
    yield from (f"? {one_line(point)}" for point in open_points(comparison))
    for run in comparison.runs:
        yield ""
        yield f"{_run_name(run)}: {_numbers(run)}"
        shown = [*run.mattering, *run.notes][:_TERMINAL_LINES]
        yield from (f"{'!' if change.matters else 'i'} {_line(change, comparison)}" for change in shown)
        more = len(run.changes) - len(shown)
        if more:
            yield f"  and {number(more, 'more change')}, in the report"


def comparison_annotations(comparison: Comparison) -> Iterator[str]:
    """What matters, as workflow commands for GitHub."""
    lines = [(_run_name(run), _line(change, comparison)) for run in comparison.runs for change in run.mattering]
    yield from limited("error", [command("error", line, title=f"Tracking changed: {name}") for name, line in lines])
    points = [command("warning", point, title="Not compared") for point in open_points(comparison)]
    yield from limited("warning", points)


def verdict_of(comparison: Comparison) -> Sign:
    if comparison.mattering:
        return DIFFERENT
    if not comparison.is_whole:
        return UNCLEAR
    return NOTED if comparison.changes or comparison.new else SAME


def headline(comparison: Comparison) -> str:
    """What a reader has to know, in one sentence."""
    runs = number(len(comparison.runs), "run")
    mattering, changes = comparison.mattering, comparison.changes
    if mattering:
        kinds = listing((KINDS[change.kind] for change in mattering), limit=4)
        vendors = {change.vendor for change in mattering if change.vendor}
        whose = f" with {number(len(vendors), 'vendor')}" if vendors else ""
        verb = "matters" if len(mattering) == 1 else "matter"
        return f"{number(len(mattering), 'difference')} in {runs} {verb}{whose}: {kinds}."
    if not comparison.is_whole:
        return f"No difference that matters in what could be compared of {runs}; the rest could not be."
    if changes:
        return f"No difference that matters in {runs}; {number(len(changes), 'change')} to know of."
    return f"No difference in {runs}."


def open_points(comparison: Comparison) -> tuple[str, ...]:
    """What was not compared, and why."""
    return (
        *(f"{name}: only the first release was recorded with it" for name in comparison.missing),
        *(f"{name}: only the second release was recorded with it" for name in comparison.new),
        *(f"{_run_name(run)}: {gap}" for run in comparison.runs for gap in run.gaps),
    )


def _sides(comparison: Comparison) -> Iterator[tuple[str, str]]:
    for name, side in (("before", comparison.before), ("after", comparison.after)):
        yield name, f"{side.name}, {side.site}, recorded {moment(side.started_at)}, {side.browser}"


def _run_name(run: RunComparison) -> str:
    return f"{run.title or run.scenario}, {run.profile_title or run.profile}"


def _numbers(run: RunComparison) -> str:
    before, after = run.events
    events = f"{before} events" if before == after else f"{before} events before, {after} after"
    return f"{events}, {number(len(run.mattering), 'change')} that matter, {number(len(run.notes), 'note')}"


def _line(change: Change, comparison: Comparison) -> str:
    vendor = comparison.vendor_titles.get(change.vendor, change.vendor)
    where = ", ".join(part for part in (vendor, channel_name(change.channel), change.event) if part)
    what = f"{KINDS[change.kind]}{f' ({change.parameter})' if change.parameter else ''}"
    told = f": {_values(change)}" if change.before or change.after else ""
    return one_line(f"{where}: {what}{_times(change)}{told}")


def _values(change: Change) -> str:
    before, after = (shorten(one_line(text), _VALUE_LIMIT) for text in (change.before, change.after))
    return f"{before or 'nothing'} → {after or 'nothing'}"


def _times(change: Change) -> str:
    return f" {change.times} times" if change.times > 1 else ""


def _run_sections(run: RunComparison, comparison: Comparison) -> Iterator[str]:
    yield f"### {escape(_run_name(run))}"
    yield escape(sentence(_numbers(run)))
    if run.mattering:
        yield _table(run.mattering, comparison)
    if run.notes:
        # The blank lines are what makes Markdown inside of HTML be read.
        summary = f"<summary>{number(len(run.notes), 'note')}</summary>"
        yield "\n\n".join([f"<details>{summary}", _table(run.notes, comparison), "</details>"])


def _table(changes: Sequence[Change], comparison: Comparison) -> str:
    lines = ["| Change | Vendor | Event | Before | After |", "|---|---|---|---|---|"]
    for change in changes[:_MARKDOWN_LINES]:
        parameter = f": {change.parameter}" if change.parameter else ""
        cells = (
            f"{KINDS[change.kind]}{parameter}{_times(change)}",
            ", ".join(
                part
                for part in (
                    comparison.vendor_titles.get(change.vendor, change.vendor),
                    channel_name(change.channel),
                )
                if part
            ),
            change.event,
            change.before,
            change.after,
        )
        lines.append(f"| {' | '.join(escape(cell, _VALUE_LIMIT) for cell in cells)} |")
    more = len(changes) - _MARKDOWN_LINES
    return "\n".join(lines) + (f"\n\n{number(more, 'more change')} in comparison.html." if more > 0 else "")
