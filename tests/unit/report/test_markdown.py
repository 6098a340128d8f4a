"""The result as Markdown: complete, and inert whatever a site has put into it."""

from __future__ import annotations

import re
from dataclasses import replace

from report_builders import HOSTILE, a_run, a_suite, failing_result, healthy_result, inconclusive_result

from harness.model.result import Verdict
from harness.report.markdown import escape, render_markdown


def test_healthy_result_is_verdict_and_matrix() -> None:
    text = render_markdown(healthy_result())

    assert text.startswith("## ✓ Passed: Shop conversion audit\n")
    assert "| Vendor | No protection | uBlock Origin\\-like |" in text
    assert "counted 1 of 1" in text


def test_every_finding_is_told() -> None:
    result = failing_result()
    text = render_markdown(result)

    assert all(escape(finding.message) in text for finding in result.findings)


def test_what_is_expected_and_found_is_shown_as_it_is() -> None:
    """IDs and hashes are told apart by their case."""
    result = failing_result()
    values = {text for finding in result.findings for text in (finding.expected, finding.found) if text}
    assert any(value[0].islower() for value in values)

    text = render_markdown(result)

    assert not [value for value in values if f": {escape(value)}" not in text]


def test_tables_keep_their_columns_whatever_the_texts() -> None:
    tables = [block for block in render_markdown(failing_result()).split("\n\n") if block.startswith("|")]

    borders = [{len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()} for table in tables]
    assert borders == [{8}, {7}]


def test_hostile_text_is_neither_markup_nor_mention_nor_link() -> None:
    text = render_markdown(failing_result())

    assert "<img" not in text
    assert "@all" not in text
    assert "\x1b" not in text
    assert not re.search(r"(?<!\\)`", text)
    assert "https://" not in text
    assert "\n" not in escape(HOSTILE + "\n# heading")


def test_what_could_not_be_judged_is_said_with_the_reason() -> None:
    text = render_markdown(inconclusive_result())

    assert "### Could not be judged" in text
    assert "the button was covered by a dialogue" in text


def test_of_many_scenarios_only_those_that_did_not_pass_are_told_by_vendor() -> None:
    runs = [a_run(scenario=f"s{number}", title=f"Scenario {number}") for number in range(5)]
    runs[3] = replace(runs[3], verdict=Verdict.FAILED)
    text = render_markdown(a_suite(*runs, verdict=Verdict.FAILED))

    assert "| Scenario 0 | ✓ Passed: 3 of 3 |" in text
    assert "| Scenario 3 | ✗ Failed: 3 of 3 |" in text
    assert [line for line in text.splitlines() if line.startswith("### Scen")] == ["### Scenario 3"]
