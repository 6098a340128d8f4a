"""A scenario may hold a finding for less grave than its check does, and never silently."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import a_snapshot
from gate_builders import CHECK, PASSED, a_finding, failed

from harness.model.result import CheckOutcome, Lowered, Outcome, Severity
from harness.model.scenario import SeverityLimit
from harness.verdicts.lowering import lowered


def under(outcome: Outcome, *limits: tuple[str, str, str]) -> Outcome:
    severities = tuple(
        SeverityLimit(check=check, vendor=vendor, at_most=at_most, line=number, column=3)
        for number, (check, vendor, at_most) in enumerate(limits, start=12)
    )
    scenario = replace(a_snapshot("meta"), severities=severities, file="scenarios/shop.yaml")
    return lowered([outcome], scenario)[0]


BROKEN = failed(a_finding(), a_finding(severity=Severity.INFO))


def test_a_finding_says_what_it_was_and_where_it_is_lowered() -> None:
    outcome = under(BROKEN, (CHECK, "", "warning"))
    first, second = outcome.findings
    assert (first.severity, first.lowered) == (
        Severity.WARNING,
        Lowered(was=Severity.ERROR, place="scenarios/shop.yaml:12:3"),
    )
    assert (second.severity, second.lowered) == (Severity.INFO, None)
    assert outcome.outcome is CheckOutcome.FAILED


def test_a_check_whose_findings_only_inform_has_passed() -> None:
    assert under(BROKEN, (CHECK, "", "info")).outcome is CheckOutcome.PASSED


def test_no_finding_becomes_graver() -> None:
    milder = failed(a_finding(severity=Severity.WARNING))
    assert under(milder, (CHECK, "", "warning")) == milder
    inform = failed(a_finding(severity=Severity.INFO), outcome=CheckOutcome.PASSED)
    assert under(inform, (CHECK, "", "warning")) == inform


@pytest.mark.parametrize("limits", [(("event-id", "", "info"),), ((CHECK, "tiktok", "info"),)])
def test_other_checks_and_vendors_are_left_alone(limits: tuple[tuple[str, str, str], ...]) -> None:
    assert under(BROKEN, *limits) == BROKEN


def test_what_is_said_of_the_vendor_goes_before_what_is_said_of_all() -> None:
    outcome = under(BROKEN, (CHECK, "", "info"), (CHECK, "meta", "warning"))
    assert [finding.severity for finding in outcome.findings] == [Severity.WARNING, Severity.INFO]


def test_a_skipped_check_stays_skipped() -> None:
    skipped = replace(PASSED, outcome=CheckOutcome.SKIPPED, reason="nothing to see")
    assert under(skipped, (CHECK, "", "info")) == skipped
