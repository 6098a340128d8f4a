"""Findings by kind: the gravest first, alike ones together, none lost."""

from __future__ import annotations

from report_builders import failing_result, inconclusive_result

from harness.model.result import CheckOutcome, Severity
from harness.report.grouping import grouped_findings, grouped_outcomes


def test_groups_hold_every_finding_once_with_its_own_number() -> None:
    result = failing_result()
    numbers = [occurrence.number for group in grouped_findings(result) for occurrence in group.occurrences]

    assert sorted(numbers) == list(range(1, len(result.findings) + 1))
    assert len(numbers) >= 40


def test_the_gravest_kind_comes_first() -> None:
    severities = [group.severity for group in grouped_findings(failing_result())]

    assert severities == sorted(severities, key=lambda severity: -severity.weight)
    assert severities[-1] is Severity.INFO


def test_the_same_cause_in_several_runs_is_one_cluster() -> None:
    (group,) = (group for group in grouped_findings(failing_result()) if group.check == "event-id-match")
    (cluster,) = group.clusters

    assert (len(cluster.occurrences), len(cluster.messages), group.runs) == (6, 6, 6)
    assert cluster.occurrences[0].step is not None
    assert cluster.occurrences[0].step.summary == "Place the order"


def test_undecided_skips_are_told_from_harmless_ones() -> None:
    runs = inconclusive_result().runs

    assert [group.vendors for group in grouped_outcomes(runs, CheckOutcome.SKIPPED, undecided=True)] == [("meta",)]
    assert len(grouped_outcomes(runs, CheckOutcome.SKIPPED)) == 2
