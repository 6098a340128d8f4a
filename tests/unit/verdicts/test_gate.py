"""What is new stops the gate, what is agreed does not, and what was not judged is never taken for fixed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from gate_builders import (
    CHECK,
    KEY,
    PASSED,
    SKIPPED,
    TODAY,
    UNDECIDED,
    a_finding,
    a_result,
    a_waiver,
    failed,
    judged,
)

from harness.model.gate import AgreedCoverage, Baseline, GateResult, KnownRun, MinimumCoverage, MustRun
from harness.model.result import RunResult, Severity, Verdict
from harness.verdicts import with_waivers
from harness.verdicts.gate import gated, promoted_baseline

SOUND = judged(PASSED)
BROKEN = judged(failed(a_finding()))
AGREED = promoted_baseline(a_result(SOUND), Baseline())
KNOWN = promoted_baseline(a_result(BROKEN), Baseline())


def held(*runs: RunResult, to: Baseline | None = AGREED, fail_on: Severity = Severity.ERROR) -> GateResult:
    return gated(a_result(*runs), to, fail_on)


def test_what_was_promoted_passes() -> None:
    assert held(SOUND).verdict is Verdict.PASSED
    told = held(BROKEN, to=KNOWN)
    assert (told.verdict, [each.finding.id for each in told.known], told.new) == (Verdict.PASSED, [KEY], ())


def test_a_new_finding_stops_and_a_milder_one_is_told() -> None:
    told = held(BROKEN)
    assert (told.verdict, [each.finding.id for each in told.new]) == (Verdict.FAILED, [KEY])
    mild = held(judged(failed(a_finding(severity=Severity.WARNING))))
    assert (mild.verdict, mild.new, len(mild.mild)) == (Verdict.PASSED, (), 1)
    strict = held(judged(failed(a_finding(severity=Severity.WARNING))), fail_on=Severity.WARNING)
    assert strict.verdict is Verdict.FAILED


def test_without_a_baseline_every_finding_is_new() -> None:
    told = held(BROKEN, to=None)
    assert (told.verdict, len(told.new), told.has_baseline) == (Verdict.FAILED, 1, False)


def test_a_known_finding_that_is_graver_now_is_new() -> None:
    mild = promoted_baseline(a_result(judged(failed(a_finding(severity=Severity.WARNING)))), Baseline())
    [seen] = held(BROKEN, to=mild).new
    assert seen.was is Severity.WARNING
    assert held(judged(failed(a_finding(severity=Severity.INFO))), to=KNOWN).verdict is Verdict.PASSED


def test_a_finding_that_is_gone_is_named_as_fixed() -> None:
    told = held(SOUND, to=KNOWN)
    assert (told.verdict, [known.key for known in told.fixed], told.unjudged) == (Verdict.PASSED, [KEY], ())


@pytest.mark.parametrize(
    "runs",
    [(judged(SKIPPED),), (judged(PASSED, profile="ublock"),), (replace(SOUND, verdict=Verdict.INCONCLUSIVE),)],
    ids=["check skipped", "run missing", "run inconclusive"],
)
def test_what_was_not_looked_for_is_not_fixed(runs: tuple[RunResult, ...]) -> None:
    told = held(*runs, to=KNOWN)
    assert (told.fixed, [known.key for known in told.unjudged]) == ((), [KEY])


def test_a_waiver_opens_the_gate_until_its_day_and_shuts_it_the_day_after() -> None:
    waiver = a_waiver(until=TODAY)
    waived = gated(with_waivers(a_result(BROKEN), [waiver], TODAY), AGREED, Severity.ERROR)
    assert (waived.verdict, waived.new, len(waived.waived)) == (Verdict.PASSED, (), 1)
    over = gated(with_waivers(a_result(BROKEN), [waiver], TODAY + timedelta(days=1)), AGREED, Severity.ERROR)
    assert (over.verdict, len(over.new), len(over.notices)) == (Verdict.FAILED, 1, 1)


def test_a_waiver_that_is_over_stops_even_where_nothing_else_does() -> None:
    result = with_waivers(a_result(SOUND), [a_waiver()], TODAY + timedelta(days=1))
    assert gated(result, AGREED, Severity.ERROR).verdict is Verdict.FAILED


def test_one_that_nothing_needs_stops_only_where_warnings_do() -> None:
    result = with_waivers(a_result(SOUND), [a_waiver()], TODAY)
    assert gated(result, AGREED, Severity.ERROR).verdict is Verdict.PASSED
    assert gated(result, AGREED, Severity.WARNING).verdict is Verdict.FAILED


def test_a_check_that_ought_to_have_judged_stops_beside_a_known_finding() -> None:
    told = held(judged(failed(a_finding()), UNDECIDED), to=KNOWN)
    assert told.verdict is Verdict.FAILED
    assert [(each.check, each.reason) for each in told.unrun] == [("server-call-once", "no pair was seen")]


@pytest.mark.parametrize(
    ("must", "run", "reason"),
    [
        (MustRun(check=CHECK), judged(SKIPPED), "no pair was seen"),
        (MustRun(check=CHECK, vendor="meta"), judged(SKIPPED, replace(PASSED, vendor="x")), "no pair was seen"),
        (MustRun(check=CHECK, vendor="tiktok"), SOUND, "it was not asked in this run"),
        (MustRun(check=CHECK, scenario="other"), SOUND, "the result has no run of other"),
    ],
    ids=["skipped", "skipped for its vendor", "vendor gone", "run gone"],
)
def test_a_check_that_must_run_and_did_not_stops(must: MustRun, run: RunResult, reason: str) -> None:
    told = held(run, to=Baseline(must_run=(must,)))
    assert (told.verdict, [each.reason for each in told.unrun]) == (Verdict.FAILED, [reason])


@pytest.mark.parametrize(
    ("must", "run"),
    [
        (MustRun(check=CHECK), SOUND),
        (MustRun(check=CHECK), BROKEN),
        (MustRun(check=CHECK), judged(SKIPPED, replace(PASSED, vendor="x"))),
        (MustRun(check=CHECK, profile="ublock"), judged(PASSED, profile="ublock")),
    ],
    ids=["passed", "failed", "one vendor of several", "elsewhere"],
)
def test_a_check_that_must_run_and_did_is_content(must: MustRun, run: RunResult) -> None:
    assert held(run, to=replace(KNOWN, runs=(), must_run=(must,))).unrun == ()


@pytest.mark.parametrize(("score", "verdict"), [(90.0, "passed"), (95.0, "passed"), (89.9, "failed")])
def test_identifier_coverage_may_not_fall_below_what_is_agreed(score: float, verdict: str) -> None:
    told = held(judged(PASSED, score=score))
    assert told.verdict is Verdict(verdict)
    assert [(drop.vendor, drop.channel, drop.at_least, drop.found) for drop in told.drops] == (
        [("meta", "capi", 90.0, score)] if verdict == "failed" else []
    )


def test_a_channel_that_fell_silent_is_less_than_agreed() -> None:
    agreed = AgreedCoverage(vendor="meta", channel="tag", scenario="guest_checkout", profile="none", at_least=50.0)
    [drop] = held(SOUND, to=Baseline(coverage=(agreed,))).drops
    assert drop.found is None


@pytest.mark.parametrize(
    ("minimum", "falls"),
    [
        ({"at_least": 95.0}, True),
        ({"at_least": 95.0, "channel": "capi", "vendor": "meta", "profile": "none"}, True),
        ({"at_least": 95.0, "channel": "tag"}, False),
        ({"at_least": 95.0, "vendor": "x"}, False),
        ({"at_least": 95.0, "profile": "ublock"}, False),
        ({"at_least": 90.0}, False),
    ],
)
def test_a_minimum_holds_wherever_coverage_is_measured(minimum: dict[str, Any], falls: bool) -> None:
    told = held(SOUND, to=Baseline(minimum_coverage=(MinimumCoverage(**minimum),)))
    assert (told.verdict is Verdict.FAILED, len(told.drops)) == (falls, int(falls))


def test_in_an_inconclusive_run_nothing_is_held_against_the_shop() -> None:
    unsure = replace(judged(failed(a_finding()), SKIPPED, score=10.0), verdict=Verdict.INCONCLUSIVE)
    told = held(unsure, to=replace(AGREED, must_run=(MustRun(check=CHECK, vendor="meta"),)))
    assert (told.verdict, told.new, told.drops, told.unrun) == (Verdict.INCONCLUSIVE, (), (), ())


def test_what_is_proven_outweighs_what_could_not_be_judged() -> None:
    unsure = replace(judged(PASSED, profile="ublock"), verdict=Verdict.INCONCLUSIVE)
    assert held(BROKEN, unsure).verdict is Verdict.FAILED
    assert held(SOUND, unsure).verdict is Verdict.INCONCLUSIVE


def test_a_run_that_the_baseline_knows_has_to_be_there() -> None:
    both = promoted_baseline(a_result(SOUND, judged(PASSED, profile="ublock")), Baseline())
    told = held(SOUND, to=both)
    assert (told.verdict, told.missing) == (
        Verdict.INCONCLUSIVE,
        (KnownRun(scenario="guest_checkout", profile="ublock"),),
    )


@pytest.mark.parametrize("result", [a_result(), a_result(SOUND, stopped=True)], ids=["no run", "stopped"])
def test_a_result_that_is_not_whole_does_not_pass(result: Any) -> None:
    assert gated(result, None, Severity.ERROR).verdict is Verdict.INCONCLUSIVE


def test_promoting_keeps_what_people_wrote_and_leaves_out_what_is_waived() -> None:
    written = Baseline(must_run=(MustRun(check=CHECK),), minimum_coverage=(MinimumCoverage(at_least=50.0),))
    result = with_waivers(a_result(BROKEN), [a_waiver()], TODAY)
    baseline = promoted_baseline(result, written)
    assert baseline == replace(AGREED, must_run=written.must_run, minimum_coverage=written.minimum_coverage)


def test_no_order_number_is_promoted() -> None:
    order = SOUND.orders[0].order_id
    run = judged(failed(a_finding(parameter=f"body/orders/{order}/total")))
    [known] = promoted_baseline(a_result(run), Baseline()).findings
    assert known.parameter == "body/orders/…/total"
