"""The result on a terminal: short when all is well, complete when not."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from report_builders import a_run, a_suite, failing_result, healthy_result, inconclusive_result
from rich.console import Console

from harness.model.result import CheckOutcome, Finding, Outcome, Severity, Verdict
from harness.report.terminal import render_terminal, summary_table
from harness.report.wording import one_line


def test_healthy_result_fits_on_one_screen() -> None:
    text = render_terminal(healthy_result(), width=80)

    assert len(text.splitlines()) <= 24
    assert "✓ PASSED" in text
    assert "✓ 1/1" in text


def test_no_line_is_wider_than_asked() -> None:
    assert max(map(len, render_terminal(failing_result(), width=80).splitlines())) <= 80


def test_every_finding_is_told() -> None:
    result = failing_result()
    text = " ".join(render_terminal(result, width=400).split())

    assert all(one_line(finding.message) in text for finding in result.findings)


def test_no_control_character_of_a_site_reaches_the_terminal() -> None:
    console = Console(width=200, file=StringIO(), force_terminal=True)
    with console.capture() as captured:
        console.print(summary_table(failing_result()))

    assert "\x00" not in captured.get()
    assert "\\u001b[31m" in captured.get()
    assert "\u202e" not in captured.get()


def test_what_could_not_be_judged_is_said_with_the_reason() -> None:
    assert "the button was covered by a dialogue" in render_terminal(inconclusive_result(), width=300)


def test_what_vendors_have_in_common_is_said_once_with_one_remedy() -> None:
    def failed(vendor: str, message: str) -> Outcome:
        remedy = "Hash it once."
        found = Finding(check="hashing", vendor=vendor, severity=Severity.ERROR, message=message, remedy=remedy)
        return Outcome(check="hashing", title="", vendor=vendor, outcome=CheckOutcome.FAILED, findings=(found,))

    runs = []
    for profile in ("none", "ublock"):
        run = a_run(profile)
        orders = ((replace(run.orders[0], order_id=f"order-of-{profile}")),)
        told = f"The email of order-of-{profile} is wrong."
        outcomes = (failed("meta", told), failed("tiktok", told), failed("google_ads", "The phone is wrong."))
        runs.append(replace(run, orders=orders, outcomes=outcomes))
    text = " ".join(render_terminal(a_suite(*runs, verdict=Verdict.FAILED), width=200).split())

    assert "Meta and TikTok: The email of order-of-none is wrong. (and 1 more like it) [none, ublock]" in text
    assert "Google Ads: The phone is wrong. [none, ublock] → Hash it once." in text
    assert text.count("Hash it once.") == 1


def test_a_command_stays_on_one_line_and_it_is_told_how_many_are_left_out() -> None:
    command = "harness run " + " ".join(f"scenarios/of-a-long-name-{number}.yaml" for number in range(9))
    runs = (a_run(f"profile-{number}", verdict=Verdict.FAILED, command=command) for number in range(5))
    lines = render_terminal(a_suite(*runs, verdict=Verdict.FAILED), width=80).splitlines()

    assert lines.count(f"  {command}") == 3
    assert lines[-1] == "  and 2 more, on the pages of the runs"


def test_many_profiles_stand_in_several_tables_and_none_is_cut_off() -> None:
    text = render_terminal(a_suite(*(a_run(f"firefox-{number}") for number in range(14))), width=80)

    assert max(map(len, text.splitlines())) <= 80
    assert [text.count(f"firefox-{number} ") + text.count(f"firefox-{number}\n") for number in range(14)] == [1] * 14
    assert text.count("✓ 1/1") == 14 * 3


def test_of_many_scenarios_only_those_that_did_not_pass_are_told_by_vendor() -> None:
    runs = [a_run(scenario=f"s{number}", title=f"Scenario {number}") for number in range(5)]
    runs[3] = replace(runs[3], verdict=Verdict.FAILED)
    text = render_terminal(a_suite(*runs, verdict=Verdict.FAILED), width=80)

    assert text.count("counted / orders") == 1
    assert [text.count(f"Scenario {number}") for number in range(5)] == [1, 1, 1, 2, 1]
    assert "✗ 3/3" in text
