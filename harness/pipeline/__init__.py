"""The whole story: load, plan, record, judge, report. Nothing else strings the rooms together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.accuracy import markdown as accuracy_table
from harness.errors import InputError, Mistake
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.result import Severity
from harness.pipeline.accuracy import measured
from harness.pipeline.attempts import recorded, to_try_again
from harness.pipeline.catalogue import catalogue, read_corpora, vendor_page, write_vendor_pages
from harness.pipeline.filter_lists import lists_shown, update_lists
from harness.pipeline.judging import judged, recordings_in
from harness.pipeline.planning import knowledge_for, planned
from harness.pipeline.recording import cache_folder, emptied, orphans_of
from harness.pipeline.reporting import clear_traces, exit_code, reported, weaker, with_traces, write_leftovers
from harness.pipeline.requests import Progress, RunRequest, SuiteOutcome
from harness.pipeline.sessions import Share, TestSession
from harness.pipeline.uploads import validate_upload
from harness.record.session import SuiteRecording
from harness.report.attempts import tried_again
from harness.report.failure import failure_text
from harness.report.json_result import read_json
from harness.report.terminal import summary_table

__all__ = [
    "RunRequest",
    "Share",
    "SuiteOutcome",
    "TestSession",
    "accuracy_table",
    "audit",
    "cache_folder",
    "catalogue",
    "exit_code",
    "failure_text",
    "lists_shown",
    "measured",
    "read_corpora",
    "render",
    "run_suite",
    "summary_table",
    "tried_again",
    "update_lists",
    "validate_upload",
    "vendor_page",
    "write_vendor_pages",
]


def run_suite(request: RunRequest, progress: Progress) -> SuiteOutcome:
    """Record and judge scenarios, those that do not pass again where that is asked for.

    Interrupted, it judges what was finished until then.
    """
    plan = planned(request, knowledge_for(request))
    recordings = emptied(request.out / "recordings")
    clear_traces(request.out)
    leftovers: list[SuiteRecording] = []
    result, interrupted, runs = None, False, plan.runs
    for _ in range(request.retries + 1):
        try:
            leftovers.append(asyncio.run(recorded(runs, plan, request, progress)))
        except KeyboardInterrupt:
            interrupted = True
            progress.say("", "stopped; judging the runs that were finished")
        folders = sorted(folder for folder in recordings.iterdir() if (folder / "recording.json").is_file())
        result = judged(folders, request.out, plan.specs, title="Conversion tracking test", suite_id=plan.suite_id)
        runs = to_try_again(runs, result, plan, request.fail_on)
        if interrupted or not runs:
            break
    assert result is not None
    orphans = orphans_of(leftovers, plan.runs, plan.specs)
    refused = {host for leftover in leftovers for host in leftover.refused_hosts}
    result = replace(with_traces(result, request.out), orphans=orphans, refused_hosts=tuple(sorted(refused)))
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
