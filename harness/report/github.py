"""The findings as GitHub's workflow commands, which it shows at the line of the scenario file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.model.result import Finding, RunResult, Severity, SuiteResult, Verdict
from harness.report.places import FilePlace, place_of
from harness.report.wording import clean, number, one_line, remarks

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# GitHub shows so many of each level in one step, and drops the rest without a word.
_MOST = 10


def github_annotations(result: SuiteResult) -> Iterator[str]:
    """The gravest first; where there are more than GitHub shows, the last one says how many."""
    for severity in reversed(Severity):
        found = [
            (run, finding)
            for run in result.runs
            for finding in run.findings
            if finding.severity is severity and not finding.waived
        ]
        yield from limited(_LEVELS[severity], [_annotation(run, finding) for run, finding in found])
    for notice in result.notices:
        yield command(_LEVELS[notice.severity], one_line(f"{notice.message} {notice.remedy}"), title=notice.kind)
    unclear = [run for run in result.runs if run.verdict is Verdict.INCONCLUSIVE]
    for run in unclear[:_MOST]:
        reasons = "; ".join(run.reasons) or "no reason was recorded"
        yield command("warning", one_line(f"{run.id}: {reasons}"), title="Inconclusive", place=place_of(run))


def command(level: str, message: str, *, title: str = "", place: FilePlace | None = None) -> str:
    """One workflow command, with what would end it early escaped."""
    properties = {"file": place.file, "line": str(place.line)} if place else {}
    properties |= {"title": title} if title else {}
    told = ",".join(f"{name}={_escaped_property(value)}" for name, value in properties.items())
    return f"::{level}{' ' if told else ''}{told}::{_escaped(message)}"


def limited(level: str, commands: Sequence[str]) -> Iterator[str]:
    """No more of one level than are shown."""
    if len(commands) <= _MOST:
        yield from commands
        return
    yield from commands[: _MOST - 1]
    more = number(len(commands) - _MOST + 1, f"more {level}")
    yield command(level, f"{more}: see the summary of the job and the report", title="And more")


def _annotation(run: RunResult, finding: Finding) -> str:
    told = [finding.message]
    told += [f"{name}: {text}" for name, text in (("Expected", finding.expected), ("Found", finding.found)) if text]
    told += remarks(finding)
    told += [f"To mend it: {finding.remedy}"] if finding.remedy else []
    title = ", ".join(part for part in (finding.check, finding.vendor, run.profile) if part)
    return command(_LEVELS[finding.severity], "\n".join(told), title=title, place=place_of(run, finding))


def _escaped(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
