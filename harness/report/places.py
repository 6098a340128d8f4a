"""Where in the user's own files does a finding belong?"""

from __future__ import annotations

from typing import NamedTuple

from harness.model.result import Finding, RunResult


class FilePlace(NamedTuple):
    """`line` counts from 1; the first line stands for the whole file."""

    file: str
    line: int


def place_of(run: RunResult, finding: Finding | None = None) -> FilePlace | None:
    """The line of the step at which it was seen; else the top of the scenario's file; None for shipped scenarios."""
    if not run.file:
        return None
    lines = {step.index: step.line for step in run.steps}
    line = lines.get(finding.step, 0) if finding is not None and finding.step is not None else 0
    return FilePlace(run.file, line or 1)
