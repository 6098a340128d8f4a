"""Results are kept, shown, forgotten and turned into pages by commands a stranger can follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from history_builders import a_broken_suite, a_sound_suite, at_day

from harness.errors import ExitCode
from harness.model.result import SuiteResult
from harness.report.json_result import render_json

Call = Callable[..., Result]


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two results in an empty working folder, which is where they are kept by default."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_HISTORY", raising=False)
    return [written(at_day(a_sound_suite(), 0)), written(at_day(a_broken_suite(), 1))]


def written(result: SuiteResult) -> str:
    path = Path(f"{result.suite_id}.json")
    path.write_text(render_json(result))
    return str(path)


def test_results_are_added_once_shown_newest_first_and_forgotten(call: Call, results: list[str]) -> None:
    assert call("history", "add", *results).output == "day-000.json: added\nday-001.json: added\n"
    assert call("history", "add", results[0]).output == "day-000.json: known already, nothing changed\n"
    assert Path("reports/history.sqlite").is_file()
    shown = call("history", "show").output.splitlines()
    assert [line.split()[1] for line in shown] == ["failed", "passed"]
    assert call("history", "prune", "--keep-days", "100000").output == "0 runs forgotten\n"


def test_one_unreadable_result_keeps_all_out(call: Call, results: list[str]) -> None:
    Path("broken.json").write_text("{}")
    told = call("history", "add", results[0], "broken.json", "missing.json")
    assert told.exit_code == ExitCode.USAGE
    assert "broken.json" in told.output
    assert not Path("reports/history.sqlite").exists()


def test_the_place_comes_from_the_environment_or_the_option(
    call: Call, results: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_HISTORY", "team.sqlite")
    call("history", "add", results[0])
    call("history", "add", results[1], "--db", "own.sqlite")
    assert len(call("history", "show").output.splitlines()) == 1
    assert "failed" in call("history", "show", "--db", "own.sqlite").output


def test_insights_are_a_page_for_each_period_and_a_line_for_each_vendor(call: Call, results: list[str]) -> None:
    call("history", "add", *results)
    told = call("insights", "--out", "pages")
    assert told.exit_code == ExitCode.PASSED
    assert "4 runs from 2026-11-21 to 2026-11-22" in told.output
    assert "Meta (Facebook, Instagram)  without the tag: not ready: identifiers, lost with the tag" in told.output
    assert {path.name for path in Path("pages").iterdir()} == {
        "index.html", "last-30-days.html", "last-7-days.html",
    }  # fmt: skip


def test_insights_of_no_history_say_how_to_begin_one(call: Call, results: list[str]) -> None:
    told = call("insights")
    assert told.exit_code == ExitCode.USAGE
    assert "there is no history" in told.output
    assert "harness history add RESULT.json" in told.output


def test_insights_of_a_name_that_is_not_there_are_a_mistake(call: Call, results: list[str]) -> None:
    call("history", "add", *results)
    told = call("insights", "--vendor", "metta")
    assert told.exit_code == ExitCode.USAGE
    assert "nothing of metta in these 90 days" in told.output


@pytest.mark.parametrize(
    ("options", "where"),
    [(("--history",), "reports/history.sqlite"), (("--history=kept.sqlite",), "kept.sqlite"), ((), None)],
)
def test_an_audit_adds_its_result_where_it_is_told(
    pipeline: Any, call: Call, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], where: str | None
) -> None:
    monkeypatch.delenv("HARNESS_HISTORY", raising=False)
    told = call("audit", "one", *options)
    assert pipeline.remembered == ([where] if where else [])
    assert ("history: added" in told.output) is bool(where)


def test_a_place_that_cannot_be_is_told_before_anything_is_judged(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x" * 2000)
    told = call("audit", str(tmp_path), f"--history={tmp_path / 'file'}")
    assert told.exit_code == ExitCode.USAGE
    assert "the file is no SQLite database" in told.output
    assert "recording" not in told.output
    assert "write it last, or with a =" in call("audit", "--history", str(tmp_path), "one").output
