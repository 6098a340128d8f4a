"""Without a server: what is asked and made is in the words of each database, and within its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import START
from history_builders import DAY, a_broken_suite, at_day
from sqlalchemy import Boolean, Connection, Dialect, Engine, String, event
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from harness.history import Selection, add, history, opened, previous, prune, span, suites
from harness.history.tables import METADATA
from harness.model.history import Period

DIALECTS: dict[str, Dialect] = {"postgresql": postgresql.dialect(), "mysql": mysql.dialect()}
# MySQL's and MariaDB's, for the tables they make today; a sign of utf8mb4 has up to four bytes.
INDEX_BYTES, ROW_BYTES, SIGN_BYTES = 3072, 65_535, 4
TABLES = METADATA.sorted_tables

dialects = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


@pytest.fixture
def asked(tmp_path: Path) -> list[Any]:
    """Every statement of a history's life, as it was before it became SQLite's."""
    statements: list[Any] = []

    def note(connection: Connection, statement: Any, *rest: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_execute", note)
    try:
        with opened(str(tmp_path / "history.sqlite"), is_written=True) as connection:
            for day in (0, 1):
                add(connection, at_day(a_broken_suite(), day))
            selection = Selection(
                period=Period(first="2000-01-01", last="2100-01-01"),
                vendors=("meta",),
                scenarios=("shop",),
                profiles=("none",),
            )
            assert history(connection, selection).runs
            assert suites(connection, limit=3)
            assert previous(connection, at_day(a_broken_suite(), 2))
            assert span(connection)
            prune(connection, keep_days=1, now=START + 9 * DAY)
    finally:
        event.remove(Engine, "before_execute", note)
    return [statement for statement in statements if statement.supports_execution]


@dialects
def test_every_statement_can_be_said(asked: list[Any], dialect: Dialect) -> None:
    said = [str(statement.compile(dialect=dialect)) for statement in asked]
    verbs = {text.split()[0] for text in said}
    assert verbs >= {"SELECT", "INSERT", "DELETE", "CREATE"}


@dialects
def test_every_table_can_be_made_and_keeps_shares_as_exact_as_they_are(dialect: Dialect) -> None:
    for table in TABLES:
        made = str(CreateTable(table).compile(dialect=dialect))
        assert "FLOAT" not in made
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect)).startswith("CREATE INDEX")


def test_texts_are_told_apart_by_case_and_take_any_sign_whatever_a_database_has_as_its_usual_set() -> None:
    columns = [column for table in TABLES for column in table.columns]
    kinds = {f"{column}": str(column.type.compile(dialect=DIALECTS["mysql"])) for column in columns}
    texts = {name: kind for name, kind in kinds.items() if "CHAR" in kind or "TEXT" in kind}
    assert {"suite.title", "event.event", "run.scenario"} <= set(texts)
    assert not {name: kind for name, kind in texts.items() if "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" not in kind}


def test_keys_indexes_and_rows_fit() -> None:
    for table in TABLES:
        keys = [table.primary_key.columns, *(index.columns for index in table.indexes)]
        for columns in keys:
            assert sum(_bytes(column.type) for column in columns) <= INDEX_BYTES, (table.name, list(columns))
        assert sum(_bytes(column.type) for column in table.columns) <= ROW_BYTES, table.name


def _bytes(kind: Any) -> int:
    kind = getattr(kind, "impl", kind)
    if isinstance(kind, String):
        assert kind.length
        return kind.length * SIGN_BYTES + 2
    return 1 if isinstance(kind, Boolean) else 8
