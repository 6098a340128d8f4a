"""A job on GitHub is told at the lines of its files and on its page; nobody else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.cli.github import tell_github


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "page"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    return path


def test_outside_of_github_nothing_is_said(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS")

    tell_github(["::error::no"], lambda: "## Failed\n", "summary.md")

    assert capsys.readouterr().out == ""
    assert not page.exists()


def test_the_page_of_the_job_grows_by_the_summary(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text("before\n", "utf-8")

    tell_github(["::error::yes"], lambda: "## Failed\n", "summary.md")

    assert capsys.readouterr().out == "::error::yes\n"
    assert page.read_text("utf-8") == "before\n## Failed\n\n"


def test_a_summary_that_github_would_refuse_is_cut_at_a_line(page: Path) -> None:
    tell_github([], lambda: "ä line\n" * 200_000, "summary.md of the report")

    text = page.read_text("utf-8")
    assert len(text.encode()) < 1024 * 1024
    assert set(text.partition("\n\n")[0].splitlines()) == {"ä line"}
    assert text.endswith("The rest is in summary.md of the report.\n\n")


def test_a_page_that_cannot_be_written_fails_nothing(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page.touch()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page / "under" / "a file"))

    tell_github([], lambda: "## Failed\n", "summary.md")

    assert "summary could not be written" in capsys.readouterr().err


def test_the_page_of_the_job_has_the_gates_answer(page: Path, pipeline: Any, call: Any) -> None:
    assert call("gate", "out/result.json").exit_code == 0

    assert page.read_text("utf-8") == "## The gate\n\n"
