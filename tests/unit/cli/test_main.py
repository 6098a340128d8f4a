"""Every way to end has its exit code, and every error is a message that helps."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from click.testing import Result

import harness
from harness.errors import InputError, Mistake, RecordingError


def test_the_version(call: Any) -> None:
    assert call("--version").output == f"harness {harness.__version__}\n"


@pytest.mark.parametrize("exit_code", [0, 1, 3])
def test_the_exit_code_is_that_of_the_suite(pipeline: Any, call: Any, exit_code: int) -> None:
    pipeline.exit_code = exit_code
    assert call("run", "a.yaml").exit_code == exit_code


@pytest.mark.parametrize(
    "arguments", [("rn",), ("run",), ("run", "a", "--workers", "0"), ("list", "cats"), ("run", "a", "--fail-on", "no")]
)
def test_wrong_usage_is_2(pipeline: Any, call: Any, arguments: tuple[str, ...]) -> None:
    assert call(*arguments).exit_code == 2
    assert not pipeline.calls


def test_all_mistakes_of_the_input_are_told_and_it_is_2(pipeline: Any, call: Any) -> None:
    pipeline.error = InputError(
        [
            Mistake(file="a.yaml", line=3, column=5, found='unknown step "clik"', remedy='did you mean "click"?'),
            Mistake(file="b.yaml", found="no such file"),
        ]
    )
    result = call("run", "a.yaml")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[1:] == [
        'a.yaml:3:5: unknown step "clik"; did you mean "click"?',
        "b.yaml: no such file",
        "2 mistakes, nothing was run",
    ]


def test_what_cannot_be_recorded_is_3(pipeline: Any, call: Any) -> None:
    pipeline.error = RecordingError("no browser was found", "install one")
    result = call("demo")
    assert result.exit_code == 3
    assert "could not record: no browser was found; install one\n" in result.stderr


def test_an_interruption_is_3(pipeline: Any, call: Any) -> None:
    pipeline.error = KeyboardInterrupt()
    result = call("demo")
    assert result.exit_code == 3
    assert "stopped before anything could be judged" in result.stderr


def _internal_error(pipeline: Any, call: Any, *flags: str) -> Result:
    pipeline.error = ValueError("odd\nvalue")
    result: Result = call(*flags, "run", "a.yaml")
    assert result.exit_code == 4
    assert "internal error: ValueError: odd value\n" in result.stderr
    return result


def test_a_programming_mistake_is_4_and_short(pipeline: Any, call: Any) -> None:
    result = _internal_error(pipeline, call)
    assert "Traceback" not in result.stderr
    assert "harness --debug" in result.stderr


def test_a_programming_mistake_shows_its_traceback_on_demand(pipeline: Any, call: Any) -> None:
    assert "Traceback" in _internal_error(pipeline, call, "--debug").stderr


def test_help_needs_none_of_the_heavy_packages() -> None:
    code = (
        "import sys, harness.cli\n"
        "heavy = ['playwright', 'mitmproxy', 'rich', 'jinja2', 'jsonschema', 'ruamel', 'msgspec', 'deepdiff']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
