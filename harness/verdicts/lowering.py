"""Which findings does a scenario hold for less grave than their check does?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.model.result import CheckOutcome, Finding, Lowered, Outcome, Severity
from harness.model.scenario import ScenarioSnapshot, SeverityLimit


def lowered(outcomes: Sequence[Outcome], scenario: ScenarioSnapshot) -> tuple[Outcome, ...]:
    """The outcomes with every finding as grave as the scenario lets it be; a limit never makes one graver."""
    limits = {limit.name: limit for limit in scenario.severities}
    file = scenario.file or f"{scenario.id}.yaml"
    return tuple(_outcome(outcome, limits, file) for outcome in outcomes) if limits else tuple(outcomes)


def _outcome(outcome: Outcome, limits: Mapping[str, SeverityLimit], file: str) -> Outcome:
    """A limit for the one vendor goes before that for all of them."""
    limit = limits.get(f"{outcome.check}@{outcome.vendor}") or limits.get(outcome.check)
    if limit is None:
        return outcome
    findings = tuple(_finding(finding, limit, file) for finding in outcome.findings)
    harmless = all(finding.severity is Severity.INFO for finding in findings)
    is_passed = outcome.outcome is CheckOutcome.FAILED and harmless
    return replace(outcome, findings=findings, outcome=CheckOutcome.PASSED if is_passed else outcome.outcome)


def _finding(finding: Finding, limit: SeverityLimit, file: str) -> Finding:
    gravest = Severity(limit.at_most)
    if finding.severity.weight <= gravest.weight:
        return finding
    place = f"{file}:{limit.line}:{limit.column}"
    return replace(finding, severity=gravest, lowered=Lowered(was=finding.severity, place=place))
