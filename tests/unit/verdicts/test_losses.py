"""What did each profile take from each vendor, beside the same visit without protection?"""

from __future__ import annotations

from dataclasses import replace

from builders import BLOCKING, a_healthy_recording, decoded, facts_of, outcomes_of, specs, with_blocked, without

from harness.model.recording import Recording
from harness.model.result import Loss, RunResult
from harness.verdicts import baseline_of, losses, run_result

OPEN = a_healthy_recording("meta")


def judged(recording: Recording, run_id: str) -> RunResult:
    outcomes = [*outcomes_of(recording, "meta").values()]
    recording = replace(recording, run_id=run_id)
    return run_result(recording, decoded(recording), facts_of(recording), outcomes, specs(), "")


BEFORE = judged(OPEN, "open")
BLOCKED = judged(with_blocked(OPEN, "meta-tag"), "blocked")


def test_what_the_tag_told_is_gone_and_what_the_server_tells_is_kept() -> None:
    assert losses((BEFORE, BLOCKED)) == (
        Loss(
            scenario="shop",
            run="blocked",
            profile="blocker",
            baseline="open",
            vendor="meta",
            gone=("tag",),
            kept=("capi",),
            blocked=1,
        ),
    )


def test_identifiers_that_no_channel_carries_any_more_are_lost() -> None:
    alone = with_blocked(without(OPEN, "meta-capi"), "meta-tag")
    (loss,) = losses((BEFORE, judged(alone, "alone")))
    assert (loss.gone, loss.kept) == (("tag", "capi"), ())
    assert (loss.click_ids, loss.browser_ids, loss.coverage) == (("fbclid",), ("fbp",), 100.0)


def test_the_visit_under_none_is_what_the_others_are_compared_with() -> None:
    strict = judged(replace(OPEN, profile=replace(OPEN.profile, id="strict")), "strict")
    assert [(loss.run, loss.baseline, loss.gone) for loss in losses((strict, BEFORE, BLOCKED))] == [
        ("strict", "open", ()),
        ("blocked", "open", ("tag",)),
    ]


def test_nothing_is_compared_without_such_a_visit_or_with_one_that_broke_off() -> None:
    assert losses((BLOCKED,)) == ()
    assert losses((BEFORE, replace(BLOCKED, trusted=False))) == ()
    assert losses((replace(BEFORE, trusted=False), BLOCKED)) == ()
    elsewhere = judged(replace(OPEN, profile=BLOCKING, scenario=replace(OPEN.scenario, id="other")), "other")
    assert losses((BEFORE, elsewhere)) == ()


def test_a_visit_without_consent_or_with_blocking_is_no_baseline_whatever_comes_first() -> None:
    refusing = replace(BEFORE, id="refusing", profile="consent-denied", refused=1)
    strict = replace(BEFORE, id="strict", profile="gpc")
    assert baseline_of(BLOCKED, (refusing, BLOCKED)) is None
    assert baseline_of(BLOCKED, (refusing, BLOCKED, strict)) is strict
    assert baseline_of(BLOCKED, (refusing, strict, BEFORE)) is BEFORE
    assert baseline_of(BEFORE, (BEFORE, strict)) is None


def test_another_attempt_at_a_visit_is_nothing_to_compare_it_with_and_the_last_one_is_for_others() -> None:
    first, last = (judged(replace(OPEN, attempt=number), f"open-{number}") for number in (1, 2))
    assert baseline_of(first, [first, last, BLOCKED]) is None
    assert baseline_of(last, [first, last, BLOCKED]) is None
    assert baseline_of(BLOCKED, [first, last, BLOCKED]) is last
