"""The whole story: load, plan, record, judge, report. Nothing else strings the rooms together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.accuracy import markdown as accuracy_table
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.result import Severity
from harness.pipeline.accuracy import measured
from harness.pipeline.attempts import recorded, to_try_again
from harness.pipeline.catalogue import catalogue, read_corpora, vendor_page, write_vendor_pages
from harness.pipeline.comparing import compare_releases
from harness.pipeline.documents import NO_DOCUMENT, DocumentRequest, write_documents
from harness.pipeline.evidence import visit_in
from harness.pipeline.filter_lists import lists_shown, update_lists
from harness.pipeline.gate import GateRequest, gate
from harness.pipeline.history import (
    history_add,
    history_prune,
    history_ready,
    history_suites,
    remember,
    write_insights,
)
from harness.pipeline.judging import is_recording, judged, recordings_in
from harness.pipeline.listening import Connections, ListenRequest, listen
from harness.pipeline.notifying import notify
from harness.pipeline.planning import knowledge_for, planned
from harness.pipeline.recording import cache_folder, emptied, orphans_of
from harness.pipeline.reporting import clear_traces, exit_code, read_result, reported, with_traces, write_leftovers
from harness.pipeline.requests import EvidenceRequest, Progress, RunRequest, SuiteOutcome
from harness.pipeline.sessions import Share, TestSession
from harness.pipeline.uploads import validate_upload
from harness.pipeline.verifying import verified_blocking
from harness.pipeline.waivers import read_waivers, today
from harness.record.listening import Ports
from harness.record.session import SuiteRecording
from harness.record.storage import holds_recording
from harness.report import REPORTERS
from harness.report.attempts import tried_again
from harness.report.comparison import comparison_annotations, comparison_lines
from harness.report.failure import failure_text
from harness.report.gate import gate_table
from harness.report.github import github_annotations
from harness.report.live import LiveRow, live_line, live_table
from harness.report.terminal import summary_table
from harness.verdicts import with_waivers

__all__ = [
    "SUMMARY",
    "Connections",
    "DocumentRequest",
    "EvidenceRequest",
    "GateRequest",
    "ListenRequest",
    "LiveRow",
    "Ports",
    "RunRequest",
    "Share",
    "SuiteOutcome",
    "TestSession",
    "accuracy_table",
    "audit",
    "cache_folder",
    "catalogue",
    "compare_releases",
    "comparison_annotations",
    "comparison_lines",
    "exit_code",
    "failure_text",
    "gate",
    "gate_table",
    "github_annotations",
    "history_add",
    "history_prune",
    "history_ready",
    "history_suites",
    "listen",
    "lists_shown",
    "live_line",
    "live_table",
    "measured",
    "notify",
    "read_corpora",
    "remember",
    "render",
    "run_suite",
    "summary_table",
    "tried_again",
    "update_lists",
    "validate_upload",
    "vendor_page",
    "verified_blocking",
    "write_insights",
    "write_vendor_pages",
]

# The file of the report that a job's page shows.
SUMMARY = REPORTERS["markdown"].file_name


def run_suite(request: RunRequest, progress: Progress) -> SuiteOutcome:
    """Record and judge scenarios, those that do not pass again where that is asked for.

    Interrupted, it judges what was finished until then.
    """
    known = knowledge_for(request)
    waivers = read_waivers(request.waivers, known.specs)
    plan = planned(request, known)
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
        folders = sorted(folder for folder in recordings.iterdir() if holds_recording(folder))
        result = judged(folders, request.out, plan.specs, title="Conversion tracking test", suite_id=plan.suite_id)
        result = with_waivers(replace(result, stopped=interrupted), waivers, today())
        runs = to_try_again(runs, result, plan, request.fail_on)
        if interrupted or not runs:
            break
    assert result is not None
    orphans = orphans_of(leftovers, plan.runs, plan.specs)
    refused = {host for leftover in leftovers for host in leftover.refused_hosts}
    result = replace(with_traces(result, request.out), orphans=orphans, refused_hosts=tuple(sorted(refused)))
    write_leftovers(request.out, orphans, result.refused_hosts)
    return reported(result, request.out, request.fail_on)


def audit(
    paths: Sequence[Path],
    out: Path,
    *,
    fail_on: Severity,
    progress: Progress,
    waivers: Path | None = None,
    document: DocumentRequest = NO_DOCUMENT,
    evidence: EvidenceRequest | None = None,
) -> SuiteOutcome:
    """Judge stored recordings again with today's specs, and a visit that other programs have seen.

    `paths` are recordings, folders that hold some, or files of the visit, of which `evidence` says more.
    """
    theme = document.load_theme()
    specs = load_vendor_specs(packaged_specs())
    agreed = read_waivers(waivers, specs)
    folders = [path for path in paths if is_recording(path)]
    # Folders may overlap; each recording is judged once.
    found = list({path.resolve(): path for folder in folders for path in recordings_in(folder)}.values())
    request = replace(evidence or EvidenceRequest(), files=tuple(path for path in paths if path not in folders))
    if folders:
        progress.say("", "judging 1 recording" if len(found) == 1 else f"judging {len(found)} recordings")
    visits = []
    if request.files or request.server:
        progress.say("", f"reading {', '.join(path.name for path in (*request.files, *request.server))}")
        visits.append(visit_in(request, specs))
    title = "Audit of recordings" if folders else "Audit of a visit"
    result = with_waivers(judged(found, out, specs, title=title, visits=visits), agreed, today())
    outcome = reported(result, out, fail_on, theme=theme)
    return replace(outcome, documents=write_documents(outcome.result, out, theme, document))


def render(result_path: Path, out: Path, document: DocumentRequest = NO_DOCUMENT) -> SuiteOutcome:
    """Render a stored result again; pictures are looked for beside it."""
    theme = document.load_theme()
    result = read_result(result_path)
    outcome = reported(result, out, Severity.ERROR, pictures=result_path.parent, theme=theme)
    return replace(outcome, documents=write_documents(result, out, theme, document))
