"""What the gate says fits on a screen and names every reason to stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gate_builders import (
    CHECK,
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
from report_builders import HOSTILE
from rich.console import Console

from harness.model.gate import Baseline, GateResult, MustRun
from harness.model.result import Severity, SuiteResult, Verdict
from harness.report.gate import gate_table, render_gate_markdown
from harness.verdicts import with_waivers
from harness.verdicts.gate import gated, promoted_baseline

SOUND = judged(PASSED)
AGREED = promoted_baseline(a_result(SOUND), Baseline())


def held(result: SuiteResult, to: Baseline = AGREED) -> GateResult:
    return gated(result, to, Severity.ERROR)


def on_terminal(gate: GateResult) -> str:
    console = Console(width=300, color_system=None)
    with console.capture() as captured:
        console.print(gate_table(gate))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_every_reason_is_in_the_headline_and_below() -> None:
    run = judged(failed(a_finding(vendor="meta")), UNDECIDED, score=10.0)
    result = with_waivers(a_result(run), [a_waiver(until=TODAY - timedelta(days=1))], TODAY)
    text = on_terminal(held(result))
    assert text.splitlines()[0] == (
        "✗ FAILED  1 new finding at or above error; 1 waiver to renew or remove; 1 check that had to judge did not; "
        "identifier coverage lower than agreed in 1 place."
    )
    assert f"✗ {CHECK} meta [guest_checkout: none]: The tag says 1, the server says 2." in text
    assert "✗ waivers.yaml:3:3: The waiver of event-id-match is over since 2026-11-22; anna agreed" in text
    assert "✗ server-call-once meta [guest_checkout: none]: no pair was seen" in text
    assert "✗ meta capi [guest_checkout: none]: found 10 %, agreed on at least 90 %" in text


def test_what_is_fixed_and_what_is_waived_is_named() -> None:
    known = promoted_baseline(a_result(judged(failed(a_finding(parameter="name", id="b" * 12)))), Baseline())
    result = with_waivers(a_result(judged(failed(a_finding()))), [a_waiver()], TODAY)
    text = on_terminal(held(result, known))
    assert text.splitlines()[0] == "✓ PASSED  Nothing new at or above error; 1 waived and 1 fixed."
    assert "✓ event-id-match meta [guest_checkout: none], name (bbbbbbbbbbbb)" in text
    assert "(waived until 2026-11-22 by anna: the connector is being replaced (waivers.yaml:3:3))" in text


def test_an_open_question_is_no_pass() -> None:
    unsure = replace(judged(SKIPPED, profile="ublock"), verdict=Verdict.INCONCLUSIVE, reasons=("the browser crashed",))
    text = on_terminal(held(a_result(unsure)))
    assert "? INCONCLUSIVE  No verdict: 1 run could not be judged and 1 run of the baseline is missing." in text
    assert "[guest_checkout: ublock]: the browser crashed" in text


def test_what_is_alike_is_one_line_and_a_long_list_is_cut_on_a_terminal_only() -> None:
    runs = [
        judged(*(failed(a_finding(parameter=f"p{number}", id=f"{number:012}")) for number in range(9)), profile=profile)
        for profile in ("none", "ublock")
    ]
    gate = held(a_result(*runs))
    text, page = on_terminal(gate), render_gate_markdown(gate)
    assert text.count("[guest_checkout: none, ublock]") == 5
    assert "and 4 more; --markdown FILE has all" in text
    assert page.count("guest\\_checkout: none, ublock") == 9


def test_hostile_text_stays_text() -> None:
    gate = held(a_result(judged(failed(a_finding(message=HOSTILE)))))
    assert "\x1b" not in on_terminal(gate)
    assert "<img" not in render_gate_markdown(gate)


def test_a_missing_check_says_that_there_is_no_such_run() -> None:
    gate = held(a_result(SOUND), replace(AGREED, must_run=(MustRun(check=CHECK, profile="brave"),)))
    assert f"✗ {CHECK}: the result has no run of brave" in on_terminal(gate)
