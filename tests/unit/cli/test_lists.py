"""`harness lists` fetches what it is told to, and exits as a script needs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main


def run(*words: str, cache: Path) -> Result:
    return CliRunner().invoke(main, ["lists", *words], env={"HARNESS_CACHE": str(cache)})


def test_a_failed_update_is_told_and_is_no_success(tmp_path: Path) -> None:
    result = run("update", "easylist", "--from", "easylist=http://127.0.0.1:9/list.txt", cache=tmp_path)
    assert result.exit_code == 3
    assert result.output.startswith("easylist: failed: ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("easylst",), 'lists update: unknown filter list "easylst"; expected one of easylist, easyprivacy'),
        (("--pin", "easylist=12"), 'expected NAME=SHA256, found "easylist=12"'),
        (("--from", "easylist"), 'expected NAME=URL, found "easylist"'),
    ],
)
def test_a_wrong_word_is_a_usage_error(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    result = run("update", *words, cache=tmp_path)
    assert result.exit_code == 2
    assert told in result.output


def test_every_list_is_shown_with_where_it_is_from(tmp_path: Path) -> None:
    folder = tmp_path / "conversion-harness" / "lists"
    folder.mkdir(parents=True)
    (folder / "adguard-base.txt").write_text("! Title: AdGuard Base filter\n! Version: 7\n||ads.example^\n")
    (folder / "adguard-tracking.txt").write_text("<html>\n")
    lines = dict(line.split(": ", 1) for line in run("show", cache=tmp_path).output.splitlines())
    assert lines["adguard-base"].startswith("AdGuard Base filter 7, 1 rules, from cache (")
    assert "a web page" in lines["adguard-tracking"]
    assert lines["adguard-url-tracking"] == "missing"
