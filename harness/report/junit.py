"""The result as JUnit XML: a test suite for each run, a test case for each check and vendor."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from harness.model.result import CheckOutcome, Finding, Notice, Outcome, RunResult, Severity, SuiteResult, Verdict
from harness.report.attempts import attempts_told
from harness.report.places import place_of
from harness.report.wording import SEVERITIES, clean, number, one_line, remarks


def render_junit(result: SuiteResult) -> str:
    root = ET.Element("testsuites", name=clean(result.title))
    for run in result.runs:
        root.append(_suite(run))
    if result.notices:
        root.append(_waivers(result.notices))
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
    return _counted(suite, cases)


def _waivers(notices: tuple[Notice, ...]) -> ET.Element:
    """Waivers that are over fail; those that nothing needs are told of."""
    suite = ET.Element("testsuite", name="waivers", time="0")
    cases = []
    for notice in notices:
        name = clean(f"{notice.kind} {notice.subject} at {notice.place}")
        case = ET.Element("testcase", classname="waivers", name=name, time="0")
        text = clean(f"{notice.place}: {notice.message} {notice.remedy}")
        if notice.severity is Severity.ERROR:
            ET.SubElement(case, "failure", message=one_line(notice.message), type=notice.kind).text = text
        else:
            ET.SubElement(case, "system-out").text = text
        cases.append(case)
    return _counted(suite, cases)


def _counted(suite: ET.Element, cases: list[ET.Element]) -> ET.Element:
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(tag) is not None for case in cases)))
    return suite


def _case(run: RunResult, outcome: Outcome) -> ET.Element:
    name = f"{outcome.check} [{outcome.vendor}]" if outcome.vendor else outcome.check
    case = ET.Element("testcase", classname=clean(f"{run.scenario}.{run.profile}"), name=clean(name), time="0")
    place = place_of(run, outcome.findings[0] if outcome.findings else None)
    if place:
        case.set("file", clean(place.file))
        case.set("line", str(place.line))
    if outcome.findings:
        properties = ET.SubElement(case, "properties")
        for key, value in _properties(run, outcome).items():
            ET.SubElement(properties, "property", name=key, value=clean(value))
    details = "\n\n".join(_details(finding) for finding in outcome.findings)
    match outcome.outcome:
        case CheckOutcome.FAILED if outcome.is_waived:
            agreed = dict.fromkeys(remark for finding in outcome.findings for remark in remarks(finding))
            ET.SubElement(case, "skipped", message=one_line("; ".join(agreed)))
        case CheckOutcome.FAILED:
            failure = ET.SubElement(case, "failure", message=_message(outcome), type=clean(outcome.check))
            failure.text = details or clean(outcome.reason)
            ET.SubElement(case, "system-out").text = _links(outcome)
            return case
        case CheckOutcome.SKIPPED:
            ET.SubElement(case, "skipped", message=one_line(outcome.reason) or "no reason was recorded")
        case CheckOutcome.ERRORED:
            error = ET.SubElement(case, "error", message=_message(outcome), type=clean(outcome.check))
            error.text = clean(outcome.reason)
    if details:
        ET.SubElement(case, "system-out").text = f"{details}\n\n{_links(outcome)}"
    return case


def _properties(run: RunResult, outcome: Outcome) -> dict[str, str]:
    """What a test store can group by."""
    gravest = max((finding.severity for finding in outcome.findings), key=lambda severity: severity.weight)
    told = {
        "check": outcome.check,
        "vendor": outcome.vendor,
        "scenario": run.scenario,
        "profile": run.profile,
        "severity": gravest.value,
        "findings": " ".join(finding.id for finding in outcome.findings if finding.id),
    }
    return {key: value for key, value in told.items() if value}


def _links(outcome: Outcome) -> str:
    """Where the proof is, in the report beside this file."""
    names = dict.fromkeys(finding.id or finding.check for finding in outcome.findings)
    return "\n".join(f"index.html#finding-{clean(name)}" for name in names) or "index.html"


def _inconclusive(run: RunResult) -> ET.Element:
    case = ET.Element("testcase", classname=clean(f"{run.scenario}.{run.profile}"), name="run", time="0")
    first = one_line(run.reasons[0]) if run.reasons else "no reason was recorded"
    more = f" (and {number(len(run.reasons) - 1, 'more reason')})" if len(run.reasons) > 1 else ""
    error = ET.SubElement(case, "error", message=first + more, type="inconclusive")
    error.text = "\n".join(clean(reason) for reason in run.reasons)
    return case


def _attempts(run: RunResult) -> ET.Element:
    case = ET.Element("testcase", classname=clean(f"{run.scenario}.{run.profile}"), name="attempts", time="0")
    ET.SubElement(case, "system-out").text = one_line(attempts_told(run))
    return case


def _message(outcome: Outcome) -> str:
    if not outcome.findings:
        return one_line(outcome.reason) or clean(outcome.title)
    counting = [finding for finding in outcome.findings if finding.waived is None] or outcome.findings
    first = one_line(counting[0].message)
    more = len(outcome.findings) - 1
    return f"{first} (and {number(more, 'more finding')})" if more else first


def _details(finding: Finding) -> str:
    lines = [f"{SEVERITIES[finding.severity].word}: {finding.message}"]
    named = {
        "Decided": "; ".join(remarks(finding)),
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
