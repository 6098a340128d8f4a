"""How is it told that a run was tried more than once?"""

from __future__ import annotations

from collections.abc import Iterable

from harness.model.result import RunResult, Severity, Verdict
from harness.report.wording import one_line, shorten

_LIMIT = 200


def attempts_told(run: RunResult) -> str:
    """`passed on attempt 2 of 2: flaky; attempt 1 failed: ...`, or nothing where once was enough."""
    if not run.earlier:
        return ""
    flaky = ": flaky" if run.is_flaky else ""
    head = f"{run.verdict} on attempt {run.attempt} of {run.attempt}{flaky}"
    return "; ".join([head, *(f"attempt {each.attempt} {each.verdict}: {_why(each)}" for each in run.earlier)])


def tried_again(runs: Iterable[RunResult]) -> tuple[tuple[RunResult, str], ...]:
    return tuple((run, attempts_told(run)) for run in runs if run.earlier)


def _why(run: RunResult) -> str:
    errors = [finding for finding in run.findings if finding.severity is Severity.ERROR]
    if run.verdict is Verdict.INCONCLUSIVE or not errors:
        findings = [finding.message for finding in run.findings]
        return shorten(one_line(next(iter((*run.reasons, *findings)), "no reason was recorded")), _LIMIT)
    whom = f" ({errors[0].vendor})" if errors[0].vendor else ""
    more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
    return shorten(one_line(f"{errors[0].check}{whom}: {errors[0].message}"), _LIMIT) + more
