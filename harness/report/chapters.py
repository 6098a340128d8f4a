"""What does a client have to know about each vendor? One chapter a vendor."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.result import Citation, Finding, MatrixRow, RunResult, SpecInfo, SuiteResult
from harness.report.evidence import SAME, Proof, Row, proof_of
from harness.report.grouping import Cluster, grouped_findings
from harness.report.summary import Tally, sureness_of, tally

_EXCERPT_ROWS = 5
_LEAST_TELLING = 6
_CHANNELS = ("tag", "capi", "collect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """Which identifiers one channel carried, over all visits in which it was used."""

    channel: str
    visits: int
    always: tuple[str, ...]
    sometimes: tuple[str, ...]
    never: tuple[str, ...]
    scores: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The fields of one finding's events that matter for it; `left_out` are the others."""

    proof: Proof
    rows: tuple[Row, ...]
    left_out: int
    run: RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Findings of one cause, with one of their proofs."""

    title: str
    cluster: Cluster
    sureness: str
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRule:
    """A rule of deduplication and how many copies it dropped here."""

    citation: Citation
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    number: int
    vendor: str
    title: str
    is_counting: bool
    whole: Tally
    profiles: tuple[Tally, ...]
    notes: tuple[str, ...]
    carriage: tuple[Carriage, ...]
    rules: tuple[AppliedRule, ...]
    matters: tuple[Matter, ...]


def chapters_of(result: SuiteResult) -> tuple[Chapter, ...]:
    rows: dict[str, list[tuple[RunResult, MatrixRow]]] = {}
    for run in result.runs:
        for row in run.matrix:
            rows.setdefault(row.vendor, []).append((run, row))
    specs = {spec.vendor: spec for spec in result.specs}
    matters = _matters(result)
    return tuple(
        _chapter(number, vendor, found, specs.get(vendor), matters.get(vendor, ()))
        for number, (vendor, found) in enumerate(rows.items(), start=1)
    )


def general_matters(result: SuiteResult) -> tuple[Matter, ...]:
    """Findings that concern no vendor alone."""
    return _matters(result).get("", ())


def _chapter(
    number: int,
    vendor: str,
    found: list[tuple[RunResult, MatrixRow]],
    spec: SpecInfo | None,
    matters: tuple[Matter, ...],
) -> Chapter:
    title = found[0][1].title or vendor
    profiles: dict[str, list[MatrixRow]] = {}
    for run, row in found:
        profiles.setdefault(run.profile_title or run.profile, []).append(row)
    return Chapter(
        number=number,
        vendor=vendor,
        title=title,
        is_counting=found[0][1].kind != "transport",
        whole=tally(title, (row for _, row in found)),
        profiles=tuple(tally(profile, rows) for profile, rows in profiles.items()),
        notes=tuple(dict.fromkeys(row.note for _, row in found if row.note)),
        carriage=tuple(carried for name in _CHANNELS if (carried := _carriage(name, [row for _, row in found]))),
        rules=_applied(vendor, spec, [run for run, _ in found]),
        matters=matters,
    )


def _carriage(channel: str, rows: list[MatrixRow]) -> Carriage | None:
    coverages = [row.coverage[channel] for row in rows if channel in row.coverage]
    if not coverages:
        return None
    names = tuple(dict.fromkeys(name for coverage in coverages for name in (*coverage.sent, *coverage.missing)))
    times = {name: sum(name in coverage.sent for coverage in coverages) for name in names}
    # What could not be sent, for example a click ID that was stripped, is neither sent nor missing.
    possible = {name: sum(name in (*each.sent, *each.missing) for each in coverages) for name in names}
    scores = [coverage.score for coverage in coverages]
    return Carriage(
        channel=channel,
        visits=len(coverages),
        always=tuple(name for name in names if times[name] == possible[name]),
        sometimes=tuple(name for name in names if 0 < times[name] < possible[name]),
        never=tuple(name for name in names if not times[name]),
        scores=(min(scores), max(scores)),
    )


def _applied(vendor: str, spec: SpecInfo | None, runs: list[RunResult]) -> tuple[AppliedRule, ...]:
    dropped = [event.dropped_by for run in runs for event in run.events if event.vendor == vendor]
    rules = spec.dedup if spec else ()
    return tuple(AppliedRule(citation=rule, dropped=dropped.count(rule.rule)) for rule in rules)


def _matters(result: SuiteResult) -> dict[str, tuple[Matter, ...]]:
    found: dict[str, list[Matter]] = {}
    for group in grouped_findings(result):
        for cluster in group.clusters:
            matter = Matter(
                title=group.title, cluster=cluster, sureness=sureness_of(cluster.citation), excerpt=_excerpt(cluster)
            )
            found.setdefault(cluster.vendor, []).append(matter)
    return {
        vendor: tuple(sorted(matters, key=lambda matter: -matter.cluster.weight)) for vendor, matters in found.items()
    }


def _excerpt(cluster: Cluster) -> Excerpt | None:
    """Of the first finding that has events: the fields it speaks of, else what differs."""
    for occurrence in cluster.occurrences:
        proof = proof_of(occurrence.finding, occurrence.run)
        if proof.events:
            differing = [row for row in proof.rows if row.is_subject or row.sign is not SAME]
            spoken_of = [row for row in differing if row.is_subject or _is_spoken_of(row, occurrence.finding)]
            rows = tuple((spoken_of or differing or list(proof.rows))[:_EXCERPT_ROWS])
            return Excerpt(proof=proof, rows=rows, left_out=len(proof.rows) - len(rows), run=occurrence.run)
    return None


def _is_spoken_of(row: Row, finding: Finding) -> bool:
    """Short values, such as a currency, stand in many a sentence by chance."""
    values = {cell.head + cell.middle + cell.tail for cell in row.cells if cell.sent}
    return any(
        value in (finding.expected, finding.found) or (len(value) >= _LEAST_TELLING and value in finding.message)
        for value in values
    )
