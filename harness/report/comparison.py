"""How do two releases differ, as a page, as Markdown for a pull request, and as lines for a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
_TERMINAL_VENDORS = 4
_MARKDOWN_LINES = 100
_VALUE_LIMIT = 160


class ChangeGroup(NamedTuple):
    """One change as several vendors show it, and the events that do, by vendor."""

    change: Change
    events: dict[str, str]
    times: int


def grouped(changes: Iterable[Change]) -> list[ChangeGroup]:
    """What is the same with several vendors is one thing to read, and most likely one to mend."""
    found: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        alike = (change.kind, change.channel, change.parameter, change.before, change.after)
        found.setdefault(alike, []).append(change)
    return [
        ChangeGroup(
            change=same[0],
            events={
                vendor: listing(change.event for change in same if change.vendor == vendor and change.event)
                for vendor in dict.fromkeys(change.vendor for change in same)
            },
            times=sum(change.times for change in same),
        )
        for same in found.values()
    ]


def render_comparison_html(comparison: Comparison) -> str:
    """One file that needs nothing else, with the look of the report."""
    return render_page(
        "comparison.html.j2",
        comparison=comparison,
        titles=comparison.vendor_titles,
        names=_short_names(comparison.before.name, comparison.after.name),
        verdict=verdict_of(comparison),
        headline=headline(comparison),
        open_points=open_points(comparison),
        kinds=KINDS,
        grouped=grouped,
        sign_of=_sign_of_run,
    )


def _short_names(before: str, after: str) -> tuple[str, str]:
    """Folders by what tells them apart; the whole names stand below."""
    short = before.rstrip("/").rpartition("/")[2], after.rstrip("/").rpartition("/")[2]
    return short if all(short) and short[0] != short[1] else (before, after)


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
        groups = [*grouped(run.mattering), *grouped(run.notes)]
        yield from (
            f"{'!' if group.change.matters else 'i'} {_line(group, comparison)}" for group in groups[:_TERMINAL_LINES]
        )
        more = len(groups) - _TERMINAL_LINES
        if more > 0:
            yield f"  and {number(more, 'more kind')} of change, in the report"


def comparison_annotations(comparison: Comparison) -> Iterator[str]:
    """What matters, as workflow commands for GitHub."""
    lines = [(_run_name(run), _line(each, comparison)) for run in comparison.runs for each in grouped(run.mattering)]
    yield from limited("error", [command("error", line, title=f"Tracking changed: {name}") for name, line in lines])
    points = [command("warning", point, title="Not compared") for point in open_points(comparison)]
    yield from limited("warning", points)


def verdict_of(comparison: Comparison) -> Sign:
    if comparison.mattering:
        return DIFFERENT
    if not comparison.is_whole:
        return UNCLEAR
    return NOTED if comparison.changes or comparison.new else SAME


def _sign_of_run(run: RunComparison) -> Sign:
    if run.mattering:
        return DIFFERENT
    if run.gaps:
        return UNCLEAR
    return NOTED if run.changes else SAME


def headline(comparison: Comparison) -> str:
    """What a reader has to know, in one sentence."""
    runs = number(len(comparison.runs), "run")
    mattering, changes = comparison.mattering, comparison.changes
    if mattering:
        kinds = listing((KINDS[change.kind] for change in mattering), limit=4)
        vendors = {change.vendor for change in mattering if change.vendor}
        whose = f", at {number(len(vendors), 'vendor')}" if vendors else ""
        verb = "matters" if len(mattering) == 1 else "matter"
        return f"{number(len(mattering), 'difference')} that {verb} in {runs}{whose}: {kinds}."
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
    events = number(before, "event") + ("" if before == after else f" before, {after} after")
    verb = "matters" if len(run.mattering) == 1 else "matter"
    return f"{events}, {number(len(run.mattering), 'change')} that {verb}, {number(len(run.notes), 'note')}"


def _line(group: ChangeGroup, comparison: Comparison) -> str:
    change = group.change
    where = channel_name(change.channel) if change.channel else ""
    what = f"{KINDS[change.kind]}{f' ({change.parameter})' if change.parameter else ''}"
    told = f": {_values(change)}" if change.before or change.after else ""
    whose = _vendors(group, comparison, _TERMINAL_VENDORS)
    return one_line(f"{', '.join(part for part in (where, what) if part)}{_times(group)}{told}{whose and f'; {whose}'}")


def _vendors(group: ChangeGroup, comparison: Comparison, limit: int = 0) -> str:
    """The vendors that show it, each with the events that do where they have a name."""
    names = [
        comparison.vendor_titles.get(vendor, vendor) + (f" ({events})" if events else "")
        for vendor, events in group.events.items()
        if vendor
    ]
    return listing(names, limit)


def _values(change: Change) -> str:
    before, after = (shorten(one_line(text), _VALUE_LIMIT) for text in (change.before, change.after))
    return f"{before or 'nothing'} → {after or 'nothing'}"


def _times(group: ChangeGroup) -> str:
    return f", {number(group.times, 'event')}" if group.times > 1 and group.change.channel else ""


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
    lines = ["| Change | Channel | Before | After | Vendors |", "|---|---|---|---|---|"]
    groups = grouped(changes)
    for group in groups[:_MARKDOWN_LINES]:
        change = group.change
        parameter = f": {change.parameter}" if change.parameter else ""
        cells = (
            f"{KINDS[change.kind]}{parameter}{_times(group)}",
            channel_name(change.channel) if change.channel else "",
            change.before or "nothing",
            change.after or "nothing",
            _vendors(group, comparison),
        )
        lines.append(f"| {' | '.join(escape(cell, _VALUE_LIMIT) for cell in cells[:-1])} | {escape(cells[-1])} |")
    more = len(groups) - _MARKDOWN_LINES
    return "\n".join(lines) + (f"\n\n{number(more, 'more kind')} of change in comparison.html." if more > 0 else "")
