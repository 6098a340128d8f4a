"""How is a history opened, and what is wrong with one that cannot be?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.schema import CreateColumn

from harness.errors import InputError, Mistake
from harness.history.tables import METADATA, SCHEMA, SCHEMA_VERSION, VIEWS

# Modules of drivers that are installed by another name.
_PACKAGES = {
    "psycopg": "'psycopg[binary]'",
    "psycopg2": "'psycopg[binary]', and begin the URL with postgresql+psycopg://",
    "MySQLdb": "pymysql, and begin the URL with mysql+pymysql://",
}
_WAIT_SECONDS = 10
# How one who writes or makes the tables keeps the others waiting. In SQLite it is how a transaction begins.
_LOCKS = {
    "postgresql": (
        f"SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'",
        "SELECT pg_advisory_xact_lock(hashtext('harness history'))",
    ),
    "mysql": (f"SELECT GET_LOCK(CONCAT('harness history ', MD5(DATABASE())), {_WAIT_SECONDS})",),
}
_LOCKS["mariadb"] = _LOCKS["mysql"]
_COMMITTED = {"isolation_level": "READ COMMITTED"}
_NO_HISTORY = "a history written by this harness"


@contextmanager
def opened(where: str, *, is_to_exist: bool = False, is_written: bool = False) -> Iterator[Connection]:
    """One transaction on the history at a path or an SQLAlchemy URL: all of it happens, or nothing.

    A history that is not there yet is begun, unless it `is_to_exist`; one of an older harness is brought up to date.
    Who writes waits for the others at once, and so never finds out halfway that another one was faster.
    """
    url = _url_of(where)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        _file_ready(Path(url.database), is_to_exist)
    engine = _engine(url, "BEGIN IMMEDIATE" if is_written else "BEGIN")
    try:
        with engine.begin() as connection:
            if is_written or not _is_up_to_date(connection):
                _keep_others_waiting(connection, _shown(url))
            _brought_up_to_date(connection, _shown(url))
            yield connection
    except DBAPIError as error:
        raise _told(error, url) from None
    finally:
        engine.dispose()


def is_there(where: str) -> bool:
    """Whether a history can be asked without beginning one; a database by its URL always can."""
    return "://" in where or Path(where).exists()


def name_of(where: str) -> str:
    """For messages: a password in a URL is never shown."""
    return _shown(_url_of(where))


def _shown(url: URL) -> str:
    """Without its password; of SQLite the path alone."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.set(query={}).render_as_string(hide_password=True)


def _url_of(where: str) -> URL:
    """Whatever has no `://` is the path of an SQLite file."""
    if "://" not in where:
        return URL.create("sqlite", database=where)
    try:
        return make_url(where)
    except (ArgumentError, ValueError):
        raise InputError(
            [
                Mistake(
                    file="the history's URL",
                    found="it cannot be read",
                    expected="a path, or a URL like postgresql+psycopg://user:password@host/database",
                )
            ]
        ) from None


def _file_ready(path: Path, is_to_exist: bool) -> None:
    if is_to_exist and not path.exists():
        raise _mistake(
            str(path), "there is no history", _NO_HISTORY, "add results with `harness history add RESULT.json`"
        )
    if path.is_dir():
        raise _mistake(
            str(path), "a folder", "a file", "--history takes what follows it as its place: write it last, or with a ="
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _mistake(str(path), f"the folder cannot be made: {error.strerror}", "a folder to write to") from None


def _engine(url: URL, begin: str) -> Engine:
    family = url.get_backend_name()
    try:
        # Whoever waited for another one has to see what that one wrote.
        settings = {"connect_args": {"timeout": _WAIT_SECONDS}} if family == "sqlite" else _COMMITTED
        engine = create_engine(url, **settings)
    except NoSuchModuleError:
        raise _mistake(
            _shown(url),
            f'no database is known by the name "{url.drivername}"',
            "sqlite, postgresql, mysql, or one that an SQLAlchemy dialect is installed for",
        ) from None
    except ModuleNotFoundError as error:
        package = _PACKAGES.get(error.name or "", error.name)
        raise _mistake(
            _shown(url),
            f"the driver {error.name} is not installed",
            remedy=f"install it into the harness's environment: pip install {package}",
        ) from None
    if family == "sqlite":
        event.listen(engine, "connect", _sqlite_as_others)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _sqlite_as_others(connection: sqlite3.Connection, record: object) -> None:
    """References are kept, and tables are made inside of a transaction, too."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _is_up_to_date(connection: Connection) -> bool:
    return _version(connection, set(inspect(connection).get_table_names())) == SCHEMA_VERSION


def _version(connection: Connection, tables: set[str]) -> int:
    return (connection.scalar(select(SCHEMA.c.version)) or 0) if SCHEMA.name in tables else 0


def _keep_others_waiting(connection: Connection, name: str) -> None:
    """Until the transaction ends, or the connection does."""
    for statement in _LOCKS.get(connection.dialect.name, ()):
        answer = connection.exec_driver_sql(statement)
        if answer.returns_rows and answer.scalar() == 0:
            raise _busy(name)


def _brought_up_to_date(connection: Connection, name: str) -> None:
    """Schemas only grow: what an older one lacks is added, and what it holds stays."""
    there = set(inspect(connection).get_table_names())
    version = _version(connection, there)
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        raise _mistake(
            name,
            f"schema version {version}, written by a newer harness",
            f"schema version {SCHEMA_VERSION} or older",
            "use the newer harness",
        )
    if SCHEMA.name not in there and there & set(METADATA.tables):
        raise _mistake(
            name, f"tables of another kind ({', '.join(sorted(there & set(METADATA.tables)))})", "a database of its own"
        )
    METADATA.create_all(connection)
    _add_columns(connection, there)
    for view, query in VIEWS.items():
        connection.execute(text(f"DROP VIEW IF EXISTS {view}"))
        connection.execute(text(f"CREATE VIEW {view} AS {query}"))
    connection.execute(SCHEMA.delete())
    connection.execute(SCHEMA.insert().values(version=SCHEMA_VERSION))


def _add_columns(connection: Connection, tables: set[str]) -> None:
    for table in METADATA.sorted_tables:
        if table.name not in tables:
            continue
        known = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                definition = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {definition}"))


def _told(error: DBAPIError, url: URL) -> InputError:
    """The driver's own words, which name no password, and what to do where that is known."""
    said = " ".join(str(error.orig).split())
    if "database is locked" in said or "lock timeout" in said:
        return _busy(_shown(url))
    if "not a database" in said:
        return _mistake(
            _shown(url), "the file is no SQLite database", _NO_HISTORY, "name another file: --history=PATH or --db PATH"
        )
    return _mistake(_shown(url), said, "a database to read and write")


def _busy(name: str) -> InputError:
    return _mistake(
        name, f"another process has been writing for {_WAIT_SECONDS} seconds", remedy="try again when it is done"
    )


def _mistake(file: str, found: str, expected: str = "", remedy: str = "") -> InputError:
    return InputError([Mistake(file=file, found=found, expected=expected, remedy=remedy)])
