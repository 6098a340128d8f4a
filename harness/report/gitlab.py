"""The findings as GitLab's code quality report, which it shows beside a merge request."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from harness.model.result import Finding, RunResult, Severity, SuiteResult
from harness.report.places import place_of
from harness.report.wording import one_line

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render_gitlab(result: SuiteResult) -> str:
    issues = [_issue(run, finding) for run in result.runs for finding in run.findings if not finding.waived]
    return json.dumps(issues, indent=2) + "\n"


def _issue(run: RunResult, finding: Finding) -> dict[str, Any]:
    place = place_of(run, finding)
    file, line = place or (f"{run.folder or run.id}/recording.json", 1)
    subject = finding.id or f"{finding.check}/{finding.vendor}/{finding.message}"
    vendor = f"{finding.vendor}: " if finding.vendor else ""
    return {
        "description": one_line(f"{vendor}{finding.message} ({run.scenario}, {run.profile})"),
        "check_name": finding.check,
        "fingerprint": hashlib.sha256(f"{run.id}/{subject}".encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": file, "lines": {"begin": line}},
    }
