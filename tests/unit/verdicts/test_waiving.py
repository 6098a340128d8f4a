"""A waiver covers what it names until its day, and says so itself when that is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from gate_builders import PASSED, SKIPPED, TODAY, UNDECIDED, a_finding, a_result, a_waiver, failed, judged

from harness.model.recording import Canary
from harness.model.result import RowState, RunResult, Severity, SuiteResult, Verdict, Waived
from harness.verdicts import aged, with_waivers

TOMORROW = TODAY + timedelta(days=1)
BROKEN = judged(failed(a_finding()))


def under(*waivers: Any, run: RunResult = BROKEN, **changes: Any) -> SuiteResult:
    return with_waivers(a_result(run, **changes), waivers, TODAY)


def test_a_covered_finding_stays_and_fails_nothing() -> None:
    result = under(a_waiver())
    [finding] = result.findings
    assert finding.waived == Waived(
        reason="the connector is being replaced", owner="anna", until=TODAY, place="waivers.yaml:3:3"
    )
    assert finding.severity is Severity.ERROR
    assert result.runs[0].outcomes[0].is_waived
    assert result.runs[0].matrix[0].state is RowState.WAIVED
    assert (result.runs[0].verdict, result.verdict, result.notices) == (Verdict.PASSED, Verdict.PASSED, ())


@pytest.mark.parametrize(
    ("scope", "is_covered"),
    [
        ({"vendor": "meta"}, True),
        ({"vendor": "tiktok"}, False),
        ({"scenario": "guest_checkout", "profile": "none", "parameter": "event_id"}, True),
        ({"scenario": "guest"}, False),
        ({"profile": "ublock"}, False),
        ({"parameter": "event"}, False),
        ({"check": "event-id"}, False),
    ],
)
def test_a_waiver_covers_only_what_it_names(scope: dict[str, str], is_covered: bool) -> None:
    result = under(a_waiver(**scope))
    assert (result.findings[0].waived is not None) is is_covered
    assert result.verdict is (Verdict.PASSED if is_covered else Verdict.FAILED)


def test_a_finding_beside_it_still_fails() -> None:
    result = under(a_waiver(parameter="event_id"), run=judged(failed(a_finding(), a_finding(parameter="name"))))
    assert [finding.waived is not None for finding in result.findings] == [True, False]
    assert result.verdict is Verdict.FAILED
    assert not result.runs[0].outcomes[0].is_waived


def test_the_day_after_its_last_it_covers_nothing_and_is_an_error_itself() -> None:
    result = with_waivers(a_result(BROKEN), [a_waiver(until=TODAY)], TOMORROW)
    assert result.findings[0].waived is None
    [notice] = result.notices
    assert (notice.kind, notice.severity, notice.place) == ("waiver-expired", Severity.ERROR, "waivers.yaml:3:3")
    assert "since 2026-11-23; anna agreed to it until 2026-11-22" in notice.message


def test_a_waiver_that_is_over_fails_a_suite_without_findings() -> None:
    result = with_waivers(a_result(judged(PASSED)), [a_waiver()], TOMORROW)
    assert (result.runs[0].verdict, result.verdict) == (Verdict.PASSED, Verdict.FAILED)


def test_one_that_nothing_needs_warns() -> None:
    [notice] = under(a_waiver(), run=judged(PASSED)).notices
    assert (notice.kind, notice.severity) == ("waiver-unused", Severity.WARNING)
    assert under(a_waiver(), run=judged(PASSED)).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("waiver", "run"),
    [
        (a_waiver(), judged(SKIPPED)),
        (a_waiver(profile="ublock"), judged(PASSED)),
        (a_waiver(vendor="tiktok"), judged(PASSED)),
    ],
    ids=["check was skipped", "profile was not run", "vendor was not judged"],
)
def test_of_what_was_not_looked_for_nothing_is_said(waiver: Any, run: RunResult) -> None:
    assert under(waiver, run=run).notices == ()


def test_a_waiver_hides_no_check_that_could_not_judge() -> None:
    result = under(a_waiver(), run=judged(failed(a_finding()), UNDECIDED))
    assert (result.runs[0].verdict, result.verdict) == (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE)
    assert result.runs[0].reasons == ("no pair was seen (server-call-once of meta)",)


def test_a_waiver_makes_no_evidence_trustworthy() -> None:
    broken = {"verdict": Verdict.INCONCLUSIVE, "reasons": ("self-check failed",), "trusted": False}
    canary = Canary(name="blocking-works", expected="blocked", observed="answered", passed=False)
    result = under(a_waiver(), run=replace(BROKEN, **broken, canaries=(canary,)))
    assert (result.runs[0].verdict, result.runs[0].reasons) == (Verdict.INCONCLUSIVE, ("self-check failed",))
    journey = replace(judged(failed(a_finding(vendor=""))), reasons=("broke off",), trusted=False)
    assert journey.verdict is Verdict.FAILED
    assert under(a_waiver(), run=journey).verdict is Verdict.INCONCLUSIVE


def test_a_suite_that_was_stopped_does_not_pass_by_a_waiver() -> None:
    assert under(a_waiver(), stopped=True).verdict is Verdict.INCONCLUSIVE


def test_another_file_of_waivers_takes_the_place_of_the_first() -> None:
    waived = under(a_waiver())
    assert with_waivers(waived, (), TODAY) == a_result(replace(BROKEN, matrix=_failed_rows()))


def _failed_rows() -> tuple[Any, ...]:
    return tuple(replace(row, state=RowState.FAILED) for row in BROKEN.matrix)


def test_waivers_of_a_stored_result_hold_until_their_day_and_no_longer() -> None:
    waived = under(a_waiver())
    assert aged(waived, TODAY) == waived
    over = aged(waived, TOMORROW)
    assert (over.verdict, over.findings[0].waived) == (Verdict.FAILED, None)
    assert [(notice.kind, notice.place) for notice in over.notices] == [("waiver-expired", "waivers.yaml:3:3")]
    assert aged(over, TOMORROW) == over
