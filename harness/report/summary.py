"""What does somebody have to know who reads one page only?

Said in plain words, and never more than the evidence says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.result import Certainty, Citation, MatrixRow, Severity, SuiteResult, Verdict
from harness.report.grouping import FindingGroup, Occurrence, grouped_findings, vendor_titles
from harness.report.judgement import judgement
from harness.report.matrix import Standing, counting_vendors, standing
from harness.report.toll import tolls
from harness.report.wording import listing, number, sentence

_GRAVEST = 3
_COUNT_CHECK = "counted-conversions"
_NO_MONEY = "The evidence does not say what it costs in money."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one vendor would count over all its visits, or under one profile. Counts are sums; `unpredicted` are the
    orders for which none can be told."""

    title: str
    visits: int
    orders: int
    least: int
    most: int
    unpredicted: int
    is_open: bool
    standing: Standing
    certainties: tuple[Certainty, ...]
    tag: int
    server: int
    collect: int
    blocked: int

    @property
    def counted(self) -> str:
        if self.is_open and not self.orders:
            return "not known"
        told = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
        if not self.unpredicted:
            return told
        rest = f"not known for {number(self.unpredicted, 'order')}"
        return rest if self.unpredicted == self.orders else f"{told}, {rest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One of the gravest kinds of findings."""

    title: str
    severity: Severity
    vendors: tuple[str, ...]
    visits: int
    what: str
    cost: str
    remedy: str
    sureness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    verdict: str
    sentences: tuple[str, ...]
    sureness: tuple[str, ...]
    vendors: tuple[Tally, ...]
    problems: tuple[Problem, ...]
    further: int
    blocking: tuple[str, ...]


def summary_of(result: SuiteResult) -> Summary:
    gravest = _by_gravity(result)[:_GRAVEST]
    said = judgement(result)
    return Summary(
        verdict=said.headline,
        sentences=said.sentences,
        sureness=tuple(_sureness(result)),
        vendors=vendor_tallies(result),
        problems=tuple(_problem(group, result) for group in gravest),
        further=len(grouped_findings(result)) - len(gravest),
        blocking=blocking_told(result),
    )


def vendor_tallies(result: SuiteResult) -> tuple[Tally, ...]:
    """Those that count, in the order of the matrix."""
    counting = counting_vendors(result)
    rows: dict[str, list[MatrixRow]] = {}
    for run in result.runs:
        for row in run.matrix:
            if row.vendor in counting:
                rows.setdefault(row.vendor, []).append(row)
    return tuple(tally(found[0].title or vendor, found) for vendor, found in rows.items())


def tally(title: str, rows: Iterable[MatrixRow]) -> Tally:
    rows = tuple(rows)
    told = [row for row in rows if row.counted is not None]
    return Tally(
        title=title,
        visits=len(rows),
        orders=sum(row.orders for row in rows),
        least=sum(min(_counts(row)) for row in told),
        most=sum(max(_counts(row)) for row in told),
        unpredicted=sum(row.orders for row in rows if row.counted is None),
        is_open=any(row.is_open for row in rows),
        standing=_worst(standing(row) for row in rows),
        certainties=tuple(dict.fromkeys(row.certainty for row in told if row.certainty is not Certainty.CERTAIN)),
        tag=sum(row.tag_events for row in rows),
        server=sum(row.capi_events for row in rows),
        collect=sum(row.collect_events for row in rows),
        blocked=sum(row.blocked_events for row in rows),
    )


def _counts(row: MatrixRow) -> tuple[int, ...]:
    return row.alternatives or (row.counted or 0,)


def _worst(standings: Iterable[Standing]) -> Standing:
    """One visit counted twice is not made good by another that is not counted at all."""
    met = set(standings)
    return next((each for each in (Standing.OVER, Standing.SHORT, Standing.UNSURE) if each in met), Standing.RIGHT)


def _sureness(result: SuiteResult) -> Iterable[str]:
    """How far the figures can be trusted."""
    counting = counting_vendors(result)
    rows = [row for run in result.runs for row in run.matrix if row.vendor in counting and row.orders]
    if rows:
        met = Counter(_ground(row) for row in rows)
        yield (
            "Counts are predictions: each vendor's own rules, applied to the calls that were recorded. "
            f"{_share(met['certain'], len(rows))} on what was seen in full and on rules that the vendor states without "
            "reservation."
        )
        if met["open"]:
            yield (
                f"{number(met['open'], 'prediction')} may turn out otherwise, because the evidence leaves open what "
                "else there was; “What could not be seen” says why."
            )
        hedged = len(rows) - met["certain"] - met["unknown"] - met["open"]
        if hedged:
            yield f"{number(hedged, 'prediction')} may turn out otherwise, because the vendor hedges or is silent."
        if met["unknown"]:
            yield f"For {number(met['unknown'], 'case')} no count can be told at all."
    untrusted = [run for run in result.runs if run.verdict is Verdict.INCONCLUSIVE]
    if untrusted:
        yield (
            f"{number(len(untrusted), 'visit')} of {len(result.runs)} came to no verdict; nothing is concluded from "
            "what was not seen there."
        )
    if not any(run.trusted for run in result.runs):
        yield "No visit was recorded well enough to judge by."


