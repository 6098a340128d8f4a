"""Does the page still work for a visitor whose browser blocks its tags?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    BLOCKING,
    START,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    findings_of,
    outcomes_of,
    passes,
    skip_of,
    the_finding,
)

from harness.model.recording import Breakdown, Canary, Recording, StepRecord
from harness.model.result import Verdict
from harness.verdicts import run_verdict

CHECK = "page-works"
OPEN = a_healthy_recording("meta")
BROKEN = Breakdown(message="step 3: no button “Place order”", step=2)


def protected(*errors: str, **changes: object) -> Recording:
    step = StepRecord(
        index=0, verb="open", summary="open /", started_at=START, ended_at=START + 1, console_errors=errors
    )
    return replace(a_recording(profile=BLOCKING, steps=(step,)), **changes)  # type: ignore[arg-type]


def test_passes_when_the_journey_ends_and_the_console_says_what_it_always_says() -> None:
    always = replace(protected("Warning 17 at https://shop.test/a.js"), profile=OPEN.profile)
    recording = protected("Warning 18 at https://shop.test/b.js", "Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    assert passes(CHECK, recording, "", baseline=always)


def test_fails_when_the_journey_breaks_off_under_the_profile_alone() -> None:
    recording = protected(breakdown=BROKEN)
    assert the_finding(CHECK, recording, "", baseline=OPEN) == Told(
        severity="error",
        message="The journey reaches its end without protection and breaks off under this profile: "
        "step 3: no button “Place order”",
        expected="the journey's end",
        found="its end at step 3",
    )


def test_such_a_run_has_failed_unless_its_evidence_is_in_doubt() -> None:
    recording = protected(breakdown=BROKEN)
    outcomes = [*outcomes_of(recording, "", baseline=OPEN).values()]
    assert run_verdict(recording, outcomes) == (
        Verdict.FAILED,
        ("the journey did not reach its end: step 3: no button “Place order”",),
    )
    canary = Canary(name="blocking", expected="blocked", observed="answered", passed=False)
    assert run_verdict(replace(recording, canaries=(canary,)), outcomes)[0] is Verdict.INCONCLUSIVE
    assert run_verdict(recording, [])[0] is Verdict.INCONCLUSIVE


def test_fails_when_a_script_needs_what_was_blocked() -> None:
    recording = protected("ReferenceError: track is not defined", "ReferenceError: track is not defined")
    (found,) = findings_of(CHECK, recording, "", baseline=OPEN)
    assert (found.severity, found.found) == ("warning", "ReferenceError: track is not defined")


def test_is_skipped_when_there_is_nothing_to_compare_with() -> None:
    assert skip_of(CHECK, protected(), "") == Skipped("there is no other visit without protection to compare with")
    broken = replace(OPEN, breakdown=BROKEN)
    assert skip_of(CHECK, protected(breakdown=BROKEN), "", baseline=broken) == Skipped(
        "the journey did not reach its end without protection either"
    )
