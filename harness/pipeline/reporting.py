"""How does a judged suite become a report on disk, and an answer to the shell?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import ExitCode, InputError, Mistake
from harness.model.result import Orphan, RunResult, Severity, SuiteResult, Verdict
from harness.model.theme import PLAIN, Theme
from harness.pipeline.requests import SuiteOutcome
from harness.report import REPORTERS
from harness.report.addresses import RUNS_FOLDER
from harness.report.html import RUN_PAGE_MARK, run_pages
from harness.report.json_result import read_json

# Where recordings keep their pictures. A foreign result must not pull any other file into a report.
_PICTURE = re.compile(r"screenshots/[\w.-]+\.(png|jpe?g|webp)")


def reported(
    result: SuiteResult, out: Path, fail_on: Severity, pictures: Path | None = None, theme: Theme = PLAIN
) -> SuiteOutcome:
    out.mkdir(parents=True, exist_ok=True)
    for reporter in REPORTERS.values():
        write(out / reporter.file_name, reporter.render(result, theme))
    _write_runs(result, out, _Pictures(result, pictures or out), theme)
    return SuiteOutcome(result=result, folder=out, exit_code=exit_code(result, fail_on))


def read_result(path: Path) -> SuiteResult:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InputError([Mistake(file=str(path), found=str(said), expected="a result.json")]) from None
    return read_json(text, str(path))


def _write_runs(result: SuiteResult, out: Path, pictures: Mapping[str, bytes], theme: Theme) -> None:
    """A page a run, and none of an earlier suite: only what looks like a page of ours goes."""
    (out / RUNS_FOLDER).mkdir(exist_ok=True)
    written = set()
    for name, text in run_pages(result, pictures, theme):
        write(out / name, text)
        written.add(out / name)
    for page in set((out / RUNS_FOLDER).glob("*.html")) - written:
        if RUN_PAGE_MARK in page.read_text("utf-8", "replace")[:2_000]:
            page.unlink()


class _Pictures(Mapping[str, bytes]):
    """The pictures of the recordings by `<run folder>/<screenshot>`, read when a page shows them."""

    def __init__(self, result: SuiteResult, folder: Path) -> None:
        self._paths = {
            f"{run.folder}/{step.screenshot}": path
            for run in result.runs
            for step in run.steps
            if _PICTURE.fullmatch(step.screenshot)
            for path in [folder / run.folder / step.screenshot]
            if path.is_file()
        }

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def exit_code(result: SuiteResult, fail_on: Severity) -> ExitCode:
    """1 as soon as a finding reaches the gate, 3 if something could not be judged, else 0."""
    is_over = any(notice.severity.weight >= fail_on.weight for notice in result.notices)
    if is_over or any(reaches(run, fail_on) for run in result.runs):
        return ExitCode.FAILED
    return ExitCode.INCONCLUSIVE if result.verdict is Verdict.INCONCLUSIVE else ExitCode.PASSED


def reaches(run: RunResult, fail_on: Severity) -> bool:
    """Whether a finding of the run is at or above the gate; one that could not be judged proves nothing."""
    is_trusted = run.verdict is not Verdict.INCONCLUSIVE
    counting = (finding.severity for finding in run.findings if finding.waived is None)
    return is_trusted and any(severity.weight >= fail_on.weight for severity in counting)


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


def write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never meets half a report."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def write_leftovers(out: Path, orphans: Sequence[Orphan], refused: Sequence[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = [{"summary": orphan.summary, "vendor": orphan.vendor, "late_for": orphan.late_for} for orphan in orphans]
    write(out / "leftovers.json", json.dumps({"orphans": lines, "refused_hosts": list(refused)}, indent=2) + "\n")
