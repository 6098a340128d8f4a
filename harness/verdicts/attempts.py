"""Which verdict counts, where the same run was tried more than once?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from harness.model.result import RunResult


def last_attempts(judged: Sequence[tuple[Hashable, RunResult]]) -> tuple[RunResult, ...]:
    """The last attempt at each run, with those before it inside; a key says which results are of the same run."""
    found: dict[Hashable, list[list[RunResult]]] = {}
    for key, run in sorted(judged, key=lambda entry: entry[1].attempt):
        tries = found.setdefault(key, [])
        # A second first attempt is a copy, or another suite's: it is a run of its own.
        if run.attempt == 1 or not tries:
            tries.append([])
        tries[-1].append(run)
    last = [replace(tried[-1], earlier=tuple(tried[:-1])) for tries in found.values() for tried in tries]
    order = {run.id: number for number, (_, run) in enumerate(judged)}
    return tuple(sorted(last, key=lambda run: order[(run.earlier or (run,))[0].id]))
