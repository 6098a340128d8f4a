"""The demo's scenario several times over, and how long the harness takes for it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness import pipeline
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenarios
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.persona import Persona
from harness.model.result import Verdict
from harness.model.scenario import Run
from harness.personas import make_persona
from harness.pipeline.choosing import demo_scenarios
from harness.plan import click_ids_of, plan_runs, seed_of

SCENARIO = "shop-direct"


def copies(folder: Path, count: int) -> tuple[Path, ...]:
    """Scenario files that differ in nothing but their names."""
    text = (demo_scenarios(())[0] / f"{SCENARIO}.yaml").read_text("utf-8")
    paths = tuple(folder / f"{SCENARIO}-{number}.yaml" for number in range(1, count + 1))
    for path in paths:
        path.write_text(text.replace(f"scenario: {SCENARIO}\n", f"scenario: {path.stem}\n"), "utf-8")
    return paths


def planned(paths: Sequence[Path]) -> list[tuple[Run, Persona]]:
    """The same visits for whoever makes them without the harness."""
    specs, profiles = load_vendor_specs(packaged_specs()), load_profiles()
    scenarios = load_scenarios(paths, vendors=specs, profiles=profiles, environment={})
    runs = plan_runs(scenarios, ("none",), suite_token=os.urandom(5).hex(), specs=specs)
    return [(run, make_persona(seed_of(run), click_ids_of(run.scenario.snapshot, specs))) for run in runs]


@dataclass(slots=True)
class Stopwatch:
    """Tells by the words of the progress when the first visit began and when the last was on disk."""

    begun: float = 0.0
    ended: float = 0.0
    _started: bool = field(default=False)

    def say(self, run_id: str, text: str) -> None:
        if not self._started and text == "starting the browser":
            self._started, self.begun = True, time.perf_counter()
        if text == "recorded":
            self.ended = time.perf_counter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Harness:
    """One way to call it. `visits` and `whole` are its seconds without and with all that comes before and after."""

    out: Path
    workers: int
    profile: str
    browser: str = "headless-shell"
    enforcer: str = "proxy"

    async def visits(self, scenarios: Sequence[Path]) -> float:
        return (await self._run(scenarios))[0]

    async def whole(self, scenarios: Sequence[Path]) -> float:
        return (await self._run(scenarios))[1]

    async def _run(self, scenarios: Sequence[Path]) -> tuple[float, float]:
        watch, begun = Stopwatch(), time.perf_counter()
        request = pipeline.RunRequest(
            scenarios=tuple(scenarios), out=self.out, profiles=(self.profile,), workers=self.workers, lists="own",
            browser=self.browser, enforcer=self.enforcer, environment=dict(os.environ),
        )  # fmt: skip
        # The pipeline has a loop of its own.
        outcome = await asyncio.to_thread(pipeline.run_suite, request, watch)
        whole = time.perf_counter() - begun
        if outcome.result.verdict is not Verdict.PASSED:
            raise RuntimeError(f"the visits were not what they should be: {outcome.result.verdict}")
        return watch.ended - watch.begun, whole
