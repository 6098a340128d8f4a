"""How does a judged suite become a report on disk, and an answer to the shell?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from harness.errors import ExitCode, InputError, Mistake
from harness.model.result import Orphan, Severity, SuiteResult, Verdict
from harness.pipeline.requests import SuiteOutcome
from harness.report import REPORTERS
from harness.report.json_result import read_json

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


def read_result(path: Path) -> SuiteResult:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InputError([Mistake(file=str(path), found=str(said), expected="a result.json")]) from None
    return read_json(text, str(path))


def exit_code(result: SuiteResult, fail_on: Severity) -> ExitCode:
    """1 as soon as a finding reaches the gate, 3 if something could not be judged, else 0."""
    trusted = [run for run in result.runs if run.verdict is not Verdict.INCONCLUSIVE]
    counting = [finding.severity for run in trusted for finding in run.findings if finding.waived is None]
    counting += [notice.severity for notice in result.notices]
    if any(severity.weight >= fail_on.weight for severity in counting):
        return ExitCode.FAILED
    return ExitCode.INCONCLUSIVE if result.verdict is Verdict.INCONCLUSIVE else ExitCode.PASSED


def write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never meets half a report."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def write_leftovers(out: Path, orphans: Sequence[Orphan], refused: Sequence[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = [{"summary": orphan.summary, "vendor": orphan.vendor, "late_for": orphan.late_for} for orphan in orphans]
    write(out / "leftovers.json", json.dumps({"orphans": lines, "refused_hosts": list(refused)}, indent=2) + "\n")
