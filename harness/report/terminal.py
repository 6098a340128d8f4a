"""The result on a terminal: verdict, matrix and findings, on one screen when all is well."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.model.result import Notice, Severity, SuiteResult, Verdict
from harness.report.grouping import Cluster, FindingGroup, grouped_findings, vendor_titles
from harness.report.judgement import judgement
from harness.report.matrix import Cell, Matrix, matrices
from harness.report.sources import source_lines
from harness.report.toll import tolls
from harness.report.wording import SEVERITIES, counted_words, number, one_line, sentence, shorten, state_sign

STYLES = {"good": "green", "bad": "bold red", "warn": "yellow", "unsure": "magenta", "note": "cyan"}
_MESSAGE_LIMIT = 400
# What stood on the page in place of what was looked for comes last, and helps most.
_REASON_LIMIT = 1000
_MOST_COMMANDS = 3
# Beyond this many columns there is no room for more than the IDs of profiles.
_MOST_TITLES = 4


def summary_table(result: SuiteResult) -> RenderableType:
    """Nothing in it is read as markup, whatever a site has put into a message."""
    sign, said = state_sign(result.verdict), judgement(result)
    parts: list[RenderableType] = [
        Text(f"{sign.symbol} {sign.word.upper()}  {one_line(said.headline)}", style=STYLES[sign.tone]),
        Text(one_line(" ".join(said.sentences)), style="dim"),
    ]
    if said.gaps:
        parts += [Text(), Text("Could not be judged", style="bold")]
        parts += [item("?", "magenta", shorten(f"{gap.what}: {gap.why}", _REASON_LIMIT)) for gap in said.gaps]
    if said.tried_again:
        parts += [Text(), Text("Tried again", style="bold")]
        parts += [item("~", "yellow", shorten(told, _MESSAGE_LIMIT)) for told in said.tried_again]
    if result.notices:
        parts += [Text(), Text("Waivers to look at", style="bold"), *map(_notice, result.notices)]
    parts += _sources(result)
    parts += [Padding(_matrix_table(matrix), (1, 0, 0, 0)) for matrix in matrices(result)]
    costs = tolls(result)
    if costs:
        parts += [Text(), Text("What the blocker took away", style="bold")]
        parts += [
            item("⊘", "cyan", f"{toll.title}: {toll.summary}" if len(costs) > 1 else toll.summary) for toll in costs
        ]
    titles = vendor_titles(result)
    for group in grouped_findings(result):
        parts += [Text(), _group_heading(group), *_clusters(group, titles)]
    again = [run.command for run in result.runs if run.command and run.verdict is not Verdict.PASSED]
    if again:
        parts += [
            Text(),
            Text("To run it again", style="bold"),
            *(Text(f"  {one_line(each)}") for each in again[:_MOST_COMMANDS]),
        ]
    return Group(*parts)


def _sources(result: SuiteResult) -> list[RenderableType]:
    runs = [run for run in result.runs if run.sources]
    told = [one_line(source.text) for run in runs for source in source_lines(run)]
    told += [f"Nobody says {one_line(gap)}." for run in runs for gap in run.gaps]
    return (
        [Text(), Text("Where the evidence came from", style="bold"), *(item("i", "cyan", each) for each in told)]
        if told
        else []
    )


def render_terminal(result: SuiteResult, width: int = 100) -> str:
    """The same as plain text, for a log."""
    console = Console(file=StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(summary_table(result))
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _matrix_table(matrix: Matrix) -> Table:
    title = Text(one_line(matrix.title or matrix.scenario), style="bold")
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(Text("counted / orders", style="dim"), no_wrap=True, overflow="ellipsis")
    is_wide = len(matrix.profiles) > _MOST_TITLES
    for profile, name in matrix.profiles:
        table.add_column(Text(one_line(profile if is_wide else name), style="dim"), min_width=6)
    for line in matrix.lines:
        cells = (Text("\n").join(_cell(cell) for cell in cells) if cells else Text("·") for cells in line.cells)
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


def _clusters(group: FindingGroup, titles: dict[str, str]) -> Iterator[RenderableType]:
    for cluster in group.clusters:
        sign = cluster.sign
        vendor = titles.get(cluster.vendor, cluster.vendor)
        lead = f"{vendor}: " if vendor else ""
        for message in cluster.messages:
            times = sum(occurrence.finding.message == message for occurrence in cluster.occurrences)
            many = f" [{_profiles(cluster, message)}]" if times else ""
            yield item(sign.symbol, STYLES[sign.tone], lead + shorten(message, _MESSAGE_LIMIT) + many)
        for remark in cluster.remarks:
            yield Padding(Text(f"({one_line(remark)})", style="dim"), (0, 0, 0, 4))
        if cluster.remedy and cluster.severity is Severity.ERROR and not cluster.is_waived:
            yield Padding(Text(f"→ {one_line(cluster.remedy)}", style="dim"), (0, 0, 0, 4))


def _notice(notice: Notice) -> RenderableType:
    sign = SEVERITIES[notice.severity]
    text = f"{notice.place}: {sentence(notice.message)} {notice.remedy}"
    return item(sign.symbol, STYLES[sign.tone], text)


def _profiles(cluster: Cluster, message: str) -> str:
    runs = [occurrence.run for occurrence in cluster.occurrences if occurrence.finding.message == message]
    return ", ".join(dict.fromkeys(run.profile for run in runs))


def item(symbol: str, style: str, text: str) -> RenderableType:
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=3, justify="right")
    row.add_column(ratio=1, overflow="fold")
    row.add_row(Text(symbol, style=style), Text(one_line(text)))
    return row
