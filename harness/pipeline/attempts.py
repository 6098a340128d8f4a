"""How is a run recorded, and which ones are worth another attempt?"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.model.persona import Persona
from harness.model.recording import Recording
from harness.model.result import Severity, SuiteResult, Verdict
from harness.model.scenario import Run
from harness.pipeline.live_sites import is_live, may_order
from harness.pipeline.planning import Plan, settings_for
from harness.pipeline.recording import job_for, stand_ins, store
from harness.pipeline.reporting import reaches
from harness.pipeline.requests import Progress, RunRequest
from harness.plan import planned_again
from harness.record.driver import Driver
from harness.record.network import Network
from harness.record.session import RecordedRun, SuiteRecording, record_suite


async def recorded(
    runs: Sequence[Run],
    plan: Plan,
    request: RunRequest,
    progress: Progress,
    network: Network | None = None,
    driver: Driver | None = None,
) -> SuiteRecording:
    """Record these runs of the plan, each into a folder of its own."""
    jobs = [
        job_for(
            run,
            plan.specs,
            plan.profiles,
            plan.suite_id,
            may_order=may_order(run.scenario, request),
            pause=request.pause,
        )
        for run in runs
    ]

    def keep(done: RecordedRun) -> None:
        landed = done if driver is None else replace(done, recording=_as_landed(done.recording, jobs[0].persona))
        store(landed, request.out / "recordings", plan.specs, progress)

    with tempfile.TemporaryDirectory(prefix="harness-") as work:
        return await record_suite(
            [replace(job, driver=driver) for job in jobs],
            settings_for(request, plan.specs, Path(work)),
            answer=stand_ins(plan.specs),
            on_progress=progress.say,
            on_recorded=keep,
            network=network,
        )


def _as_landed(recording: Recording, persona: Persona) -> Recording:
    """Which click IDs a test put into the address of a page is known only afterwards."""
    addresses = [each.request.url for each in recording.exchanges if each.type == "document"]
    found = [name for name, value in persona.click_ids.items() if any(value in address for address in addresses)]
    return replace(recording, scenario=replace(recording.scenario, landing_parameters=tuple(found)))


def to_try_again(runs: Sequence[Run], result: SuiteResult, plan: Plan, fail_on: Severity) -> tuple[Run, ...]:
    """The next attempt at each of these runs that did not pass; a live site is not asked for the same order again."""
    failed = {run.id for run in result.runs if run.verdict is not Verdict.PASSED or reaches(run, fail_on)}
    return planned_again(
        [run for run in runs if run.id in failed and not is_live(run.scenario.snapshot.site)],
        suite_token=plan.suite_id,
        specs=plan.specs,
    )
