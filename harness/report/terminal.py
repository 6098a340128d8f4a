"""The result on a terminal: verdict, matrix and findings, on one screen when all is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import starmap, zip_longest

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.model.result import Notice, RunResult, Severity, SuiteResult, Verdict
from harness.report.grouping import Cluster, FindingGroup, grouped_findings, vendor_titles
from harness.report.judgement import Gap, judgement
from harness.report.matrix import Cell, Matrix, Overview, matrices, overview_of
from harness.report.sources import source_lines
from harness.report.summary import blocking_told
from harness.report.wording import SEVERITIES, counted_words, listing, number, one_line, sentence, shorten, state_sign

STYLES = {"good": "green", "bad": "bold red", "warn": "yellow", "unsure": "magenta", "note": "cyan"}
_MESSAGE_LIMIT = 400
# What stood on the page in place of what was looked for comes last, and helps most.
_REASON_LIMIT = 1000
_MOST_COMMANDS = 3
# Beyond this many columns there is no room for more than the IDs of profiles.
_MOST_TITLES = 4
# So many stand beside each other on 80 columns.
_MOST_PROFILES = 6


def summary_table(result: SuiteResult) -> RenderableType:
    """Nothing in it is read as markup, whatever a site has put into a message."""
    sign, said = state_sign(result.verdict), judgement(result)
    parts: list[RenderableType] = [
        Text(f"{sign.symbol} {sign.word.upper()}  {one_line(said.headline)}", style=STYLES[sign.tone]),
        Text(one_line(" ".join(said.sentences)), style="dim"),
    ]
    if said.gaps:
        parts += [Text(), Text("Could not be judged", style="bold")]
        parts += [each for gap in said.gaps for each in _gap(gap)]
    if said.tried_again:
        parts += [Text(), Text("Tried again", style="bold")]
        parts += [item("~", "yellow", shorten(told, _MESSAGE_LIMIT)) for told in said.tried_again]
    if result.notices:
        parts += [Text(), Text("Waivers to look at", style="bold"), *map(_notice, result.notices)]
    parts += _sources(result)
    parts += _matrices(result)
    costs = blocking_told(result)
    if costs:
        parts += [
            Text(),
            Text("What the blocker took away", style="bold"),
            *(item("⊘", "cyan", told) for told in costs),
        ]
    titles = vendor_titles(result)
    profiles = {run.profile for run in result.runs}
    for group in grouped_findings(result):
        parts += [Text(), _group_heading(group), *_findings(group, titles, len(profiles))]
    parts += _again(result)
    return Group(*parts)


def _again(result: SuiteResult) -> list[RenderableType]:
    """A command stays on one line, so that it can be copied."""
    commands = [run.command for run in result.runs if run.command and run.verdict is not Verdict.PASSED]
    if not commands:
        return []
    shown = [Text(f"  {one_line(each)}", no_wrap=True, overflow="ignore") for each in commands[:_MOST_COMMANDS]]
    more = len(commands) - len(shown)
    rest = [Text(f"  and {more:,} more, on the pages of the runs", style="dim")] if more else []
    return [Text(), Text("To run it again", style="bold"), *shown, *rest]


def _gap(gap: Gap) -> Iterator[RenderableType]:
    yield item("?", "magenta", shorten(gap.why, _REASON_LIMIT))
    for part in gap.parts:
        yield Padding(Text(one_line(shorten(part.named, _MESSAGE_LIMIT)), style="dim"), (0, 0, 0, 4))


def _sources(result: SuiteResult) -> list[RenderableType]:
    read = [one_line(source.text) for run in result.runs for source in source_lines(run)]
    unseen = [f"Nobody says {one_line(gap)}." for run in result.runs for gap in run.gaps]
    return [*_told("Where the evidence came from", "i", read), *_told("What could not be seen", "?", unseen)]


def _told(title: str, sign: str, lines: Sequence[str]) -> list[RenderableType]:
    return [Text(), Text(title, style="bold"), *(item(sign, "cyan", each) for each in lines)] if lines else []


def render_terminal(result: SuiteResult, width: int = 100) -> str:
    """The same as plain text, for a log."""
    console = Console(file=StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(summary_table(result), crop=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _matrices(result: SuiteResult) -> Iterator[RenderableType]:
    """All of them, or of many scenarios an overview and those that did not pass."""
    overview = overview_of(result)
    if overview:
        yield Text()
        yield _overview_table(overview)
    open_ = {run.scenario for run in result.runs if run.verdict is not Verdict.PASSED}
    for matrix in matrices(result):
        if overview is None or matrix.scenario in open_:
            yield Text()
            yield Text(one_line(matrix.title or matrix.scenario), style="bold")
            for start in range(0, len(matrix.profiles) if matrix.lines else 0, _MOST_PROFILES):
                yield _matrix_table(matrix, slice(start, start + _MOST_PROFILES))


def _overview_table(overview: Overview) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(Text("vendors that count right", style="dim"), overflow="fold")
    for title in overview.profiles:
        table.add_column(Text(one_line(title), style="dim"), min_width=6)
    for line in overview.lines:
        cells = (Text("\n").join(starmap(_rightness, runs)) if runs else Text("·") for runs in line.cells)
        table.add_row(Text(one_line(line.title)), *cells)
    return table


def _rightness(run: RunResult, right: int, counting: int) -> Text:
    sign = state_sign(run.verdict)
    return Text(f"{sign.symbol} {right}/{counting}" if counting else sign.symbol, style=STYLES[sign.tone])


def _matrix_table(matrix: Matrix, part: slice) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(Text("counted / orders", style="dim"), overflow="fold")
    is_wide = len(matrix.profiles) > _MOST_TITLES
    for profile, name in matrix.profiles[part]:
        table.add_column(Text(one_line(profile if is_wide else name), style="dim"), min_width=6)
    for line in matrix.lines:
        cells = (Text("\n").join(_cell(cell) for cell in cells) if cells else Text("·") for cells in line.cells[part])
        table.add_row(Text(one_line(line.title)), *cells)
    return table


def _cell(cell: Cell) -> Text:
    sign = state_sign(cell.row.state)
    counted = counted_words(cell.row) or "–"
    blocked = f" ⊘{cell.row.blocked_events}" if cell.row.blocked_events else ""
    return Text(f"{sign.symbol} {counted}/{cell.row.orders}{blocked}", style=STYLES[sign.tone])


def _group_heading(group: FindingGroup) -> Text:
    sign = group.gravest.sign
    many = f"{number(len(group.occurrences), 'finding')}, {number(len(group.vendors), 'vendor')}"
    return Text.assemble(
        (f"{sign.symbol} {group.check}", STYLES[sign.tone]),
        f"  {one_line(group.title)} ",
        (f"({many}, {number(group.runs, 'run')})", "dim"),
    )


@dataclass(slots=True, kw_only=True)
class _Line:
    """Findings of one check that say the same, or the same but for the order's ID."""

    cluster: Cluster
    message: str
    messages: set[str] = field(default_factory=set)
    vendors: dict[str, None] = field(default_factory=dict)
    profiles: dict[str, None] = field(default_factory=dict)

    @property
    def remedy(self) -> str:
        is_grave = self.cluster.severity is Severity.ERROR and not self.cluster.is_waived
        return self.cluster.remedy if is_grave else ""


