"""A job on GitHub is told at the lines of its files and on its page; nobody else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.github import tell_github


@pytest.fixture
def summary(tmp_path: Path) -> Path:
    path = tmp_path / "summary.md"
    path.write_text("## Failed\n", "utf-8")
    return path


def test_outside_of_github_nothing_is_said(
    summary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary.with_name("page")))

    tell_github(["::error::no"], summary)

    assert capsys.readouterr().out == ""
    assert not summary.with_name("page").exists()


def test_the_page_of_the_job_grows_by_the_summary(
    summary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = summary.with_name("page")
    page.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))

    tell_github(["::error::yes"], summary)

    assert capsys.readouterr().out == "::error::yes\n"
    assert page.read_text("utf-8") == "before\n## Failed\n\n"


def test_a_summary_that_github_would_refuse_is_cut_at_a_line(summary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = summary.with_name("page")
    summary.write_text("ä line\n" * 200_000, "utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))

    tell_github([], summary)

    text = page.read_text("utf-8")
    assert len(text.encode()) < 1024 * 1024
    assert set(text.partition("\n\n")[0].splitlines()) == {"ä line"}
    assert "The rest is in summary.md" in text


def test_a_page_that_cannot_be_written_fails_nothing(
    summary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary / "under" / "a file"))

    tell_github([], summary)

    assert "summary could not be written" in capsys.readouterr().err
