"""How does a judged suite become a report on disk, and an answer to the shell?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import ExitCode
from harness.model.result import Orphan, RunResult, Severity, SuiteResult, Verdict
from harness.pipeline.requests import SuiteOutcome
from harness.report import REPORTERS

# Where recordings keep their pictures. A foreign result must not pull any other file into a report.
_PICTURE = re.compile(r"screenshots/[\w.-]+\.(png|jpe?g|webp)")


def reported(result: SuiteResult, out: Path, fail_on: Severity, pictures: Path | None = None) -> SuiteOutcome:
    out.mkdir(parents=True, exist_ok=True)
    images = {
        f"{run.folder}/{step.screenshot}": path.read_bytes()
        for run in result.runs
        for step in run.steps
        if _PICTURE.fullmatch(step.screenshot)
        for path in [(pictures or out) / run.folder / step.screenshot]
        if path.is_file()
    }
    for reporter in REPORTERS.values():
        write(out / reporter.file_name, reporter.render(result, images))
    return SuiteOutcome(result=result, folder=out, exit_code=exit_code(result, fail_on))


def exit_code(result: SuiteResult, fail_on: Severity) -> ExitCode:
    """1 as soon as a finding reaches the gate, 3 if something could not be judged, else 0."""
    if any(reaches(run, fail_on) for run in result.runs):
        return ExitCode.FAILED
    return ExitCode.INCONCLUSIVE if result.verdict is Verdict.INCONCLUSIVE else ExitCode.PASSED


def reaches(run: RunResult, fail_on: Severity) -> bool:
    """Whether a finding of the run is at or above the gate; one that could not be judged proves nothing."""
    is_trusted = run.verdict is not Verdict.INCONCLUSIVE
    return is_trusted and any(finding.severity.weight >= fail_on.weight for finding in run.findings)


def with_traces(result: SuiteResult, out: Path) -> SuiteResult:
    """The result with the way from the report to each run's traces."""
    return replace(result, runs=tuple(replace(run, traces=_traces_of(run, out)) for run in result.runs))


def _traces_of(run: RunResult, out: Path) -> tuple[str, ...]:
    found = (path for each in (*run.earlier, run) for path in traces_in(out).glob(f"{each.id}--[0-9]*.zip"))
    return tuple(sorted(path.relative_to(out).as_posix() for path in found))


def clear_traces(out: Path) -> None:
    """Those of an earlier suite hold what nobody should find by chance."""
    for path in traces_in(out).glob("*--[0-9]*.zip"):
        path.unlink()


def traces_in(out: Path) -> Path:
    """Beside the recordings and never among them: recordings may be shared, traces may not."""
    return out / "traces"


def weaker(verdict: Verdict) -> Verdict:
    """A suite that was stopped never passes."""
    return Verdict.INCONCLUSIVE if verdict is Verdict.PASSED else verdict


def write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never meets half a report."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def write_leftovers(out: Path, orphans: Sequence[Orphan], refused: Sequence[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = [{"summary": orphan.summary, "vendor": orphan.vendor, "late_for": orphan.late_for} for orphan in orphans]
    write(out / "leftovers.json", json.dumps({"orphans": lines, "refused_hosts": list(refused)}, indent=2) + "\n")
