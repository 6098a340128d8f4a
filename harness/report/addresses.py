"""Where is each run told, and what are the things on its page called?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.model.result import EventSummary, RunResult, StepSummary, SuiteResult

RUNS_FOLDER = "runs"
FRONT = "../index.html"
_NO_FILE_NAME = re.compile(r"[^\w-]+", re.ASCII)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlace:
    """`number` counts from 1; `page` is the address of the run's page, empty in links on that page itself."""

    number: int
    run: RunResult
    page: str

    def event(self, event: EventSummary) -> str:
        return f"{self.page}#{self.event_name(event)}"

    def event_name(self, event: EventSummary) -> str:
        return f"event-{self.run.events.index(event) + 1}"

    def step(self, step: StepSummary) -> str:
        return f"{self.page}#{self.step_name(step)}"

    def step_name(self, step: StepSummary) -> str:
        return f"step-{self.run.steps.index(step) + 1}"


def run_places(result: SuiteResult) -> tuple[RunPlace, ...]:
    """A page for each run, called like it; runs of several suites may have the same ID."""
    names: dict[str, None] = {}
    for number, run in enumerate(result.runs, start=1):
        plain = _NO_FILE_NAME.sub("-", run.id)[:_LONGEST_NAME].strip("-") or "run"
        # Some file systems do not tell capitals apart.
        taken = {name.lower() for name in names}
        names[plain if plain.lower() not in taken else f"{plain}-{number}"] = None
    return tuple(
        RunPlace(number=number, run=run, page=f"{RUNS_FOLDER}/{name}.html")
        for number, (run, name) in enumerate(zip(result.runs, names, strict=True), start=1)
    )
