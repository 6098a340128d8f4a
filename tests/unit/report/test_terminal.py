"""The result on a terminal: short when all is well, complete when not."""

from __future__ import annotations

from io import StringIO

from report_builders import failing_result, healthy_result, inconclusive_result
from rich.console import Console

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
