"""Which tables and views does a history have?

Texts are the keys and times are ISO 8601 in UTC, so that any tool reads them. Names of identifiers are stored, values
of none; of orders only their number within the run.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.dialects import mysql

SCHEMA_VERSION = 1

METADATA = MetaData()

_MARK_LENGTH = 8


class _Text(TypeDecorator[str]):
    """A text as every database keeps it: within its length, without what some refuse, and told apart by its case.

    MySQL's usual character sets lack signs that titles have, or take `Shop` for `shop`.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.VARCHAR(self._length, charset="utf8mb4", collation="utf8mb4_bin"))
        return dialect.type_descriptor(String(self._length))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else fitting(value, self._length)


def fitting(value: str, length: int = 200) -> str:
    """What is too long is cut and gets a mark of its own, so that two that begin alike stay two."""
    value = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if len(value) <= length:
        return value
    mark = hashlib.sha256(value.encode("utf-8")).hexdigest()[:_MARK_LENGTH]
    return f"{value[: length - _MARK_LENGTH - 1]}…{mark}"


def _text(length: int = 200) -> _Text:
    """Some databases index texts only up to a length, and a key of several must fit as a whole."""
    return _Text(length)


_RUN, _VENDOR, _CHANNEL, _NAME = _text(), _text(64), _text(16), _text(128)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _word(name: str) -> Column[str]:
    return Column(name, _text(), nullable=False, server_default="")


def _run_key() -> Column[str]:
    return Column("run", _RUN, ForeignKey("run.key", ondelete="CASCADE"), primary_key=True)


def _of_vendor_run() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["run", "vendor"], ["vendor_run.run", "vendor_run.vendor"], ondelete="CASCADE")


