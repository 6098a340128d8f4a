"""A file of conversions is judged by itself: findings by their place, and the exit codes of the other commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import main

ROW = "EAIaIQobChMI_test_gclid_0001,Sale,{time},T-1,{value},EUR\n"
HEAD = "Google Click ID,Conversion Name,Conversion Time,Order ID,Conversion Value,Conversion Currency\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "day.csv"
    path.write_text(HEAD + ROW.format(time="2099-01-01 12:00:00+0100", value="x"), encoding="utf-8")
    return path


def test_findings_are_told_by_their_place_and_fail_the_command(file: Path) -> None:
    result = CliRunner().invoke(main, ["validate-upload", str(file), "--vendor", "google-ads"])
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0].startswith(f"{file}:2:35: error: Conversion Time is ")
    assert lines[1].startswith(f"{file}:2:64: error: Conversion Value is not as it should be")
    assert lines[-1] == f"{file}: 1 row as google-ads click-file: 2 errors"


def test_warnings_fail_the_command_only_if_asked(file: Path) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S+0000")
    row = ROW.format(time=yesterday, value="1")
    file.write_text(HEAD.replace("Order ID", "Note") + row, encoding="utf-8")
    command = ["validate-upload", str(file), "--vendor", "google-ads"]
    told = [CliRunner().invoke(main, [*command, "--fail-on", severity]) for severity in ("error", "warning")]
    assert [result.exit_code for result in told] == [0, 1]
    assert "2:60: warning: the column Note is none of the template's" in told[0].stdout.replace(f"{file}:", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv", "--vendor", "google-ads"], "none.csv: No such file or directory; expected a file of conversions"),
        (
            ["FILE", "--vendor", "gogle-ads"],
            '--vendor: unknown vendor "gogle-ads"; expected one of amazon, google-ads, ',
        ),
        (
            ["FILE", "--vendor", "teads"],
            '--vendor: no form of file is known of "teads"; expected one of amazon, google-ads, ',
        ),
    ],
)
def test_wrong_input_is_told(file: Path, arguments: list[str], message: str) -> None:
    given = [str(file) if argument == "FILE" else argument for argument in arguments]
    result = CliRunner().invoke(main, ["validate-upload", *given])
    assert result.exit_code == 2
    assert result.stderr.startswith(message)
