"""The findings as JSON lines, flat, one a line: for `jq`, a spreadsheet or a log store. `docs/ci.md` has the fields."""

from __future__ import annotations

import json
from typing import Any

from harness.model.result import Finding, RunResult, SuiteResult
from harness.report.places import place_of
from harness.report.wording import remarks


def render_findings(result: SuiteResult) -> str:
    lines = [_line(result, run, finding) for run in result.runs for finding in run.findings]
    # Escaped, so that no line separator or half character of a page can break a line.
    return "".join(json.dumps(line) + "\n" for line in lines)


def _line(result: SuiteResult, run: RunResult, finding: Finding) -> dict[str, Any]:
    """Every field is always there; text that is not known is empty, and a line that is not known is 0."""
    place, citation = place_of(run, finding), finding.citation
    return {
        "suite": result.suite_id,
        "run": run.id,
        "scenario": run.scenario,
        "profile": run.profile,
        "vendor": finding.vendor,
        "check": finding.check,
        "severity": finding.severity.value,
        "id": finding.id,
        "message": finding.message,
        "waived_until": finding.waived.until.isoformat() if finding.waived else "",
        "remarks": "; ".join(remarks(finding)),
        "expected": finding.expected,
        "found": finding.found,
        "parameter": finding.parameter,
        "why": finding.why,
        "remedy": finding.remedy,
        "rule": citation.rule if citation else "",
        "basis": citation.basis if citation else "",
        "reviewed": citation.reviewed if citation else "",
        "step": (finding.step or 0) + 1 if finding.step is not None else 0,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "verdict": run.verdict.value,
        "started_at": run.started_at,
    }
