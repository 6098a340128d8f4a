"""Which findings are of one kind, and how often and where does each kind occur?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.model.result import CheckOutcome, Citation, Finding, Outcome, RunResult, Severity, StepSummary, SuiteResult
from harness.report.wording import SEVERITIES, WAIVED, Sign, number, remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A finding in its place. `anchor` is a name for links that no other finding of the suite has, `own_anchor` one
    that no other of its run has."""

    anchor: str
    own_anchor: str
    run: RunResult
    finding: Finding

    @property
    def step(self) -> StepSummary | None:
        return next((step for step in self.run.steps if step.index == self.finding.step), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Findings that share vendor, cause and cure, and differ only in where they were met.

    `remarks` say what people decided about them: that they are waived, or less grave than their check says.
    """

    vendor: str
    severity: Severity
    why: str
    remedy: str
    parameter: str
    citation: Citation | None
    is_waived: bool
    remarks: tuple[str, ...]
    occurrences: tuple[Occurrence, ...]

    @property
    def sign(self) -> Sign:
        return WAIVED if self.is_waived else SEVERITIES[self.severity]

    @property
    def weight(self) -> int:
        """What is waived comes after all that is not."""
        return -1 if self.is_waived else self.severity.weight

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(occurrence.finding.message for occurrence in self.occurrences))

    @property
    def agree(self) -> bool:
        """Is the same expected and the same found everywhere?"""
        return len({(occurrence.finding.expected, occurrence.finding.found) for occurrence in self.occurrences}) == 1

    @property
    def has_proof(self) -> bool:
        return any(occurrence.finding.events or occurrence.finding.exchanges for occurrence in self.occurrences)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """All findings of one check, the gravest first."""

    check: str
    title: str
    clusters: tuple[Cluster, ...]

    @property
    def occurrences(self) -> tuple[Occurrence, ...]:
        return tuple(occurrence for cluster in self.clusters for occurrence in cluster.occurrences)

    @property
    def gravest(self) -> Cluster:
        return self.clusters[0]

    @property
    def vendors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cluster.vendor for cluster in self.clusters))

    @property
    def runs(self) -> int:
        return len({occurrence.run.id for occurrence in self.occurrences})


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Checks that could not judge the same vendors, for one reason. `titles` are the questions that they ask."""

    reason: str
    checks: tuple[str, ...]
    titles: tuple[str, ...]
    vendors: tuple[str, ...]
    runs: tuple[RunResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeGroup:
    """One check that ended alike for several vendors of a run, or of the suite."""

    check: str
    title: str
    reason: str
    vendors: tuple[str, ...]
    runs: tuple[RunResult, ...]


def grouped_findings(result: SuiteResult) -> tuple[FindingGroup, ...]:
    titles: dict[str, str] = {}
    kinds: dict[str, dict[object, list[Occurrence]]] = {}
    anchors: Counter[str] = Counter()
    for run in result.runs:
        own_anchors: Counter[str] = Counter()
        for outcome in run.outcomes:
            for finding in outcome.findings:
                name = finding.id or finding.check
                anchor, own_anchor = _anchor(name, anchors), _anchor(name, own_anchors)
                titles.setdefault(finding.check, outcome.title)
                kind = (finding.vendor, finding.severity, finding.why, finding.remedy, finding.parameter)
                cause = (*kind, finding.citation and finding.citation.rule, remarks(finding))
                occurrence = Occurrence(anchor=anchor, own_anchor=own_anchor, run=run, finding=finding)
                kinds.setdefault(finding.check, {}).setdefault(cause, []).append(occurrence)
    groups = [
        FindingGroup(check=check, title=titles[check] or check, clusters=_clusters(causes))
        for check, causes in kinds.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.gravest.weight, -len(group.occurrences), group.check)))


def _anchor(name: str, taken: Counter[str]) -> str:
    taken[name] += 1
    return f"finding-{name}" if taken[name] == 1 else f"finding-{name}-again-{taken[name]}"


def _clusters(causes: dict[object, list[Occurrence]]) -> tuple[Cluster, ...]:
    clusters = [
        Cluster(
            vendor=first.finding.vendor,
            severity=first.finding.severity,
            why=first.finding.why,
            remedy=first.finding.remedy,
            parameter=first.finding.parameter,
            citation=first.finding.citation,
            is_waived=first.finding.waived is not None,
            remarks=remarks(first.finding),
            occurrences=tuple(occurrences),
        )
        for occurrences in causes.values()
        if (first := occurrences[0])
    ]
    return tuple(sorted(clusters, key=lambda cluster: -cluster.weight))


def severity_counts(findings: tuple[Finding, ...]) -> dict[Severity, int]:
    """Gravest first; only those that occur, and none that is waived."""
    counting = [finding.severity for finding in findings if finding.waived is None]
    counts = {severity: counting.count(severity) for severity in reversed(Severity)}
    return {severity: count for severity, count in counts.items() if count}


def count_words(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """`1 error`, `2 warnings`, `3 waived`: gravest first, only those that occur."""
    waived = sum(finding.waived is not None for finding in findings)
    return (
        *(
            number(count, severity.value, "info" if severity is Severity.INFO else "")
            for severity, count in severity_counts(findings).items()
        ),
        *((f"{waived} waived",) if waived else ()),
    )


def grouped_outcomes(runs: tuple[RunResult, ...], kind: CheckOutcome) -> tuple[OutcomeGroup, ...]:
    """Outcomes of one kind, joined by check and reason."""
    joined: dict[tuple[str, str, str], list[tuple[RunResult, Outcome]]] = {}
    for run in runs:
        for outcome in run.outcomes:
            if outcome.outcome is kind:
                joined.setdefault((outcome.check, outcome.title, outcome.reason), []).append((run, outcome))
    return tuple(
        OutcomeGroup(
            check=check,
            title=title,
            reason=reason,
            vendors=tuple(dict.fromkeys(outcome.vendor for _, outcome in places)),
            runs=tuple({run.id: run for run, _ in places}.values()),
        )
        for (check, title, reason), places in joined.items()
    )


def undecided(runs: tuple[RunResult, ...]) -> tuple[Undecided, ...]:
    """What ought to have been judged and was not, joined by reason and vendors: a missing order stops every check."""
    reasons: dict[str, dict[str, list[tuple[RunResult, Outcome]]]] = {}
    for run in runs:
        for outcome in run.outcomes:
            if outcome.undecided or outcome.outcome is CheckOutcome.ERRORED:
                reasons.setdefault(outcome.reason, {}).setdefault(outcome.vendor, []).append((run, outcome))
    groups = []
    for reason, vendors in reasons.items():
        alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for vendor, places in vendors.items():
            checks = tuple({outcome.check: outcome.title or outcome.check for _, outcome in places}.items())
            alike.setdefault(checks, []).append(vendor)
        for checks, names in alike.items():
            concerned = {run.id: run for name in names for run, _ in vendors[name]}
            groups.append(
                Undecided(
                    reason=reason,
                    checks=tuple(check for check, _ in checks),
                    titles=tuple(title for _, title in checks),
                    vendors=tuple(names),
                    runs=tuple(concerned.values()),
                )
            )
    return tuple(groups)


def vendor_titles(result: SuiteResult) -> dict[str, str]:
    titles = {spec.vendor: spec.title for spec in result.specs}
    titles |= {row.vendor: row.title for run in result.runs for row in run.matrix if row.title}
    return titles