def _ground(row: MatrixRow) -> str:
    if row.counted is None:
        return "unknown"
    return "open" if row.is_open else row.certainty.value


def _share(part: int, whole: int) -> str:
    if part == whole:
        return "The one prediction rests" if whole == 1 else f"All {whole} predictions rest"
    if not part:
        return "The one prediction does not rest" if whole == 1 else f"None of the {whole} predictions rests"
    return f"{part} of {whole} predictions {'rests' if part == 1 else 'rest'}"


def _by_gravity(result: SuiteResult) -> tuple[FindingGroup, ...]:
    """What is seen where counts are wrong comes first. That a count is wrong is told by the table of vendors; it is a
    problem of its own only where nothing else was found that explains it."""
    groups = grouped_findings(result)
    wrong = _miscounted(result)
    told = {_place(each) for group in groups if group.check != _COUNT_CHECK for each in group.occurrences}
    # What is only worth knowing is no problem.
    grave = [group for group in groups if group.gravest.weight > Severity.INFO.weight]
    kept = (
        group
        for group in grave
        if group.check != _COUNT_CHECK or any(_place(each) not in told for each in group.occurrences)
    )

    def rank(group: FindingGroup) -> tuple[float, ...]:
        near = sum(_place(each) in wrong for each in group.occurrences) / len(group.occurrences)
        return -group.gravest.weight, -near, -len(group.occurrences)

    return tuple(sorted(kept, key=rank))


def _place(occurrence: Occurrence) -> tuple[str, str]:
    return occurrence.run.id, occurrence.finding.vendor


def _miscounted(result: SuiteResult) -> frozenset[tuple[str, str]]:
    """Run and vendor wherever the count is surely wrong."""
    return frozenset(
        (run.id, row.vendor)
        for run in result.runs
        for row in run.matrix
        if row.kind != "transport" and standing(row) in (Standing.OVER, Standing.SHORT)
    )


def _problem(group: FindingGroup, result: SuiteResult) -> Problem:
    gravest = group.clusters[0]
    finding = gravest.occurrences[0].finding
    titles = vendor_titles(result)
    wrong = {place for each in group.occurrences if (place := _place(each)) in _miscounted(result)}
    told = listing(dict.fromkeys(titles.get(vendor, vendor) for _, vendor in sorted(wrong)), limit=5)
    where = f" The count of {told} is wrong in the same visits." if wrong else ""
    return Problem(
        title=group.title,
        severity=gravest.severity,
        vendors=tuple(titles.get(vendor, vendor) for vendor in group.vendors if vendor),
        visits=group.runs,
        what=sentence(finding.message),
        cost=(sentence(gravest.why) or _NO_MONEY) + where,
        remedy=sentence(gravest.remedy),
        sureness=sureness_of(gravest.citation),
    )


def sureness_of(citation: Citation | None) -> str:
    if citation is None:
        return "Observed in the recording itself; no vendor's rule is needed to see it."
    basis = {
        "documented": "The vendor documents the rule",
        "observed": "The rule was observed in practice and is not documented by the vendor",
        "inferred": "The rule is inferred and neither documented nor proved",
    }.get(citation.basis, f"The rule is {citation.basis}")
    return f"{basis}; our confidence is {citation.confidence}, reviewed {citation.reviewed or 'at an unknown date'}."


def blocking_told(result: SuiteResult) -> tuple[str, ...]:
    """A sentence a blocked visit; many visits are told by profile, for the page is short."""
    found = tolls(result)
    if len({toll.title for toll in found}) < 2:
        return tuple(toll.summary for toll in found)
    profiles: dict[str, list[tuple[int, int]]] = {}
    for toll in found:
        events = [vendor.channel("tag").events for vendor in toll.vendors]
        profiles.setdefault(toll.profile, []).append(
            (sum(open_ for open_, _ in events), sum(left for _, left in events))
        )
    return tuple(
        f"{profile} took away {sum(open_ - left for open_, left in pairs)} of "
        f"{number(sum(open_ for open_, _ in pairs), 'tag event')} in {number(len(pairs), 'visit')}."
        for profile, pairs in profiles.items()
    )


def told_vendors(summary: Summary) -> str:
    """One sentence that names who counts right and who does not."""
    named: dict[Standing, list[str]] = {}
    for vendor in summary.vendors:
        named.setdefault(vendor.standing, []).append(vendor.title)
    words = {
        Standing.RIGHT: "would count every order exactly once",
        Standing.OVER: "would count more than was sold",
        Standing.SHORT: "would miss orders",
        Standing.UNSURE: "might or might not count every order exactly once",
    }
    if len(named) == 1 and len(summary.vendors) > 2:
        return f"All {len(summary.vendors)} {words[summary.vendors[0].standing]}."
    return " ".join(f"{listing(names)} {words[kind]}." for kind, names in named.items())