def _lines(group: FindingGroup, titles: dict[str, str]) -> list[_Line]:
    lines: dict[object, _Line] = {}
    for cluster in group.clusters:
        for occurrence in cluster.occurrences:
            message = alike = occurrence.finding.message
            for order in occurrence.run.orders:
                alike = alike.replace(order.order_id, "…") if order.order_id else alike
            key = (alike, cluster.sign, cluster.remedy, cluster.remarks, bool(cluster.vendor))
            line = lines.setdefault(key, _Line(cluster=cluster, message=message))
            line.messages.add(message)
            line.vendors[titles.get(cluster.vendor, cluster.vendor)] = None
            line.profiles[occurrence.run.profile] = None
    return list(lines.values())


def _findings(group: FindingGroup, titles: dict[str, str], profiles: int) -> Iterator[RenderableType]:
    """What is to be done is said once for all the lines above it that it mends."""
    lines = _lines(group, titles)
    for line, following in zip_longest(lines, lines[1:]):
        sign, whom = line.cluster.sign, listing(line.vendors)
        more = f" (and {len(line.messages) - 1} more like it)" if len(line.messages) > 1 else ""
        told = f"{f'{whom}: ' if whom else ''}{shorten(line.message, _MESSAGE_LIMIT)}{more}{_where(line, profiles)}"
        yield item(sign.symbol, STYLES[sign.tone], told)
        for remark in line.cluster.remarks:
            yield Padding(Text(f"({one_line(remark)})", style="dim"), (0, 0, 0, 4))
        if line.remedy and (following is None or following.remedy != line.remedy):
            yield Padding(Text(f"→ {one_line(line.remedy)}", style="dim"), (0, 0, 0, 4))


def _where(line: _Line, profiles: int) -> str:
    """The profiles, where there is a choice."""
    if profiles == 1:
        return ""
    is_everywhere = profiles > _MOST_TITLES and len(line.profiles) == profiles
    return f" [{f'all {profiles} profiles' if is_everywhere else ', '.join(line.profiles)}]"


def _notice(notice: Notice) -> RenderableType:
    sign = SEVERITIES[notice.severity]
    text = f"{notice.place}: {sentence(notice.message)} {notice.remedy}"
    return item(sign.symbol, STYLES[sign.tone], text)


def item(symbol: str, style: str, text: str) -> RenderableType:
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=3, justify="right")
    row.add_column(ratio=1, overflow="fold")
    row.add_row(Text(symbol, style=style), Text(one_line(text)))
    return row
