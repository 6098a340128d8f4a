"""Of several attempts at one run the last one counts, and the others stay in it."""

from __future__ import annotations

from report_builders import a_run

from harness.model.result import RunResult, Verdict
from harness.verdicts import last_attempts


def attempt(number: int, verdict: Verdict = Verdict.FAILED, profile: str = "none") -> tuple[str, RunResult]:
    suffix = f"--attempt-{number}" if number > 1 else ""
    return profile, a_run(profile, id=f"shop--{profile}{suffix}", verdict=verdict, attempt=number)


def test_the_last_attempt_is_the_run_and_holds_those_before() -> None:
    found = [attempt(3, Verdict.PASSED), attempt(1), attempt(2, Verdict.INCONCLUSIVE), attempt(1, profile="ublock")]
    last, other = last_attempts(found)
    assert (last.id, last.verdict, last.is_flaky) == ("shop--none--attempt-3", Verdict.PASSED, True)
    assert [(each.attempt, each.verdict) for each in last.earlier] == [
        (1, Verdict.FAILED),
        (2, Verdict.INCONCLUSIVE),
    ]
    assert (other.id, other.earlier, other.is_flaky) == ("shop--ublock", (), False)


def test_a_run_that_fails_each_time_is_not_flaky() -> None:
    (last,) = last_attempts([attempt(1), attempt(2)])
    assert not last.is_flaky


def test_two_first_attempts_are_two_runs() -> None:
    assert len(last_attempts([attempt(1), attempt(1)])) == 2
