"""How does a session of tests record and judge one run after the other, and report on all of them at its end?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.errors import ExitCode, InputError
from harness.load.scenarios import given_scenario
from harness.model.gate import Waiver
from harness.model.result import Orphan, RunResult, SuiteResult
from harness.model.scenario import Place, Run
from harness.pipeline.attempts import recorded, to_try_again
from harness.pipeline.background import Background
from harness.pipeline.choosing import under_profiles, unknown_name
from harness.pipeline.judging import judged
from harness.pipeline.planning import Knowledge, Plan, knowledge_for, planned
from harness.pipeline.recording import cache_folder, orphans_of, stand_ins
from harness.pipeline.reporting import exit_code, reaches, reported, traces_in, with_traces, write_leftovers
from harness.pipeline.requests import Progress, RunRequest, SuiteOutcome
from harness.pipeline.visits import DrivenVisit
from harness.pipeline.waivers import read_waivers, today
from harness.plan import plan_runs
from harness.record.driver import Playwright
from harness.record.network import Network, opened_network
from harness.record.session import SuiteRecording
from harness.record.storage import holds_recording
from harness.verdicts import part_with_waivers, with_waivers

_TITLE = "Conversion tests"


@dataclass(slots=True, kw_only=True)
class Share:
    """What one process of the session contributes to the report; plain values, for it may come from another one."""

    runs: dict[str, int]
    orphans: list[dict[str, Any]]
    refused_hosts: list[str]


class TestSession:
    """The runs of one process. Its servers reach the world through the same port from the first run to the last.

    `request` says how to record; which scenarios, each `plan` is told.
    """

    __test__ = False  # it is no test itself, whatever it is called

    def __init__(self, request: RunRequest, suite_id: str, progress: Progress) -> None:
        self._request = request
        self._suite_id = suite_id
        self._progress = progress
        self._stack = ExitStack()
        self._runs: dict[str, Run] = {}
        self._codes: dict[str, int] = {}
        self._refused: dict[str, None] = {}

    @property
    def out(self) -> Path:
        return self._request.out

    @cached_property
    def _knowledge(self) -> Knowledge:
        return knowledge_for(self._request)

    @cached_property
    def _waivers(self) -> tuple[Waiver, ...]:
        return read_waivers(self._request.waivers, self._knowledge.specs)

    def read_waivers(self) -> tuple[Waiver, ...]:
        """Before anything is recorded; an `InputError` says what is wrong with the file."""
        return self._waivers

    @cached_property
    def _background(self) -> Background:
        background = Background()
        self._stack.callback(background.close)
        return background

    @cached_property
    def _network(self) -> Network:
        cache = cache_folder(self._request.environment)
        return self._stack.enter_context(opened_network(cache, stand_ins(self._knowledge.specs), is_announced=True))

    @property
    def server_environment(self) -> Mapping[str, str]:
        """What a backend must have in its environment, so that its calls can be seen."""
        return {name: value for name, value in self._network.environment.items() if os.environ.get(name) != value}

    def plan(self, scenario: Path) -> Plan:
        """The runs of a file; an `InputError` says what is wrong with it. None at all if no vendor of it is wanted."""
        wanted = self._request.vendors
        request = replace(self._request, scenarios=(scenario,), vendors=())
        plan = planned(request, self._knowledge, self._suite_id)
        if not wanted:
            return plan
        unknown = [name for name in wanted if name not in plan.specs]
        if unknown:
            raise InputError([unknown_name("--conversion-vendor", name, plan.specs) for name in unknown])
        there = {account.vendor for run in plan.runs for account in run.scenario.snapshot.vendors}
        both = tuple(name for name in wanted if name in there)
        if not both:
            return replace(plan, runs=())
        return planned(replace(request, vendors=both), self._knowledge, self._suite_id)

    def run(self, run: Run, plan: Plan) -> RunResult:
        """Record and judge one run, again if it does not pass and more attempts are allowed."""
        attempts: list[Run] = []
        pending: tuple[Run, ...] = (run,)
        while pending:
            attempts += pending
            self._record(pending, plan)
            result = self._judged(attempts, plan)
            again = to_try_again(pending, result, plan, self._request.fail_on)
            pending = again if len(attempts) <= self._request.retries else ()
        return self._kept(result, attempts)

    def visit(self, told: Mapping[str, Any], place: Place, playwright: Callable[[], Playwright | None]) -> DrivenVisit:
        """A visit that a test drives; `told` is what a scenario file would say of it, its title the test's name."""
        known = self._knowledge
        scenario = given_scenario(told, place, vendors=known.specs, profiles=known.profiles)
        (scenario,), profiles = under_profiles([scenario], (), known.profiles)
        scenario = replace(scenario, snapshot=replace(scenario.snapshot, file=scenario.snapshot.title))
        runs = plan_runs([scenario], (), suite_token=self._suite_id, specs=known.specs)
        plan = Plan(suite_id=self._suite_id, specs=known.specs, profiles=profiles, runs=runs)

        def judge() -> RunResult:
            return self._kept(self._judged(runs, plan), runs)

        return DrivenVisit(
            run=runs[0],
            plan=plan,
            request=self._request,
            network=self._network,
            background=self._background,
            progress=self._progress,
            judge=judge,
            playwright=playwright,
        )

    def close(self) -> Share:
        """End everything, and hand over what the report needs besides the recordings."""
        leftovers: list[SuiteRecording] = []
        if "_network" in self.__dict__:
            late = self._network.server_side.left_over()
            leftovers.append(SuiteRecording(late_or_orphan=late, refused_hosts=tuple(self._refused)))
        orphans = orphans_of(leftovers, self._runs.values(), self._knowledge.specs) if leftovers else ()
        self._stack.close()
        return Share(runs=self._codes, orphans=[asdict(each) for each in orphans], refused_hosts=[*self._refused])

    def report(self, shares: Sequence[Share]) -> tuple[SuiteOutcome, list[RunResult]]:
        """The report on all processes together, and the runs that fail only beside the others.

        What is to be said of the waivers themselves is said of the whole.

        Recordings of an earlier session go.
        """
        codes = {run: code for share in shares for run, code in share.runs.items()}
        folder = self._request.out / "recordings"
        for old in folder.iterdir():
            if old.name not in codes and holds_recording(old):
                shutil.rmtree(old)
        for trace in traces_in(self._request.out).glob("*.zip"):
            if trace.stem.rpartition("--")[0] not in codes:
                trace.unlink()
        specs = self._knowledge.specs
        found = [folder / name for name in sorted(codes)]
        result = judged(found, self._request.out, specs, title=_TITLE, suite_id=self._suite_id)
        result = with_waivers(result, self._waivers, today())
        orphans = tuple(Orphan(**each) for share in shares for each in share.orphans)
        refused = tuple(sorted({host for share in shares for host in share.refused_hosts}))
        result = replace(with_traces(result, self._request.out), orphans=orphans, refused_hosts=refused)
        write_leftovers(self._request.out, orphans, refused)
        unseen = [
            run for run in result.runs if reaches(run, self._request.fail_on) and codes[run.id] == ExitCode.PASSED
        ]
        return reported(result, self._request.out, self._request.fail_on), unseen

    def _record(self, runs: Sequence[Run], plan: Plan) -> None:
        done = self._background.wait(recorded(runs, plan, self._request, self._progress, self._network))
        self._refused |= dict.fromkeys(done.refused_hosts)

    def _judged(self, runs: Sequence[Run], plan: Plan) -> SuiteResult:
        folders = [self.out / "recordings" / each.id for each in runs]
        result = judged(folders, self.out, plan.specs, title=_TITLE, suite_id=plan.suite_id)
        return part_with_waivers(result, self._waivers, today())

    def _kept(self, result: SuiteResult, runs: Collection[Run]) -> RunResult:
        code = exit_code(result, self._request.fail_on)
        self._runs |= {run.id: run for run in runs}
        self._codes |= dict.fromkeys((run.id for run in runs), int(code))
        return result.runs[0]
