"""The whole story: load, plan, record, judge, report. Nothing else strings the rooms together."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.accuracy import markdown as accuracy_table
from harness.decode import answer_for
from harness.errors import InputError, Mistake
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenarios
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.result import Severity
from harness.pipeline.accuracy import measured
from harness.pipeline.catalogue import catalogue, read_corpora, vendor_page, write_vendor_pages
from harness.pipeline.choosing import chosen, demo_scenarios, under_profiles
from harness.pipeline.filter_lists import lists_shown, update_lists
from harness.pipeline.judging import judged, recordings_in
from harness.pipeline.listening import Connections, ListenRequest, listen
from harness.pipeline.live_sites import checked, may_order
from harness.pipeline.recording import base_urls, cache_folder, emptied, job_for, libraries, orphans_of, store
from harness.pipeline.reporting import exit_code, reported, weaker, write_leftovers
from harness.pipeline.requests import Progress, RunRequest, SuiteOutcome
from harness.pipeline.uploads import validate_upload
from harness.plan import plan_runs
from harness.record.listening import Ports
from harness.record.session import RecordSettings, SuiteRecording, record_suite
from harness.report.json_result import read_json
from harness.report.live import LiveRow, live_line, live_table
from harness.report.terminal import summary_table

__all__ = [
    "Connections",
    "ListenRequest",
    "LiveRow",
    "Ports",
    "RunRequest",
    "SuiteOutcome",
    "accuracy_table",
    "audit",
    "cache_folder",
    "catalogue",
    "exit_code",
    "listen",
    "lists_shown",
    "live_line",
    "live_table",
    "measured",
    "read_corpora",
    "render",
    "run_suite",
    "summary_table",
    "update_lists",
    "validate_upload",
    "vendor_page",
    "write_vendor_pages",
]


def run_suite(request: RunRequest, progress: Progress) -> SuiteOutcome:
    """Record and judge scenarios. Interrupted, it judges what was finished until then."""
    specs = load_vendor_specs(packaged_specs())
    known = load_profiles()
    if request.profiles_from:
        known |= load_profiles(request.profiles_from, known)
    loaded = load_scenarios(
        request.scenarios or demo_scenarios(request.faults),
        vendors=specs,
        profiles=known,
        environment=request.environment,
    )
    scenarios, profiles = under_profiles(chosen(loaded, request), request.profiles, known)
    suite_id = secrets.token_hex(5)
    runs = plan_runs(scenarios, request.profiles, suite_token=suite_id, specs=specs)
    checked(scenarios, runs, request)
    recordings = emptied(request.out / "recordings")
    leftovers = SuiteRecording(late_or_orphan=(), refused_hosts=())
    interrupted = False
    with tempfile.TemporaryDirectory(prefix="harness-") as work:
        settings = RecordSettings(
            workers=request.workers,
            headed=request.headed,
            browser=request.browser,
            usual_browser=request.environment.get("HARNESS_BROWSER", ""),
            enforcer=request.enforcer,
            lists=request.environment.get("HARNESS_FILTER_LISTS", request.lists),
            cache=cache_folder(request.environment),
            work=Path(work),
            egress_port=request.egress_port,
            base_urls=base_urls(specs),
            libraries=libraries(specs),
        )
        jobs = [
            job_for(run, specs, profiles, suite_id, may_order=may_order(run.scenario, request), pause=request.pause)
            for run in runs
        ]
        try:
            leftovers = asyncio.run(
                record_suite(
                    jobs,
                    settings,
                    answer=lambda sent: answer_for(sent, specs.values(), time.time()),
                    on_progress=progress.say,
                    on_recorded=lambda recorded: store(recorded, recordings, specs, progress),
                )
            )
        except KeyboardInterrupt:
            interrupted = True
            progress.say("", "stopped; judging the runs that were finished")
    orphans = orphans_of(leftovers, runs, specs)
    folders = sorted(folder for folder in recordings.iterdir() if (folder / "recording.json").is_file())
    result = judged(folders, request.out, specs, title="Conversion tracking test", suite_id=suite_id)
    result = replace(result, orphans=orphans, refused_hosts=tuple(sorted(leftovers.refused_hosts)))
    if interrupted:
        result = replace(result, verdict=weaker(result.verdict))
    write_leftovers(request.out, orphans, result.refused_hosts)
    return reported(result, request.out, request.fail_on)


def audit(folders: Sequence[Path], out: Path, *, fail_on: Severity, progress: Progress) -> SuiteOutcome:
    """Judge stored recordings again with today's specs; `folders` are recordings or folders that hold some."""
    specs = load_vendor_specs(packaged_specs())
    # Folders may overlap; each recording is judged once.
    found = list({path.resolve(): path for folder in folders for path in recordings_in(folder)}.values())
    progress.say("", "judging 1 recording" if len(found) == 1 else f"judging {len(found)} recordings")
    return reported(judged(found, out, specs, title="Audit of recordings"), out, fail_on)


def render(result_path: Path, out: Path) -> SuiteOutcome:
    """Render a stored result again; pictures are looked for beside it."""
    try:
        text = result_path.read_text("utf-8")
    except OSError as error:
        raise InputError(
            [Mistake(file=str(result_path), found=str(error.strerror), expected="a result.json")]
        ) from None
    return reported(read_json(text, str(result_path)), out, Severity.ERROR, pictures=result_path.parent)
