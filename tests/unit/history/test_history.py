"""What goes into a history comes out of it once, without anybody's data, and what is wrong with one is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import START, a_healthy_recording, persona
from history_builders import DAY, a_broken_suite, a_judged_suite, a_sound_suite, at_day, days
from sqlalchemy import Connection, text

from harness.errors import InputError
from harness.history import Added, Selection, add, history, name_of, opened, previous, prune, suites
from harness.history import opening as opening_room
from harness.history.tables import METADATA, VIEWS
from harness.model.history import History, Period
from harness.model.result import SuiteResult

EVER = Period(first="2000-01-01", last="2100-01-01")


@pytest.fixture
def where(tmp_path: Path) -> str:
    return str(tmp_path / "kept" / "history.sqlite")


@contextmanager
def written(where: str) -> Iterator[Connection]:
    with opened(where, is_written=True) as connection:
        yield connection


def added(where: str, *results: SuiteResult) -> list[Added]:
    with written(where) as connection:
        return [add(connection, result) for result in results]


def read(where: str, **narrow: Any) -> History:
    with opened(where) as connection:
        return history(connection, Selection(**({"period": EVER} | narrow)))


def dump(where: str) -> list[str]:
    with sqlite3.connect(where) as database:
        return list(database.iterdump())


def mistake_of(error: pytest.ExceptionInfo[InputError]) -> str:
    return str(error.value)


def test_a_result_that_is_added_twice_changes_nothing(where: str) -> None:
    result = a_sound_suite()
    assert added(where, result) == [Added.NEW]
    before = dump(where)
    assert added(where, result) == [Added.KNOWN]
    assert dump(where) == before


def test_a_newer_judgement_of_the_same_visits_takes_the_place_of_the_older_and_never_the_other_way(where: str) -> None:
    old = a_broken_suite()
    new = replace(a_sound_suite(), created_at=old.created_at + DAY)
    assert added(where, old, new, old) == [Added.NEW, Added.REJUDGED, Added.KNOWN]
    with opened(where) as connection:
        assert [(suite.verdict, suite.runs) for suite in suites(connection)] == [(new.verdict, 2)]


def test_visits_of_several_suites_judged_together_are_held_once(where: str) -> None:
    first, second = days(a_sound_suite(), (0, 1))
    audit = replace(first, runs=(*first.runs, *second.runs), created_at=second.created_at + DAY)
    assert added(where, first, second, audit) == [Added.NEW, Added.NEW, Added.REJUDGED]
    told = read(where)
    assert (told.runs, len(told.visits)) == (4, 4)
    with opened(where) as connection:
        assert [suite.runs for suite in suites(connection)] == [4]


def test_a_visit_says_who_told_of_the_order_and_what_is_counted(where: str) -> None:
    added(where, a_sound_suite())
    open_, blocking = read(where).visits
    assert (open_.told_by_tag, open_.told_by_server, open_.told_by_both, open_.deduplicated) == (1, 1, 1, 1)
    assert (blocking.told_by_tag, blocking.told_by_server, blocking.counted, blocking.blocking) == (0, 1, 1, True)
    assert (open_.answers, open_.refused) == ({"tag": 1, "capi": 1}, {})
    assert open_.coverage == {"tag": 100.0, "capi": 100.0}
    assert open_.delays == (10.9,)  # from opening the shop, the only action of this recording


def test_copies_that_are_not_joined_are_not_deduplicated(where: str) -> None:
    added(where, a_broken_suite())
    open_, _ = read(where).visits
    assert (open_.orders, open_.counted, open_.told_by_both, open_.deduplicated) == (1, 2, 1, 0)


def test_identifiers_are_told_by_channel(where: str) -> None:
    added(where, a_broken_suite())
    told = {(entry.channel, entry.name): entry.sent for entry in read(where).identifiers if not entry.blocking}
    assert (told["tag", "phone"], told["capi", "phone"]) == (1, 0)
    assert (told["tag", "fbp"], told["capi", "fbp"]) == (1, 1)


def test_losses_and_findings_are_counted_by_run(where: str) -> None:
    added(where, *days(a_broken_suite(), (0, 1)))
    told = read(where)
    assert [(loss.place.profile, loss.gone, loss.runs) for loss in told.losses] == [("blocker", ("tag",), 2)]
    found = {entry.check: (entry.severity, entry.runs) for entry in told.findings}
    assert found["event-id-match"] == ("error", 2)


def test_texts_of_any_length_and_signs_are_kept_and_told_apart(where: str) -> None:
    """Titles and names are users' and sites' own; a database that is strict would refuse the whole result."""
    first, second = days(a_sound_suite(), (0, 1))
    for number, suite in enumerate((first, second)):
        name = f"{'s' * 300}{number}"
        runs = (replace(run, id=name + run.id, scenario=name, title="Zoë\0\ud800 🛒") for run in suite.runs)
        assert added(where, replace(suite, runs=tuple(runs))) == [Added.NEW]
    told = read(where)
    assert told.runs == 4
    scenarios = {visit.place.scenario for visit in told.visits}
    assert [len(scenario) for scenario in scenarios] == [200, 200]
    assert {told.titles[scenario] for scenario in scenarios} == {"Zoë\ufffd? 🛒"}
    assert read(where, scenarios=("s" * 300 + "1",)).runs == 2


def test_a_reading_is_narrowed_by_period_vendor_scenario_and_profile(where: str) -> None:
    added(where, *days(a_judged_suite(a_healthy_recording("meta", "teads")), range(5)))
    last = Period(first="2026-11-24", last="2026-11-25")
    assert {visit.day for visit in read(where, period=last).visits} == {"2026-11-24", "2026-11-25"}
    assert {visit.vendor for visit in read(where, vendors=("teads",)).visits} == {"teads"}
    assert not read(where, scenarios=("other",)).visits
    assert not read(where, profiles=("other",)).visits


def test_runs_that_cannot_be_trusted_are_in_no_figure_but_counted(where: str) -> None:
    result = a_sound_suite()
    broken = replace(result, runs=(result.runs[0], replace(result.runs[1], trusted=False)))
    added(where, broken)
    told = read(where)
    assert (told.runs, told.untrusted, len(told.visits)) == (1, 1, 1)


def test_nothing_of_a_visitor_an_order_or_a_message_is_kept(where: str) -> None:
    added(where, a_broken_suite())
    kept = "\n".join(dump(where)).lower()
    visitor = persona()
    values = [visitor.email, visitor.phone, visitor.last_name, visitor.external_id, *visitor.click_ids.values()]
    assert not [value for value in (*values, "cs-7f3k9q2", "purchase.cs", "access_token") if value.lower() in kept]


def test_pruning_forgets_old_visits_and_what_belongs_to_them(where: str) -> None:
    added(where, *days(a_sound_suite(), range(10)))
    with written(where) as connection:
        assert prune(connection, keep_days=3, now=START + 9 * DAY) == 12
        left = {
            table.name: connection.scalar(text(f"SELECT COUNT(*) FROM {table.name}"))
            for table in METADATA.sorted_tables
        }
    assert (left["suite"], left["run"], left["vendor_run"], left["event"], left["loss"]) == (4, 8, 8, 8, 4)


def test_the_suite_before_is_the_last_of_the_same_runs(where: str) -> None:
    first, second, third = days(a_sound_suite(), (0, 1, 2))
    other = at_day(a_judged_suite(a_healthy_recording("meta")), 1)
    added(where, first, other, second)
    with opened(where) as connection:
        before = previous(connection, third)
        assert before is not None
        assert before.suite_id == second.suite_id
        assert previous(connection, first) is None


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_answers(where: str, view: str) -> None:
    added(where, a_broken_suite())
    with opened(where) as connection:
        assert connection.execute(text(f"SELECT * FROM {view}")).all()


def test_a_history_of_an_older_harness_is_brought_up_to_date_and_loses_nothing(where: str) -> None:
    added(where, a_sound_suite())
    with sqlite3.connect(where) as database:
        database.executescript(
            "DROP VIEW counted_by_day; ALTER TABLE run DROP COLUMN enforcer; DROP TABLE loss; "
            "UPDATE history_schema SET version = 0"
        )
    added(where, at_day(a_sound_suite(), 1))
    told = read(where)
    assert (told.runs, sum(loss.runs for loss in told.losses)) == (4, 1)
    with opened(where) as connection:
        assert connection.execute(text("SELECT * FROM counted_by_day")).all()


def test_a_history_of_a_newer_harness_is_not_touched(where: str) -> None:
    added(where, a_sound_suite())
    with sqlite3.connect(where) as database:
        database.execute("UPDATE history_schema SET version = 99")
    before = dump(where)
    with pytest.raises(InputError, match="schema version 99, written by a newer harness"):
        added(where, at_day(a_sound_suite(), 1))
    assert dump(where) == before


def test_another_file_is_told_apart_from_a_history(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("id: shop\n" * 200)
    with pytest.raises(InputError, match="the file is no SQLite database"):
        added(str(file), a_sound_suite())
    other = str(tmp_path / "other.sqlite")
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE run (id INTEGER)")
    with pytest.raises(InputError, match=r"tables of another kind \(run\)"):
        added(other, a_sound_suite())


def test_a_history_that_somebody_else_writes_to_is_told(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_room, "_WAIT_SECONDS", 0)
    added(where, a_sound_suite())
    busy = sqlite3.connect(where, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    with pytest.raises(InputError, match="another process has been writing"):
        added(where, at_day(a_sound_suite(), 1))
    busy.close()


def test_a_history_that_is_only_read_is_not_begun(where: str) -> None:
    with pytest.raises(InputError, match="there is no history"), opened(where, is_to_exist=True):
        pass
    assert not Path(where).exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nosuch://user:hush@host/db", 'no database is known by the name "nosuch"'),
        ("postgresql+psycopg2://user:hush@host/db", "'psycopg[binary]', and begin the URL with postgresql+psycopg://"),
        ("mysql://user:hush@host/db", "pymysql, and begin the URL with mysql+pymysql://"),
        ("postgresql://user:hush@host:port/db", "cannot be read"),
    ],
)
def test_a_database_that_cannot_be_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(InputError) as error, opened(url):
        pass
    assert said in mistake_of(error)
    assert "hush" not in mistake_of(error)


def test_a_history_is_named_in_messages_without_its_password() -> None:
    assert name_of("postgresql://user:hush@host/db?sslkey=hush") == "postgresql://user:***@host/db"
    assert name_of("kept/history.sqlite") == "kept/history.sqlite"
