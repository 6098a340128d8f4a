"""The result as JUnit XML: well formed, with counts that agree."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from report_builders import HOSTILE, a_run, a_suite, failing_result, healthy_result, inconclusive_result

from harness.model.result import Verdict
from harness.report.junit import render_junit
from harness.report.wording import clean


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode())


@pytest.mark.parametrize("build", [healthy_result, failing_result, inconclusive_result, a_suite])
def test_counts_of_each_suite_and_of_all_agree_with_the_cases(build) -> None:
    root = parsed(render_junit(build()))

    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(count, "")) == sum(case.find(tag) is not None for case in cases)
    for count in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(count, "")) == sum(int(suite.get(count, "")) for suite in root)
    assert len(root) == len(build().runs)


def test_every_finding_is_told_and_hostile_text_stays_text() -> None:
    result = failing_result()
    text = "".join(parsed(render_junit(result)).itertext())

    assert all(clean(finding.message) in text for finding in result.findings)
    assert clean(HOSTILE) in text
    assert "\x1b" not in text


def test_skipped_and_broken_checks_say_why() -> None:
    root = parsed(render_junit(inconclusive_result()))

    assert root.find(".//skipped[@message='no pair of tag and server event was seen']") is not None
    assert root.find(".//error[@message='ValueError: not a number']") is not None


def test_an_inconclusive_run_is_an_error_of_its_own() -> None:
    case = parsed(render_junit(inconclusive_result())).find(".//testcase[@name='run']")

    assert case is not None
    error = case.find("error")
    assert error is not None
    assert "the button was covered" in (error.text or "")


def test_a_run_with_several_reasons_is_headed_by_the_first() -> None:
    run = a_run(verdict=Verdict.INCONCLUSIVE, reasons=("no order (tag-once of meta)", "no calls", "no hope"))
    error = parsed(render_junit(a_suite(run, verdict=Verdict.INCONCLUSIVE))).find(".//testcase[@name='run']/error")

    assert error is not None
    assert error.get("message") == "no order (tag-once of meta) (and 2 more reasons)"
    assert (error.text or "").splitlines() == [*run.reasons]


def test_a_failed_check_names_check_and_vendor() -> None:
    root = parsed(render_junit(failing_result()))
    case = root.find(".//testcase[@name='event-id-match [meta]']/failure/..")

    assert case is not None
    assert case.get("classname") == "guest_checkout.none"


def test_a_run_without_checks_is_an_empty_suite() -> None:
    assert parsed(render_junit(a_suite(a_run(outcomes=())))).get("tests") == "0"


def test_a_case_with_findings_leads_to_the_report_and_to_the_scenario_file() -> None:
    result = failing_result()
    run = replace(next(run for run in result.runs if run.findings), file="scenarios/checkout.yaml")
    failed = next(outcome for outcome in run.outcomes if outcome.findings)
    case = next(
        each for each in parsed(render_junit(a_suite(run))).iter("testcase") if each.find("failure") is not None
    )

    assert case.get("file") == "scenarios/checkout.yaml"
    assert int(case.get("line", "")) >= 1
    told = {entry.get("name"): entry.get("value") for entry in case.iter("property")}
    assert told["check"] == failed.check
    assert "index.html#finding-" in (case.findtext("system-out") or "")
