"""How is a scenario file collected, and each of its runs a test?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import HarnessError, InputError, Mistake
from harness.model.scenario import Run
from harness.pytest_plugin.state import FLAKY, STATE


class NotPassedError(Exception):
    """A run that was recorded and did not pass. The text is all that is shown of it."""


class ScenarioFile(pytest.File):
    """One file; its runs are those that `harness run` would make of it."""

    def collect(self) -> Iterator[ScenarioItem]:
        state = self.config.stash[STATE]
        here = self.config.invocation_params.dir
        plan = state.session.plan(self.path.relative_to(here) if self.path.is_relative_to(here) else self.path)
        for run in plan.runs:
            first = state.files.setdefault(run.scenario.id, str(self.path))
            if first != str(self.path):
                raise InputError([_twice(run, first)])
            yield ScenarioItem.from_parent(self, name=f"{run.scenario.id}[{run.profile}]", run=run, plan=plan)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, HarnessError) else super().repr_failure(excinfo)


class ScenarioItem(pytest.Item):
    """One scenario under one profile. Its markers are `conversion`, its profiles and its vendors."""

    def __init__(self, *, run: Run, plan: Any, **told: Any) -> None:
        super().__init__(**told)
        self._run, self._plan = run, plan
        vendors = [account.vendor for account in run.scenario.snapshot.vendors]
        known = self.config.stash[STATE].markers
        for name in dict.fromkeys(("conversion", run.profile, *run.profile.split("+"), *vendors)):
            if name not in known:
                known.add(name)
                self.config.addinivalue_line("markers", f"{name}: of a scenario file")
            self.add_marker(name)

    def runtest(self) -> None:
        state = self.config.stash[STATE]
        result = state.session.run(self._run, self._plan)
        self.user_properties.append(("conversion_run", result.id))
        if result.is_flaky:
            self.user_properties.append((FLAKY, result.attempt))
        failure = state.failure_of(result)
        if failure:
            raise NotPassedError(failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        match excinfo.value:
            case NotPassedError():
                return str(excinfo.value)
            case InputError():
                return str(excinfo.value)
            case HarnessError():
                return f"inconclusive: could not record: {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._run.scenario.place.line - 1, self.name


def _twice(run: Run, first: str) -> Mistake:
    place = run.scenario.place
    return Mistake(
        file=place.file,
        line=place.line,
        column=place.column,
        found=f'scenario "{run.scenario.id}" exists already in {first}',
        remedy="give each scenario an ID of its own",
    )
