"""The result as SARIF 2.1.0, which code hosts show beside the scenario file.

A rule is a check, a result a finding; what could not be judged is a notification of the tool.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from harness.model.result import Citation, Finding, Outcome, RunResult, Severity, SuiteResult, Verdict, Waived
from harness.report.places import place_of
from harness.report.wording import clean, one_line

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
# Sources are a title with the address in brackets, mostly without its scheme.
_ADDRESS = re.compile(r"\((?:https?://)?((?:[\w-]+\.)+[a-z]{2,}(?:/[^\s()<>]*)?)\)$")


def render_sarif(result: SuiteResult) -> str:
    checks = _checks(result)
    numbers = {name: index for index, name in enumerate(checks)}
    run = {
        "tool": {
            "driver": {
                "name": "conversion-testing-harness",
                "version": result.harness_version or "unknown",
                "rules": [_rule(name, outcomes) for name, outcomes in checks.items()],
            }
        },
        "automationDetails": {"id": "conversion-tracking/"},
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "Where the harness was started."}},
            "REPORT": {"description": {"text": "The folder of this file."}},
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": result.verdict is not Verdict.INCONCLUSIVE,
                "toolExecutionNotifications": [*_notifications(result)],
            }
        ],
        "results": [
            _result(entry, finding, numbers[finding.check]) for entry in result.runs for finding in entry.findings
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _checks(result: SuiteResult) -> dict[str, list[Outcome]]:
    """Every check that was asked, with its outcomes."""
    found: dict[str, list[Outcome]] = {}
    for run in result.runs:
        for outcome in run.outcomes:
            for name in dict.fromkeys((outcome.check, *(finding.check for finding in outcome.findings))):
                found.setdefault(name, []).append(outcome)
    return found


def _rule(name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    title = one_line(outcomes[0].title) or name
    findings = [finding for outcome in outcomes for finding in outcome.findings if finding.check == name]
    first = findings[0] if findings else None
    text = " ".join(part for part in (first.why, first.remedy) if part) if first else title
    address = next((found for each in findings if (found := _address(each.citation))), "")
    gravest = max((finding.severity for finding in findings), key=lambda each: each.weight, default=Severity.ERROR)
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": one_line(text) or title},
        "defaultConfiguration": {"level": _LEVELS[gravest]},
        **({"helpUri": address} if address else {}),
    }


def _address(citation: Citation | None) -> str:
    """The first page that the rule stands on."""
    for source in citation.sources if citation else ():
        if found := _ADDRESS.search(source):
            return f"https://{found[1]}"
    return ""


def _result(run: RunResult, finding: Finding, rule: int) -> dict[str, Any]:
    values = {"Expected": finding.expected, "Found": finding.found}
    lines = [finding.message, *(f"{name}: {text}" for name, text in values.items() if text)]
    return {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": clean("\n".join(lines))},
        "locations": [_location(run, finding)],
        "partialFingerprints": {"findingId/v1": finding.id or f"{run.id}/{finding.check}/{finding.vendor}"},
        "properties": {
            name: clean(text)
            for name, text in {
                "vendor": finding.vendor,
                "scenario": run.scenario,
                "profile": run.profile,
                "parameter": finding.parameter,
                "rule": finding.citation.rule if finding.citation else "",
                "remedy": finding.remedy,
            }.items()
            if text
        },
        **({"suppressions": [_suppression(finding.waived)]} if finding.waived else {}),
    }


def _suppression(waived: Waived) -> dict[str, Any]:
    """What is waived is not hidden from the code host, which shows it as dismissed."""
    return {
        "kind": "external",
        "status": "accepted",
        "justification": one_line(f"{waived.reason} ({waived.owner}, until {waived.until}, {waived.place})"),
    }


def _location(run: RunResult, finding: Finding | None) -> dict[str, Any]:
    """A shipped scenario has no file of the user's: its evidence stands in for it."""
    place = place_of(run, finding)
    file, line = place or (f"{run.folder or run.id}/recording.json", 1)
    names = (run.scenario, run.profile, finding.vendor if finding else "")
    base = {} if file.startswith("/") else {"uriBaseId": "%SRCROOT%" if place else "REPORT"}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file, errors="replace"), **base},
            "region": {"startLine": line},
        },
        "logicalLocations": [{"fullyQualifiedName": "/".join(clean(name) for name in names if name)}],
    }


def _notifications(result: SuiteResult) -> Iterator[dict[str, Any]]:
    for notice in result.notices:
        yield {
            "level": _LEVELS[notice.severity],
            "message": {"text": one_line(f"{notice.place}: {notice.message} {notice.remedy}")},
        }
    for run in result.runs:
        for reason in run.reasons:
            yield {
                "level": "error" if run.verdict is Verdict.INCONCLUSIVE else "warning",
                "message": {"text": f"{clean(run.id)}: {one_line(reason)}"},
                "locations": [_location(run, None)],
            }
