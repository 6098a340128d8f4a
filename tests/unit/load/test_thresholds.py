"""A file of thresholds changes what it says, and a mistake in it has a line and a column."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.thresholds import load_thresholds
from harness.model.history import Thresholds


def test_what_is_not_said_keeps_its_default(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.yaml"
    file.write_text("days: 30\nserver_told: 0.9\n")
    assert load_thresholds(file) == Thresholds(days=30, server_told=0.9)


def test_mistakes_are_shown_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.yaml"
    file.write_text("dais: 30\nserver_told: 95\n")
    with pytest.raises(InputError) as error:
        load_thresholds(file)
    assert [(mistake.line, mistake.column) for mistake in error.value.mistakes] == [(1, 1), (2, 14)]


def test_the_schema_knows_every_threshold_and_no_other() -> None:
    schema = json.loads((files("harness.load") / "schemas" / "thresholds.json").read_text("utf-8"))
    assert set(schema["properties"]) == {field.name for field in fields(Thresholds)}
