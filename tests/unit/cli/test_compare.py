"""Two releases are compared by what is given, and the answer is the shell's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def sides(tmp_path: Path) -> tuple[str, str]:
    for name in ("live", "test"):
        (tmp_path / name).mkdir()
    return str(tmp_path / "live"), str(tmp_path / "test")


def test_both_sides_and_the_options_reach_the_pipeline(pipeline: Any, call: Any, sides: tuple[str, str]) -> None:
    pipeline.exit_code = 1

    result = call("compare", *sides, "--out", "here", "--tolerance", "30", "--fail-on-change")

    assert pipeline.calls == [
        ("compare_releases", (Path(sides[0]), Path(sides[1]), Path("here"), 30.0, True)),
    ]
    assert result.exit_code == 1
    assert "the lines of two releases" in result.output
    assert f"report: {Path('here') / 'page.html'}" in result.output
    assert "::error" not in result.output


def test_a_job_on_github_is_annotated(
    pipeline: Any, call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result_file = tmp_path / "result.json"
    result_file.write_text("{}", "utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    result = call("compare", str(result_file), str(tmp_path))

    assert "::error::two releases" in result.output


def test_a_side_that_is_not_there_is_wrong_usage(pipeline: Any, call: Any, sides: tuple[str, str]) -> None:
    result = call("compare", sides[0], f"{sides[1]}-typo")

    assert result.exit_code == 2
    assert "does not exist" in result.output
    assert pipeline.calls == []
