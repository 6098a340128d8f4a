"""What machines read of a result: SARIF, JSON lines, GitLab's code quality, GitHub's commands."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from report_builders import HOSTILE, a_citation, a_run, a_suite, failing_result, healthy_result, inconclusive_result

from harness.model.result import CheckOutcome, Finding, Outcome, RunResult, Severity, SuiteResult
from harness.report.findings import render_findings
from harness.report.github import github_annotations
from harness.report.gitlab import render_gitlab
from harness.report.sarif import render_sarif
from harness.report.wording import clean

FILE = "scenarios/checkout.yaml"


def with_findings(number: int, severity: Severity = Severity.ERROR, **finding: Any) -> SuiteResult:
    """A scenario of the user's, of which step 6 stands in line 21."""
    run = a_run("none", ("meta",), file=FILE)
    steps = tuple(replace(step, line=16 + step.index) for step in run.steps)
    told: dict[str, Any] = {
        "check": "event-id-match",
        "vendor": "meta",
        "severity": severity,
        "message": "the IDs differ",
        "step": steps[-1].index,
    }
    found = tuple(Finding(**{**told, "id": f"id{index}", **finding}) for index in range(number))
    outcome = Outcome(
        check="event-id-match", title="IDs agree", vendor="meta", outcome=CheckOutcome.FAILED, findings=found
    )
    return a_suite(replace(run, steps=steps, outcomes=(outcome,)))


def sarif(result: SuiteResult) -> dict[str, Any]:
    document = json.loads(render_sarif(result))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return run


@pytest.mark.parametrize("build", [healthy_result, failing_result, inconclusive_result, a_suite])
def test_every_finding_is_a_result_of_a_rule_in_a_place(build: Any) -> None:
    result = build()
    run = sarif(result)
    rules = run["tool"]["driver"]["rules"]

    assert [entry["message"]["text"].splitlines()[0] for entry in run["results"]] == [
        clean(finding.message).splitlines()[0] for finding in result.findings
    ]
    assert {outcome.check for each in result.runs for outcome in each.outcomes} <= {rule["id"] for rule in rules}
    for entry in run["results"]:
        assert rules[entry["ruleIndex"]]["id"] == entry["ruleId"]
        assert entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert entry["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
        assert entry["partialFingerprints"]["findingId/v1"]


def test_a_result_stands_at_the_line_of_its_step_and_at_the_top_of_the_file_without_one() -> None:
    (at_step,) = sarif(with_findings(1))["results"]
    (of_run,) = sarif(with_findings(1, step=None))["results"]

    places = [entry["locations"][0]["physicalLocation"] for entry in (at_step, of_run)]
    assert {place["artifactLocation"]["uri"] for place in places} == {FILE}
    assert [place["region"]["startLine"] for place in places] == [21, 1]


def test_fingerprints_do_not_change_from_run_to_run() -> None:
    once, again = (
        [entry["partialFingerprints"] for entry in sarif(with_findings(2, message=text))["results"]]
        for text in ("order CS-1 is not there", "order CS-2 is not there")
    )

    assert once == again
    assert once[0] != once[1]


def test_what_could_not_be_judged_is_a_notification_and_no_clean_bill() -> None:
    (invocation,) = sarif(inconclusive_result())["invocations"]

    assert invocation["executionSuccessful"] is False
    assert any("the button was covered" in each["message"]["text"] for each in invocation["toolExecutionNotifications"])


def test_rules_lead_to_the_vendors_page() -> None:
    addresses = [rule.get("helpUri", "") for rule in sarif(failing_result())["tool"]["driver"]["rules"]]

    assert any(address.startswith("https://developers.") and ")" not in address for address in addresses)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("Deduplicate events (developers.ads.example/dedup)", "https://developers.ads.example/dedup"),
        ("Event deduplication (help) (https://ads.example/help)", "https://ads.example/help"),
        ("Field reports on deduplication (v1.3)", ""),
        ("Captured requests of 2026", ""),
    ],
)
def test_the_address_of_a_source_is_found_however_it_is_written(source: str, address: str) -> None:
    citation = replace(a_citation(), sources=("Captures", source))
    (rule,) = sarif(with_findings(1, citation=citation))["tool"]["driver"]["rules"]

    assert rule.get("helpUri", "") == address


def test_each_finding_is_one_flat_line_of_json() -> None:
    result = failing_result()
    lines = render_findings(result).splitlines()

    parsed = [json.loads(line) for line in lines]
    assert [line["message"] for line in parsed] == [finding.message for finding in result.findings]
    assert len({tuple(line) for line in parsed}) == 1
    assert all(isinstance(value, str | int | float) for line in parsed for value in line.values())


def test_gitlab_tells_findings_apart_and_finds_them_again() -> None:
    issues = json.loads(render_gitlab(with_findings(3)))

    assert len({issue["fingerprint"] for issue in issues}) == 3
    assert issues == json.loads(render_gitlab(with_findings(3)))
    assert issues[0]["location"] == {"path": FILE, "lines": {"begin": 21}}
    assert issues[0]["severity"] == "critical"
    assert json.loads(render_gitlab(healthy_result())) == []


def test_an_annotation_names_file_line_and_check() -> None:
    (line,) = github_annotations(with_findings(1, expected="a", found="b: 50 %"))

    assert line == (
        f"::error file={FILE},line=21,title=event-id-match%2C meta%2C none::"
        "the IDs differ%0AExpected: a%0AFound: b: 50 %25"
    )


def test_no_text_of_a_site_becomes_a_command_of_its_own() -> None:
    text = f"{HOSTILE}\n::error::mine\r\n::set-output name=x::y"
    lines = list(github_annotations(with_findings(1, message=text, check="a:b,c")))

    (line,) = lines
    assert "\n" not in line
    assert "\r" not in line
    assert line.startswith(f"::error file={FILE},line=21,title=a%3Ab%2Cc")


def test_github_shows_ten_of_a_level_and_the_last_says_how_many_more() -> None:
    lines = list(github_annotations(with_findings(25)))

    assert len(lines) == 10
    assert "16 more errors" in lines[-1]
    assert len(list(github_annotations(with_findings(10, Severity.WARNING)))) == 10


def test_errors_come_before_warnings_and_an_inconclusive_run_is_told() -> None:
    result = failing_result()
    levels = [line.split("::")[1].split(" ")[0] for line in github_annotations(result)]

    assert levels == sorted(levels, key=["error", "warning", "notice"].index)
    assert any("Inconclusive" in line for line in github_annotations(inconclusive_result()))


def test_a_run_of_a_shipped_scenario_has_its_evidence_for_a_place() -> None:
    run: RunResult = with_findings(1).runs[0]
    (entry,) = sarif(a_suite(replace(run, file="")))["results"]

    assert entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("recording.json")
    assert " file=" not in next(iter(github_annotations(a_suite(replace(run, file="")))))
