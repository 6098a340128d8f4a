"""The result as JUnit XML: a test suite for each run, a test case for each check and vendor."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from harness.model.result import CheckOutcome, Finding, Outcome, RunResult, SuiteResult, Verdict
from harness.report.attempts import attempts_told
from harness.report.wording import SEVERITIES, clean, number, one_line


def render_junit(result: SuiteResult) -> str:
    root = ET.Element("testsuites", name=clean(result.title))
    for run in result.runs:
        root.append(_suite(run))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{sum(run.seconds for run in result.runs):.3f}")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _suite(run: RunResult) -> ET.Element:
    name = clean(f"{run.scenario} [{run.profile}]")
    suite = ET.Element("testsuite", name=name, id=clean(run.id), time=f"{run.seconds:.3f}")
    if run.started_at:
        suite.set("timestamp", datetime.fromtimestamp(run.started_at, UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    properties = ET.SubElement(suite, "properties")
    for key in ("title", "profile_title", "verdict", "site", "browser", "enforcer", "folder", "command"):
        ET.SubElement(properties, "property", name=key, value=clean(str(getattr(run, key))))
    for key, value in (("attempt", str(run.attempt)), ("flaky", str(run.is_flaky).lower())):
        ET.SubElement(properties, "property", name=key, value=value)
    cases = [_case(run, outcome) for outcome in run.outcomes]
    if run.verdict is Verdict.INCONCLUSIVE:
        cases.append(_inconclusive(run))
    if run.earlier:
        cases.append(_attempts(run))
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(tag) is not None for case in cases)))
    return suite


def _case(run: RunResult, outcome: Outcome) -> ET.Element:
    name = f"{outcome.check} [{outcome.vendor}]" if outcome.vendor else outcome.check
    case = ET.Element("testcase", classname=clean(f"{run.scenario}.{run.profile}"), name=clean(name), time="0")
    details = "\n\n".join(_details(finding) for finding in outcome.findings)
    match outcome.outcome:
        case CheckOutcome.FAILED:
            failure = ET.SubElement(case, "failure", message=_message(outcome), type=clean(outcome.check))
            failure.text = details or clean(outcome.reason)
            return case
        case CheckOutcome.SKIPPED:
            ET.SubElement(case, "skipped", message=one_line(outcome.reason) or "no reason was recorded")
        case CheckOutcome.ERRORED:
            error = ET.SubElement(case, "error", message=_message(outcome), type=clean(outcome.check))
            error.text = clean(outcome.reason)
    if details:
        ET.SubElement(case, "system-out").text = details
    return case


def _inconclusive(run: RunResult) -> ET.Element:
    case = ET.Element("testcase", classname=clean(f"{run.scenario}.{run.profile}"), name="run", time="0")
    reasons = "\n".join(clean(reason) for reason in run.reasons)
    error = ET.SubElement(case, "error", message=one_line(reasons) or "no reason was recorded", type="inconclusive")
    error.text = reasons
    return case


def _attempts(run: RunResult) -> ET.Element:
    case = ET.Element("testcase", classname=clean(f"{run.scenario}.{run.profile}"), name="attempts", time="0")
    ET.SubElement(case, "system-out").text = one_line(attempts_told(run))
    return case


def _message(outcome: Outcome) -> str:
    if not outcome.findings:
        return one_line(outcome.reason) or clean(outcome.title)
    first = one_line(outcome.findings[0].message)
    more = len(outcome.findings) - 1
    return f"{first} (and {number(more, 'more finding')})" if more else first


def _details(finding: Finding) -> str:
    lines = [f"{SEVERITIES[finding.severity].word}: {finding.message}"]
    named = {
        "ID": finding.id,
        "Expected": finding.expected,
        "Found": finding.found,
        "Parameter": finding.parameter,
        "Why": finding.why,
        "Remedy": finding.remedy,
        "Events": ", ".join(finding.events),
    }
    lines += [f"  {name}: {text}" for name, text in named.items() if text]
    if finding.citation:
        lines.append(f"  Rule: {finding.citation.rule}: {finding.citation.says}")
        lines += [f"  Source: {source}" for source in finding.citation.sources]
    return clean("\n".join(lines))
