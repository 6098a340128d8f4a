"""One run that did not pass fits on one screen, and every report tells of its attempts."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from report_builders import HOSTILE, a_run, a_suite, failing_result, inconclusive_result

from harness.model.result import RunResult, Severity, Verdict
from harness.report.attempts import attempts_told
from harness.report.failure import failure_text
from harness.report.html import render_html, run_pages
from harness.report.junit import render_junit
from harness.report.markdown import render_markdown
from harness.report.terminal import render_terminal

REPORT = "reports/pytest/index.html"


def a_flaky_run() -> RunResult:
    (first, *_) = failing_result().runs
    return a_run("none", verdict=Verdict.PASSED, attempt=2, earlier=(replace(first, attempt=1),))


def test_a_failure_with_many_findings_stays_on_one_screen() -> None:
    (run, *_) = failing_result().runs
    text = failure_text(replace(run, outcomes=run.outcomes * 9), Severity.INFO, REPORT)
    assert len(text.splitlines()) < 40
    assert "more finding" in text
    assert text.endswith(f"report: {REPORT}")
    assert "\x1b" not in text
    assert HOSTILE not in text


def test_only_findings_at_the_gate_fail_a_run() -> None:
    (run, *_) = failing_result().runs
    warnings = tuple(
        replace(each, findings=tuple(one for one in each.findings if one.severity is Severity.WARNING))
        for each in run.outcomes
    )
    mild = replace(run, verdict=Verdict.PASSED, reasons=(), outcomes=warnings)
    assert mild.findings
    assert failure_text(mild, Severity.ERROR, REPORT) == ""
    assert "warning: " in failure_text(mild, Severity.WARNING, REPORT)


def test_a_run_without_a_verdict_gives_its_reasons_and_no_finding() -> None:
    run = next(run for run in inconclusive_result().runs if run.verdict is Verdict.INCONCLUSIVE)
    text = failure_text(run, Severity.INFO, REPORT)
    assert "INCONCLUSIVE" in text
    assert "because " in text
    assert "error: " not in text


def test_what_stood_on_the_page_is_told_whole() -> None:
    stood = "looked for button Buy; " + "a long address, " * 40 + "buttons: Add to cart"
    run = replace(inconclusive_result().runs[0], verdict=Verdict.INCONCLUSIVE, reasons=(stood,))
    assert "buttons: Add to cart" in failure_text(run, Severity.ERROR, REPORT)


def test_every_report_says_that_a_run_was_flaky() -> None:
    result = a_suite(a_flaky_run())
    assert attempts_told(result.runs[0]).startswith("passed on attempt 2 of 2: flaky; attempt 1 failed: ")
    ((_, page),) = run_pages(result, {})
    for text in (render_terminal(result, 200), render_markdown(result), page):
        assert "passed on attempt 2 of 2: flaky" in text
    for text in (render_terminal(result, 200), render_markdown(result), render_html(result)):
        assert "passed only at a later attempt: flaky" in text
    suite = ET.fromstring(render_junit(result)).find("testsuite")
    assert suite is not None
    assert suite.find("properties/property[@name='flaky'][@value='true']") is not None
    assert "flaky" in (suite.findtext("testcase[@name='attempts']/system-out") or "")


def test_the_report_warns_of_traces() -> None:
    ((_, page),) = run_pages(a_suite(a_run("none", traces=("traces/shop--none--1.zip",))), {})
    ((_, plain),) = run_pages(a_suite(a_run("none")), {})
    assert "traces/shop--none--1.zip" in page
    assert "not redacted" in page
    assert "Traces, not redacted" not in plain