SCHEMA = Table("history_schema", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

SUITE = Table(
    "suite",
    METADATA,
    Column("key", _RUN, primary_key=True),
    _word("suite_id"),
    _word("series"),
    _word("title"),
    _word("verdict"),
    _word("started_at"),
    _word("judged_at"),
    _count("runs"),
    _count("errors"),
    _count("warnings"),
    _word("harness_version"),
    Index("suite_by_series", "series", "started_at"),
)

RUN = Table(
    "run",
    METADATA,
    Column("key", _RUN, primary_key=True),
    Column("suite", _RUN, ForeignKey("suite.key", ondelete="CASCADE"), nullable=False),
    _word("scenario"),
    _word("title"),
    _word("profile"),
    _word("profile_title"),
    _word("verdict"),
    _word("started_at"),
    _word("day"),
    Column("seconds", Double, nullable=False, server_default="0"),
    _word("site"),
    _word("browser"),
    _word("enforcer"),
    Column("blocking", Boolean, nullable=False),
    Column("trusted", Boolean, nullable=False),
    _count("orders"),
    _count("refused_orders"),
    Index("run_by_suite", "suite"),
    Index("run_by_day", "day"),
    Index("run_by_scenario", "scenario", "profile", "day"),
)

VENDOR_RUN = Table(
    "vendor_run",
    METADATA,
    _run_key(),
    Column("vendor", _VENDOR, primary_key=True),
    _word("title"),
    _word("kind"),
    _word("state"),
    _count("orders"),
    Column("counted", Integer),
    Column("counted_least", Integer),
    Column("counted_most", Integer),
    _word("certainty"),
    _count("tag_events"),
    _count("capi_events"),
    _count("collect_events"),
    _count("blocked_events"),
    Column("tag_coverage", Double),
    Column("capi_coverage", Double),
    Column("collect_coverage", Double),
    Index("vendor_run_by_vendor", "vendor"),
    sqlite_with_rowid=False,
)

EVENT = Table(
    "event",
    METADATA,
    Column("run", _RUN, primary_key=True),
    Column("vendor", _VENDOR, primary_key=True),
    Column("event", _NAME, primary_key=True),
    _count("orders"),
    Column("counted", Integer),
    Column("counted_least", Integer),
    Column("counted_most", Integer),
    _count("told_by_tag"),
    _count("told_by_server"),
    _count("told_by_both"),
    _count("deduplicated"),
    _of_vendor_run(),
    Index("event_by_vendor", "vendor", "event"),
    sqlite_with_rowid=False,
)

DELIVERY = Table(
    "delivery",
    METADATA,
    _run_key(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _word("vendor"),
    _word("event"),
    _word("name"),
    _word("channel"),
    _word("role"),
    Column("order_number", Integer),
    _word("state"),
    Column("status", Integer),
    _word("dedup"),
    _word("rule"),
    Column("seconds_after_order", Double),
    _count("match_keys"),
    CheckConstraint(
        "state IN ('accepted', 'refused', 'answered', 'blocked', 'stopped', 'failed', 'pending')",
        name="delivery_state",
    ),
    CheckConstraint("dedup IN ('kept', 'dropped', 'filtered', '')", name="delivery_dedup"),
    Index("delivery_by_vendor", "vendor", "event", "channel"),
    sqlite_with_rowid=False,
)

IDENTIFIER = Table(
    "identifier",
    METADATA,
    Column("run", _RUN, primary_key=True),
    Column("vendor", _VENDOR, primary_key=True),
    Column("channel", _CHANNEL, primary_key=True),
    Column("name", _NAME, primary_key=True),
    _word("kind"),
    Column("sent", Boolean, nullable=False),
    _of_vendor_run(),
    Index("identifier_by_name", "vendor", "name"),
    sqlite_with_rowid=False,
)

FINDING = Table(
    "finding",
    METADATA,
    _run_key(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _word("id"),
    _word("check_name"),
    _word("vendor"),
    _word("severity"),
    _word("parameter"),
    _word("rule"),
    Column("step", Integer),
    Column("waived", Boolean, nullable=False),
    Index("finding_by_check_name", "check_name", "vendor"),
    sqlite_with_rowid=False,
)

LOSS = Table(
    "loss",
    METADATA,
    _run_key(),
    Column("vendor", _VENDOR, primary_key=True),
    _word("baseline"),
    _word("gone"),
    _word("kept"),
    _word("click_ids"),
    _word("browser_ids"),
    Column("coverage", Double, nullable=False, server_default="0"),
    _count("blocked"),
    sqlite_with_rowid=False,
)

# In the words that SQLite, PostgreSQL and MySQL share.
VIEWS = {
    "latest_run": """
        SELECT run.* FROM run
        WHERE run.started_at = (
            SELECT MAX(other.started_at) FROM run AS other
            WHERE other.scenario = run.scenario AND other.profile = run.profile)
        """,
    "counted_by_day": """
        SELECT run.day, event.vendor, event.event, run.scenario, run.profile, COUNT(*) AS runs,
            SUM(event.orders) AS orders, SUM(event.counted) AS counted,
            SUM(CASE WHEN event.counted = event.orders THEN 1 ELSE 0 END) AS runs_counted_right
        FROM event JOIN run ON run.key = event.run
        WHERE run.trusted AND event.counted IS NOT NULL
        GROUP BY run.day, event.vendor, event.event, run.scenario, run.profile
        """,
    "delivery_by_day": """
        SELECT run.day, delivery.vendor, delivery.event, delivery.channel, run.scenario, run.profile,
            COUNT(*) AS deliveries,
            SUM(CASE WHEN delivery.state = 'accepted' THEN 1 ELSE 0 END) AS accepted,
            SUM(CASE WHEN delivery.state = 'refused' THEN 1 ELSE 0 END) AS refused,
            SUM(CASE WHEN delivery.state = 'blocked' THEN 1 ELSE 0 END) AS blocked,
            AVG(delivery.seconds_after_order) AS seconds_after_order
        FROM delivery JOIN run ON run.key = delivery.run
        WHERE run.trusted
        GROUP BY run.day, delivery.vendor, delivery.event, delivery.channel, run.scenario, run.profile
        """,
    "identifier_by_day": """
        SELECT run.day, identifier.vendor, identifier.channel, identifier.name, run.scenario, run.profile,
            run.blocking, COUNT(*) AS runs, SUM(CASE WHEN identifier.sent THEN 1 ELSE 0 END) AS sent
        FROM identifier JOIN run ON run.key = identifier.run
        WHERE run.trusted
        GROUP BY run.day, identifier.vendor, identifier.channel, identifier.name, run.scenario, run.profile,
            run.blocking
        """,
    "finding_by_check": """
        SELECT finding.check_name, finding.vendor, finding.severity, finding.waived, COUNT(*) AS findings,
            COUNT(DISTINCT finding.run) AS runs, MIN(run.day) AS first_day, MAX(run.day) AS last_day
        FROM finding JOIN run ON run.key = finding.run
        GROUP BY finding.check_name, finding.vendor, finding.severity, finding.waived
        """,
}
