"""Judged runs with what a gate looks at, and agreements about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from report_builders import a_run, an_outcome, coverages

from harness.model.gate import Waiver
from harness.model.result import CheckOutcome, Finding, Outcome, RunResult, Severity, SuiteResult, Verdict
from harness.model.scenario import Place
from harness.verdicts import suite_verdict

TODAY = date(2026, 11, 22)
CHECK = "event-id-match"
KEY = "0a1b2c3d4e5f"


def a_finding(vendor: str = "meta", **changes: Any) -> Finding:
    told: dict[str, Any] = {
        "check": CHECK,
        "vendor": vendor,
        "severity": Severity.ERROR,
        "message": "The tag says 1, the server says 2.",
        "parameter": "event_id",
        "id": KEY,
    }
    return Finding(**(told | changes))


def failed(*findings: Finding, **changes: Any) -> Outcome:
    first = findings[0]
    told = {"outcome": CheckOutcome.FAILED, "findings": findings}
    return an_outcome(first.vendor, first.check, **(told | changes))


PASSED = an_outcome("meta")
SKIPPED = an_outcome("meta", outcome=CheckOutcome.SKIPPED, reason="no pair was seen")
UNDECIDED = replace(SKIPPED, check="server-call-once", undecided=True)


def judged(*outcomes: Outcome, profile: str = "none", score: float = 90.0, **changes: Any) -> RunResult:
    """One vendor's run; failed if an error is among the findings."""
    is_failed = any(finding.severity is Severity.ERROR for outcome in outcomes for finding in outcome.findings)
    run = a_run(profile, vendors=("meta",))
    rows = tuple(replace(row, coverage=coverages(capi=score)) for row in run.matrix)
    told = {"outcomes": outcomes, "matrix": rows, "verdict": Verdict.FAILED if is_failed else Verdict.PASSED}
    return replace(run, **(told | changes))


def a_result(*runs: RunResult, **changes: Any) -> SuiteResult:
    return SuiteResult(suite_id="suite", title="Suite", runs=runs, verdict=suite_verdict(runs), **changes)


def a_waiver(**changes: Any) -> Waiver:
    told: dict[str, Any] = {
        "check": CHECK,
        "reason": "the connector is being replaced",
        "owner": "anna",
        "until": TODAY,
        "place": Place(file="waivers.yaml", line=3, column=3),
    }
    return Waiver(**(told | changes))
