"""How does a result get into a history, and how does it get out again?"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, delete, func, select

from harness.history.rows import iso, rows_of, run_key, suite_key
from harness.history.tables import RUN, SUITE
from harness.model.result import RunResult, SuiteResult

_DAY = 86_400
_SOME_KEYS = 500  # databases bound the number of values in a statement


class Added(StrEnum):
    """What adding a result did: visits that are known are never counted twice."""

    NEW = "added"
    REJUDGED = "replaced an older judgement of the same visits"
    KNOWN = "known already, nothing changed"


def add(connection: Connection, result: SuiteResult) -> Added:
    """Each visit is held once, with its newest judgement, whatever suites it was judged in."""
    judged = iso(result.created_at)
    known = _judged_at(connection, [run_key(run) for run in result.runs])
    wanted = [run for run in _once(result.runs) if known.get(run_key(run), "") < judged]
    if not wanted and (result.runs or _has_suite(connection, suite_key(result))):
        return Added.KNOWN
    # The suite's own row is made again below; its runs go with it.
    connection.execute(delete(SUITE).where(SUITE.c.key == suite_key(result)))
    for keys in _some([run_key(run) for run in wanted]):
        connection.execute(delete(RUN).where(RUN.c.key.in_(keys)))
    for table, rows in rows_of(result, wanted):
        if rows:
            connection.execute(table.insert(), rows)
    _drop_empty_suites(connection, keep=suite_key(result))
    return Added.REJUDGED if known else Added.NEW


def prune(connection: Connection, *, keep_days: int, now: float) -> int:
    """Forget the visits older than `keep_days`; how many they were."""
    old = RUN.c.started_at < iso(now - keep_days * _DAY)
    count = connection.scalar(select(func.count()).select_from(RUN).where(old)) or 0
    connection.execute(delete(RUN).where(old))
    _drop_empty_suites(connection)
    return count


def _once(runs: Sequence[RunResult]) -> list[RunResult]:
    return list({run_key(run): run for run in runs}.values())


def _judged_at(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """By run, when the judgement that is held was made."""
    found: dict[str, str] = {}
    for some in _some(keys):
        query = select(RUN.c.key, SUITE.c.judged_at).join(SUITE, SUITE.c.key == RUN.c.suite).where(RUN.c.key.in_(some))
        found |= {row.key: row.judged_at for row in connection.execute(query)}
    return found


def _has_suite(connection: Connection, key: str) -> bool:
    return connection.scalar(select(SUITE.c.key).where(SUITE.c.key == key)) is not None


def _drop_empty_suites(connection: Connection, keep: str = "") -> None:
    connection.execute(delete(SUITE).where(SUITE.c.key != keep, SUITE.c.key.not_in(select(RUN.c.suite))))


def _some(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[start : start + _SOME_KEYS] for start in range(0, len(keys), _SOME_KEYS)]
