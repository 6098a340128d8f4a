"""May this result pass, beside what is agreed, and what is agreed from now on?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harness.checks import CHECKS, RUN_CHECKS
from harness.errors import ExitCode, InputError, Mistake
from harness.load.baselines import load_baseline
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.gate import Baseline, GateResult
from harness.model.result import Severity, SuiteResult, Verdict
from harness.pipeline.reporting import read_result, write
from harness.pipeline.waivers import read_waivers, today
from harness.report.baseline import render_baseline
from harness.report.gate import render_gate_markdown
from harness.verdicts import aged, with_waivers
from harness.verdicts.gate import gated, promoted_baseline

_ANSWERS = {
    Verdict.PASSED: ExitCode.PASSED,
    Verdict.FAILED: ExitCode.FAILED,
    Verdict.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRequest:
    """`promote` is the file into which the result is written as the new baseline."""

    result: Path
    baseline: Path | None = None
    waivers: Path | None = None
    promote: Path | None = None
    markdown: Path | None = None
    fail_on: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOutcome:
    """`promoted` is what is agreed from now on, where that was asked for; `markdown` is the whole answer as a text."""

    gate: GateResult
    markdown: str
    promoted: Baseline | None
    exit_code: ExitCode


def gate(request: GateRequest) -> GateOutcome:
    """Hold a result to a baseline. One that is promoted is agreed to, so the answer is then that this was done."""
    result = _result_of_today(request, today())
    agreed = _baseline(request.baseline) if request.baseline is not None else None
    told = gated(result, agreed, request.fail_on)
    promoted = _promote(result, request.promote, agreed) if request.promote is not None else None
    markdown = render_gate_markdown(told)
    if request.markdown is not None:
        request.markdown.parent.mkdir(parents=True, exist_ok=True)
        write(request.markdown, markdown)
    exit_code = ExitCode.PASSED if promoted is not None else _ANSWERS[told.verdict]
    return GateOutcome(gate=told, markdown=markdown, promoted=promoted, exit_code=exit_code)


def _result_of_today(request: GateRequest, day: date) -> SuiteResult:
    """A file of waivers takes the place of those that the result was judged under; without one they go on ageing."""
    result = read_result(request.result)
    if request.waivers is None:
        return aged(result, day)
    return with_waivers(result, read_waivers(request.waivers, load_vendor_specs(packaged_specs())), day)


def _baseline(path: Path) -> Baseline:
    if not path.exists():
        remedy = "write one with --promote, from a result that is agreed to"
        raise InputError([Mistake(file=str(path), found="no such baseline", remedy=remedy)])
    return load_baseline(path, checks=(*CHECKS, *RUN_CHECKS))


def _promote(result: SuiteResult, file: Path, agreed: Baseline | None) -> Baseline:
    """What people wrote into the file, or else into the baseline that was compared with, is kept."""
    if result.stopped or not result.runs or any(run.verdict is Verdict.INCONCLUSIVE for run in result.runs):
        stuck = ", ".join(run.id for run in result.runs if run.verdict is Verdict.INCONCLUSIVE) or "the suite"
        found = f"{stuck} could not be judged to the end"
        remedy = "a baseline is made of judged runs only: mend what the report names, and run again"
        raise InputError([Mistake(file=str(file), found=found, remedy=remedy)])
    kept = _baseline(file) if file.is_file() else agreed or Baseline()
    baseline = promoted_baseline(result, kept)
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file, render_baseline(baseline))
    return baseline
