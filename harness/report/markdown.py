"""The result as Markdown, for the summary page of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import starmap

from harness.model.facts import Coverage
from harness.model.result import Notice, RunResult, SuiteResult, Verdict
from harness.report.grouping import Cluster, FindingGroup, Occurrence, grouped_findings, vendor_titles
from harness.report.judgement import judgement
from harness.report.losses import LossCell, loss_tables
from harness.report.matrix import Cell, Matrix, Overview, matrices, overview_of
from harness.report.sources import source_lines
from harness.report.summary import blocking_told
from harness.report.wording import (
    SEVERITIES,
    counted_words,
    listing,
    moment,
    number,
    one_line,
    percent,
    sentence,
    shorten,
    state_sign,
)

_VALUE_LIMIT = 300
_SPECIAL = re.compile(r"[\\`*_{}\[\]()#+!|~$-]")


def escape(text: str, limit: int = 0) -> str:
    """Text that stays text: no markup, no table border, no link, no mention."""
    text = shorten(one_line(text), limit) if limit else one_line(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(lambda found: "\\" + found[0], text)
    return text.replace("@", "&#64;").replace("://", "&#58;//").replace("www.", "www&#46;")


def render_markdown(result: SuiteResult) -> str:
    sections = [*_opening(result)]
    sections += [*_sources(result)]
    sections += [*_matrices(result)]
    sections += [*_losses(result), *_blocker(result), *_findings(result), *_again(result), f"{_closing(result)}"]
    return "\n\n".join(sections) + "\n"


def _opening(result: SuiteResult) -> Iterator[str]:
    sign, said = state_sign(result.verdict), judgement(result)
    yield f"## {sign.symbol} {sign.word}: {escape(result.title)}"
    yield f"**{escape(said.headline)}**"
    yield " ".join(escape(text) for text in said.sentences)
    if said.gaps:
        gaps = [f"- **{escape(gap.why)}** {escape(sentence(gap.named))}" for gap in said.gaps]
        yield "\n".join(["### Could not be judged", "", *gaps])
    if said.tried_again:
        yield "\n".join(["### Tried again", "", *(f"- {escape(told)}" for told in said.tried_again)])
    if result.notices:
        yield "\n".join(["### Waivers to look at", "", *map(_notice, result.notices)])


def _notice(notice: Notice) -> str:
    sign = SEVERITIES[notice.severity]
    told = f"{sentence(notice.message)} {notice.remedy} ({notice.place})"
    return f"- {sign.symbol} {sign.word}: {escape(told)}"


def _sources(result: SuiteResult) -> Iterator[str]:
    for run in result.runs:
        if run.sources:
            lines = [f"- {escape(source.text)}" for source in source_lines(run)]
            yield "\n".join(["### Where the evidence came from", "", *lines])
        if run.gaps:
            yield "\n".join(["### What could not be seen", "", *(f"- Nobody says {escape(gap)}" for gap in run.gaps)])


def _matrices(result: SuiteResult) -> Iterator[str]:
    """All of them, or of many scenarios an overview and those that did not pass."""
    overview = overview_of(result)
    if overview:
        yield "\n".join(_overview(overview))
    open_ = {run.scenario for run in result.runs if run.verdict is not Verdict.PASSED}
    for matrix in matrices(result):
        if matrix.lines and (overview is None or matrix.scenario in open_):
            yield "\n".join(_table(matrix))


def _overview(overview: Overview) -> Iterator[str]:
    yield " | ".join(["| Vendors that count right", *map(escape, overview.profiles)]) + " |"
    yield "|---" * (len(overview.profiles) + 1) + "|"
    for line in overview.lines:
        cells = ["<br>".join(starmap(_rightness, runs)) or "not tested" for runs in line.cells]
        yield " | ".join([f"| {escape(line.title)}", *cells]) + " |"


def _rightness(run: RunResult, right: int, counting: int) -> str:
    sign = state_sign(run.verdict)
    return f"{sign.symbol} {sign.word}" + (f": {right} of {counting}" if counting else "")


def _table(matrix: Matrix) -> Iterator[str]:
    yield f"### {escape(matrix.title or matrix.scenario)}"
    yield ""
    yield " | ".join(["| Vendor", *(escape(title) for _, title in matrix.profiles)]) + " |"
    yield "|---" * (len(matrix.profiles) + 1) + "|"
    for line in matrix.lines:
        cells = ["<br>".join(_cell(cell) for cell in cells) or "not tested" for cells in line.cells]
        yield " | ".join([f"| {escape(line.title)}", *cells]) + " |"


def _losses(result: SuiteResult) -> Iterator[str]:
    for table in loss_tables(result):
        yield "\n".join(
            [
                f"### What each profile took: {escape(table.title)}",
                "",
                " | ".join(["| Vendor", *(escape(title) for title in table.profiles)]) + " |",
                "|---" * (len(table.profiles) + 1) + "|",
                *(
                    " | ".join([f"| {escape(line.title)}", *(_loss(cell) for cell in line.cells)]) + " |"
                    for line in table.lines
                ),
            ]
        )


def _loss(cell: LossCell | None) -> str:
    return "<br>".join(escape(text) for text in (cell.head, *cell.parts) if text) if cell else "not tested"


def _blocker(result: SuiteResult) -> Iterator[str]:
    costs = blocking_told(result)
    if costs:
        yield "\n".join(["### What the blocker took away", "", *(f"- {escape(told)}" for told in costs)])


def _again(result: SuiteResult) -> Iterator[str]:
    commands = [run.command for run in result.runs if run.command and run.verdict is not Verdict.PASSED]
    if commands:
        yield "\n".join(["### To run it again", "", *(f"    {one_line(command)}" for command in commands)])


def _cell(cell: Cell) -> str:
    row, sign = cell.row, state_sign(cell.row.state)
    counted = f"counted {counted_words(row)} of {row.orders}" if row.counted is not None else "no count predicted"
    calls = {"tag": row.tag_events, "server": row.capi_events, "collect": row.collect_events}
    calls["blocked"] = row.blocked_events
    seen = ", ".join(f"{name} {count}" for name, count in calls.items() if count or name in ("tag", "server"))
    coverage = ", ".join(_coverage(entry) for entry in row.coverage.values())
    note = escape(row.note, _VALUE_LIMIT)
    parts = (f"{sign.symbol} {escape(sign.word)}: {counted}", seen, coverage and f"identifiers: {coverage}", note)
    return "<br>".join(part for part in parts if part)


def _coverage(coverage: Coverage) -> str:
    lacks = f" without {escape(listing(coverage.missing))}" if coverage.missing else ""
    return f"{escape(coverage.channel)} {percent(coverage.score)}{lacks}"


def _findings(result: SuiteResult) -> Iterator[str]:
    groups, titles = grouped_findings(result), vendor_titles(result)
    if groups:
        yield f"### {number(len(result.findings), 'finding')} of {number(len(groups), 'kind')}"
    for group in groups:
        yield "\n".join(_group(group, titles))


def _group(group: FindingGroup, titles: dict[str, str]) -> Iterator[str]:
    sign = group.gravest.sign
    many = (
        f"{len(group.occurrences)} × in {number(group.runs, 'run')}, {number(len(group.vendors), 'vendor')}"
        if len(group.occurrences) > 1
        else "once"
    )
    yield f"#### {sign.symbol} {escape(group.title)} ({escape(group.check)}, {many})"
    for cluster in group.clusters:
        yield ""
        yield from _cluster(cluster, titles)


def _cluster(cluster: Cluster, titles: dict[str, str]) -> Iterator[str]:
    sign = SEVERITIES[cluster.severity]
    decided = f" ({'; '.join(escape(remark) for remark in cluster.remarks)})" if cluster.remarks else ""
    vendor = titles.get(cluster.vendor, cluster.vendor)
    yield f"- **{sign.word}{', ' + escape(vendor) if vendor else ''}**{decided}"
    for occurrence in cluster.occurrences:
        yield f"  - {_occurrence(occurrence)}"
    if cluster.why:
        yield f"  - Why it matters: {escape(cluster.why)}"
    if cluster.remedy:
        yield f"  - How to mend: {escape(cluster.remedy)}"
    if cluster.citation:
        cited = cluster.citation
        standing = f"{escape(cited.basis)}, reviewed {escape(cited.reviewed)}"
        yield f"  - Rule {escape(cited.rule)} ({standing}): {escape(cited.says)}"


def _occurrence(occurrence: Occurrence) -> str:
    run, finding = occurrence.run, occurrence.finding
    place = f"{escape(run.title or run.scenario)}, {escape(run.profile_title or run.profile)}"
    values = {"Expected": finding.expected, "found": finding.found}
    # A value is shown as it is: with a capital it would be another one.
    told = "; ".join(f"{name}: {escape(text, _VALUE_LIMIT)}" for name, text in values.items() if text)
    return " ".join(part for part in (escape(sentence(finding.message)), told, f"({place})") if part)


def _closing(result: SuiteResult) -> str:
    told = (
        f"harness {escape(result.harness_version)}" if result.harness_version else "",
        f"judged {moment(result.created_at)}" if result.created_at else "",
        f"suite {escape(result.suite_id)}" if result.suite_id else "",
    )
    return " · ".join(part for part in told if part)
