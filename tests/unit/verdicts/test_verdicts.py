"""What is the verdict of a run and of a suite, and what outweighs what?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    BLOCKING,
    ORDER,
    SETTLED,
    START,
    a_healthy_recording,
    decoded,
    facts_of,
    outcomes_of,
    specs,
    without,
)

from harness.model.recording import Breakdown, Canary, Exchange, Fate, Origin, Recording
from harness.model.result import CheckOutcome, Finding, Outcome, RunResult, Severity, Verdict
from harness.verdicts import run_result, run_verdict, suite_verdict

RECORDING = a_healthy_recording("meta")
BROKEN = replace(RECORDING, breakdown=Breakdown(message="no element “Buy”", step=2))
DEAD_CANARY = Canary(name="blocking blocks", expected="blocked", observed="answered", passed=False)


def an_outcome(kind: str, *severities: str, undecided: bool = False, check: str = "tag-once") -> Outcome:
    return Outcome(
        check=check,
        title="The tag fires once",
        vendor="meta",
        outcome=CheckOutcome(kind),
        findings=tuple(
            Finding(check=check, vendor="meta", severity=Severity(severity), message="Wrong.")
            for severity in severities
        ),
        reason="it could not be seen" if kind in ("skipped", "errored") else "",
        undecided=undecided,
    )


PASSED = an_outcome("passed")
WARNED = an_outcome("failed", "info", "warning")
FAILED = an_outcome("failed", "error")
SKIPPED = an_outcome("skipped")
UNDECIDED = an_outcome("skipped", undecided=True)
ERRORED = an_outcome("errored", undecided=True)
ELSEWHERE = replace(an_outcome("skipped", undecided=True, check="event-id"), vendor="tiktok")
RUNWIDE = replace(an_outcome("skipped", undecided=True, check="identifier-leak"), vendor="")
OPEN_EVERYWHERE = "it could not be seen (tag-once of meta; event-id of tiktok; identifier-leak)"


@pytest.mark.parametrize(
    ("outcomes", "verdict", "reasons"),
    [
        ((PASSED, SKIPPED), "passed", ()),
        ((PASSED, WARNED), "passed", ()),
        ((WARNED,), "passed", ()),
        ((PASSED, FAILED), "failed", ()),
        ((FAILED, UNDECIDED, ERRORED), "failed", ()),
        ((PASSED, UNDECIDED, UNDECIDED), "inconclusive", ("it could not be seen (tag-once of meta)",)),
        ((PASSED, ERRORED), "inconclusive", ("it could not be seen (tag-once of meta)",)),
        ((UNDECIDED, ELSEWHERE, RUNWIDE), "inconclusive", (OPEN_EVERYWHERE,)),
        ((SKIPPED,), "inconclusive", ("no check could judge anything",)),
        ((), "inconclusive", ("no check could judge anything",)),
    ],
)
def test_what_the_outcomes_make_of_a_run(outcomes: tuple[Outcome, ...], verdict: str, reasons: tuple[str]) -> None:
    assert run_verdict(RECORDING, outcomes) == (Verdict(verdict), reasons)


@pytest.mark.parametrize("outcomes", [(PASSED,), (FAILED,), (UNDECIDED,), ()])
@pytest.mark.parametrize(
    ("recording", "reason"),
    [
        (BROKEN, "the journey did not reach its end: step 3: no element “Buy”"),
        (
            replace(RECORDING, breakdown=Breakdown(message="step 3 (click #buy): no such element", step=2)),
            "the journey did not reach its end: step 3 (click #buy): no such element",
        ),
        (
            replace(RECORDING, breakdown=Breakdown(message="the browser crashed")),
            "the journey did not reach its end: the browser crashed",
        ),
        (
            replace(RECORDING, canaries=(DEAD_CANARY,)),
            "self-check blocking blocks: expected blocked, observed answered",
        ),
        (replace(RECORDING, disagreements=("b7 was let through",)), "the witness disagrees: b7 was let through"),
    ],
    ids=["step", "step that is named", "crash", "canary", "witness"],
)
def test_evidence_that_cannot_be_trusted_outweighs_everything(
    recording: Recording, reason: str, outcomes: tuple[Outcome, ...]
) -> None:
    assert run_verdict(recording, outcomes) == (Verdict.INCONCLUSIVE, (reason,))


def test_every_reason_for_distrust_is_given() -> None:
    recording = replace(BROKEN, canaries=(DEAD_CANARY,), disagreements=("one", "two"))
    assert len(run_verdict(recording, (FAILED,))[1]) == 4


def test_a_canary_that_is_not_critical_or_sings_decides_nothing() -> None:
    harmless = (replace(DEAD_CANARY, critical=False), replace(DEAD_CANARY, passed=True))
    assert run_verdict(replace(RECORDING, canaries=harmless), (PASSED,))[0] is Verdict.PASSED


def a_result(recording: Recording = RECORDING, folder: str = "recordings/shop--none") -> RunResult:
    facts = facts_of(recording)
    outcomes = [outcome for vendor in facts for outcome in outcomes_of(recording, vendor).values()]
    return run_result(recording, decoded(recording), facts, outcomes, specs(), folder)


def test_a_run_says_where_its_scenario_and_its_steps_stand() -> None:
    steps = tuple(replace(step, line=7) for step in RECORDING.steps)
    written = replace(RECORDING.scenario, file="conversions/checkout.yaml")

    result = a_result(replace(RECORDING, scenario=written, steps=steps))

    assert (result.file, [step.line for step in result.steps]) == ("conversions/checkout.yaml", [7])


@pytest.mark.parametrize(
    ("verdicts", "suite"),
    [
        ("", "inconclusive"),
        ("passed", "passed"),
        ("passed passed", "passed"),
        ("passed inconclusive", "inconclusive"),
        ("inconclusive failed passed", "failed"),
    ],
)
def test_the_worst_run_decides_about_the_suite(verdicts: str, suite: str) -> None:
    runs = [replace(a_result(), verdict=Verdict(verdict)) for verdict in verdicts.split()]
    assert suite_verdict(runs) is Verdict(suite)


def test_a_run_as_a_reader_sees_it() -> None:
    result = a_result()
    assert (result.verdict, result.reasons) == (Verdict.PASSED, ())
    assert (result.id, result.scenario, result.profile) == ("shop--none", "shop", "none")
    assert (result.title, result.profile_title) == ("Purchase in a shop", "No protection")
    assert (result.started_at, result.seconds) == (START, 20.0)
    assert result.site == "https://cornershop.test"
    assert (result.browser, result.enforcer) == ("Chromium 156 (headless-shell)", "proxy")
    assert result.folder == "recordings/shop--none"
    assert result.orders == (ORDER,)
    (step,) = result.steps
    assert (step.at, step.seconds, step.verb) == (0.0, 1.0, "open")
    assert result.server_source == SETTLED
    assert (result.trusted, result.breakdown, result.blocking) == (True, None, False)


def test_a_run_says_when_its_evidence_is_in_doubt() -> None:
    result = a_result(replace(BROKEN, profile=BLOCKING, canaries=(DEAD_CANARY,)))
    assert (result.trusted, result.breakdown, result.blocking) == (False, BROKEN.breakdown, True)
    assert result.canaries == (DEAD_CANARY,)


def test_a_run_without_a_browser_is_told_of_all_the_same() -> None:
    result = a_result(replace(RECORDING, browser=None, server_source=None))
    assert (result.browser, result.enforcer, result.server_source) == ("none", "", None)


def test_completeness_counts_requests_by_origin_and_fate() -> None:
    def as_(exchange: Exchange, fate: Fate) -> Exchange:
        return replace(exchange, id=fate.value, fate=fate, response=None)

    tag, capi = RECORDING.exchanges[1:]
    more = tuple(as_(tag, fate) for fate in Fate if fate is not Fate.ANSWERED)
    recording = replace(RECORDING, exchanges=(*RECORDING.exchanges, *more), disagreements=("x",))
    assert capi.origin is Origin.SERVER
    assert a_result(recording).completeness == {
        "browser_requests": 6,
        "server_requests": 1,
        "events": 6,
        "blocked": 1,
        "refused": 1,
        "failed": 1,
        "unanswered": 1,
        "disagreements": 1,
    }


def test_a_lost_server_call_fails_the_run() -> None:
    assert a_result(without(RECORDING, "meta-capi")).verdict is Verdict.FAILED
