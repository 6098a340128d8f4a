"""A check that the scenario demands may not be skipped quietly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import a_healthy_recording, a_snapshot, decoded, facts_of, outcomes_of, specs
from gate_builders import CHECK, PASSED, SKIPPED, UNDECIDED, a_finding, failed

from harness.model.result import CheckOutcome, Outcome, Verdict
from harness.verdicts import run_result
from harness.verdicts.demanding import demanded

OTHER = replace(SKIPPED, vendor="ga4")


def under(*outcomes: Outcome, must_run: str) -> list[tuple[str, bool, str]]:
    scenario = replace(a_snapshot("meta", "google-ads"), must_run=(must_run,))
    return [(each.vendor, each.undecided, each.reason) for each in demanded(outcomes, scenario)]


def test_one_that_was_skipped_is_undecided_and_says_why() -> None:
    reason = "no pair was seen (the scenario's must_run names it)"
    assert under(SKIPPED, OTHER, must_run=f"{CHECK}@meta") == [("meta", True, reason), ("ga4", False, OTHER.reason)]
    assert under(SKIPPED, OTHER, must_run=CHECK) == [("meta", True, reason), ("ga4", True, reason)]


@pytest.mark.parametrize("outcome", [PASSED, failed(a_finding())], ids=["passed", "failed"])
def test_one_vendor_that_was_judged_is_enough_where_none_is_named(outcome: Outcome) -> None:
    assert under(outcome, OTHER, must_run=CHECK) == [("meta", False, ""), ("ga4", False, OTHER.reason)]


def test_one_that_was_not_asked_is_told() -> None:
    assert under(PASSED, must_run="collect-order")[1:] == [
        ("", True, "nothing here is of a kind that this check looks at (the scenario's must_run names it)")
    ]


def test_a_vendor_that_was_left_out_is_missed_by_nobody() -> None:
    assert under(PASSED, must_run=f"{CHECK}@tiktok") == [("meta", False, "")]


def test_what_is_undecided_anyway_keeps_its_reason() -> None:
    assert under(UNDECIDED, must_run=UNDECIDED.check) == [("meta", True, UNDECIDED.reason)]


def test_a_run_without_it_is_inconclusive() -> None:
    sound = a_healthy_recording("meta")
    facts = facts_of(sound)
    outcomes = [outcome for vendor in facts for outcome in outcomes_of(sound, vendor).values()]
    skipped = next(each.check for each in outcomes if each.outcome is CheckOutcome.SKIPPED)
    recording = replace(sound, scenario=replace(sound.scenario, must_run=(skipped,)))
    result = run_result(recording, decoded(recording), facts, outcomes, specs(), "")
    assert result.verdict is Verdict.INCONCLUSIVE
    assert f"({skipped} of meta)" in result.reasons[0]
