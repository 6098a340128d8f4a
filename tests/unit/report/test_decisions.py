"""What people decided is said in every report: what is waived or held for less grave, and which waiver is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from gate_builders import PASSED, TODAY, a_finding, a_result, a_waiver, failed, judged

from harness.model.result import Lowered, Severity, SuiteResult
from harness.report.html import render_html
from harness.report.json_result import read_json, render_json
from harness.report.junit import render_junit
from harness.report.markdown import render_markdown
from harness.report.terminal import render_terminal
from harness.verdicts import with_waivers

WAIVED = with_waivers(a_result(judged(failed(a_finding()))), [a_waiver()], TODAY)
OVER = with_waivers(a_result(judged(PASSED)), [a_waiver()], TODAY + timedelta(days=1))
LOWERED = a_result(
    judged(
        failed(
            a_finding(severity=Severity.WARNING, lowered=Lowered(was=Severity.ERROR, place="scenarios/shop.yaml:12:5"))
        )
    )
)
REPORTS: dict[str, Callable[[SuiteResult], str]] = {
    "html": lambda result: render_html(result),
    "junit": render_junit,
    "markdown": lambda result: render_markdown(result).replace("\\", ""),
    "terminal": lambda result: " ".join(render_terminal(result, width=200).split()),
}


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize(
    ("result", "told"),
    [
        (WAIVED, "waived until 2026-11-22 by anna: the connector is being replaced (waivers.yaml:3:3)"),
        (LOWERED, "error, lowered to warning by scenarios/shop.yaml:12:5"),
        (OVER, "The waiver of event-id-match is over since 2026-11-23; anna agreed to it until 2026-11-22"),
        (OVER, "waivers.yaml:3:3"),
    ],
    ids=["waived", "lowered", "over", "over where"],
)
def test_every_report_says_it(report: str, result: SuiteResult, told: str) -> None:
    assert told.lower() in REPORTS[report](result).lower()


@pytest.mark.parametrize("result", [WAIVED, LOWERED, OVER])
def test_the_json_holds_it_and_is_read_again(result: SuiteResult) -> None:
    assert read_json(render_json(result)) == result


def test_a_waived_check_is_skipped_in_junit_with_its_finding_and_fails_nothing() -> None:
    root = ET.fromstring(render_junit(WAIVED).encode())
    assert (root.get("failures"), root.get("skipped")) == ("0", "1")
    assert "The tag says 1, the server says 2." in (root.findtext(".//system-out") or "")


def test_a_waiver_that_is_over_is_a_failure_in_junit() -> None:
    root = ET.fromstring(render_junit(OVER).encode())
    assert [suite.get("name") for suite in root if suite.get("failures") == "1"] == ["waivers"]


def test_what_is_waived_comes_last_and_is_counted_apart() -> None:
    mild = a_finding(check="schema", severity=Severity.INFO, id="c" * 12)
    run = judged(failed(a_finding()), failed(mild))
    text = render_terminal(with_waivers(a_result(run), [a_waiver()], TODAY), width=200)
    assert "Findings: 1 info and 1 waived." in text
    assert text.index("i schema") < text.index("~ event-id-match")
    assert "✓ PASSED" in text


def test_a_headline_says_when_only_a_waiver_fails() -> None:
    assert "A waiver is over; no finding fails." in render_terminal(OVER)
