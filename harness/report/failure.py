"""Why did one run not pass, on one screen?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.model.result import Finding, RunResult, Severity, Verdict
from harness.report.attempts import attempts_told
from harness.report.wording import SEVERITIES, clean, number, one_line, shorten, state_sign

_MOST_FINDINGS = 5
_MESSAGE_LIMIT = 300
# What stood on the page in place of what was looked for comes last, and helps most.
_REASON_LIMIT = 1000
_VALUE_LIMIT = 120


def failure_text(run: RunResult, fail_on: Severity, report: str) -> str:
    """The verdict, its reasons, the findings at the gate, and where the rest is; empty for a run that passed."""
    findings = [] if run.verdict is Verdict.INCONCLUSIVE else _at_the_gate(run, fail_on)
    if run.verdict is Verdict.PASSED and not findings:
        return ""
    sign = state_sign(Verdict.FAILED if findings else run.verdict)
    verdict, name = f"{sign.symbol} {sign.word.upper()}", f"{run.scenario} [{run.profile}]  {run.title}"
    # pytest's summary shows the beginning of the first line beside the test's name.
    checks = ", ".join(dict.fromkeys(finding.check for finding in findings))
    lines = [f"{verdict}  {checks}", f"  {name}"] if findings else [f"{verdict}  {name}"]
    lines += [f"  {attempts_told(run)}"] if run.earlier else []
    lines += [f"  because {shorten(one_line(reason), _REASON_LIMIT)}" for reason in run.reasons[:_MOST_FINDINGS]]
    for finding in findings[:_MOST_FINDINGS]:
        lines += ["", *_told(finding)]
    if len(findings) > _MOST_FINDINGS:
        lines += ["", f"  and {number(len(findings) - _MOST_FINDINGS, 'more finding')}, see the report"]
    lines += ["", *([f"run it again: {run.command}"] if run.command else []), f"report: {report}"]
    return clean("\n".join(lines))


def _at_the_gate(run: RunResult, fail_on: Severity) -> list[Finding]:
    found = [each for each in run.findings if each.waived is None and each.severity.weight >= fail_on.weight]
    return sorted(found, key=lambda finding: -finding.severity.weight)


def _told(finding: Finding) -> Iterator[str]:
    whom = f" ({finding.vendor})" if finding.vendor else ""
    yield f"  {SEVERITIES[finding.severity].word.lower()}: {finding.check}{whom}"
    yield f"    {shorten(one_line(finding.message), _MESSAGE_LIMIT)}"
    for name in ("expected", "found"):
        value = getattr(finding, name)
        if value:
            yield f"    {name}: {shorten(one_line(value), _VALUE_LIMIT)}"
    if finding.remedy:
        yield f"    → {shorten(one_line(finding.remedy), _MESSAGE_LIMIT)}"
