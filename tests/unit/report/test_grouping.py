"""Findings by kind: the gravest first, alike ones together, none lost."""

from __future__ import annotations

from report_builders import a_run, a_suite, an_outcome, failing_result, inconclusive_result

from harness.model.result import CheckOutcome, Finding, Severity
from harness.report.grouping import grouped_findings, grouped_outcomes, undecided


def test_groups_hold_every_finding_once_with_an_anchor() -> None:
    result = failing_result()
    anchors = [occurrence.anchor for group in grouped_findings(result) for occurrence in group.occurrences]

    assert len(set(anchors)) == len(anchors) == len(result.findings)
    assert len(anchors) >= 40


def test_the_anchor_of_a_finding_is_its_id_and_a_repeated_run_gets_one_of_its_own() -> None:
    found = an_outcome(
        "meta",
        outcome=CheckOutcome.FAILED,
        findings=(Finding(check="x", vendor="meta", severity=Severity.ERROR, message="m", id="a1b2"),),
    )
    result = a_suite(a_run(outcomes=(found,)), a_run(id="again", outcomes=(found,)))
    (group,) = grouped_findings(result)

    assert [each.anchor for each in group.occurrences] == ["finding-a1b2", "finding-a1b2-again-2"]


def test_the_gravest_kind_comes_first() -> None:
    severities = [group.gravest.severity for group in grouped_findings(failing_result())]

    assert severities == sorted(severities, key=lambda severity: -severity.weight)
    assert severities[-1] is Severity.INFO


def test_the_same_cause_in_several_runs_is_one_cluster() -> None:
    (group,) = (group for group in grouped_findings(failing_result()) if group.check == "event-id-match")
    (cluster,) = group.clusters

    assert (len(cluster.occurrences), len(cluster.messages), group.runs) == (6, 6, 6)
    assert cluster.occurrences[0].step is not None
    assert cluster.occurrences[0].step.summary == "Place the order"


def test_checks_that_could_not_judge_for_one_reason_are_one_group() -> None:
    reason = "the journey confirmed no conversion"
    outcomes = tuple(
        an_outcome(vendor, check, title=check, outcome=CheckOutcome.SKIPPED, reason=reason, undecided=True)
        for vendor in ("meta", "tiktok")
        for check in ("one", "two", "three")
    )
    (group,) = undecided((a_run(outcomes=outcomes), a_run("ublock", outcomes=outcomes)))

    assert (group.reason, group.checks, group.vendors) == (reason, ("one", "two", "three"), ("meta", "tiktok"))
    assert len(group.runs) == 2


def test_undecided_skips_are_told_from_harmless_ones() -> None:
    runs = inconclusive_result().runs

    assert [group.vendors for group in undecided(runs)] == [("meta",), ("tiktok",)]
    assert len(grouped_outcomes(runs, CheckOutcome.SKIPPED)) == 2
