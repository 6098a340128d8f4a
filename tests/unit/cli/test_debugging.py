"""Options for looking closer reach the pipeline, and those that cannot go together are refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from report_builders import a_run, a_suite

from harness.cli.debugging import say_what_traces_hold


def test_nothing_of_it_happens_unasked(pipeline: Any, call: Any) -> None:
    call("run", "a.yaml")
    ((_, (request,)),) = pipeline.calls
    assert (request.slow_mo, request.trace, request.keep_open, request.until_step, request.retries) == (
        0.0, False, False, 0, 0,
    )  # fmt: skip


def test_everything_of_it_reaches_the_pipeline(pipeline: Any, call: Any) -> None:
    call("demo", "--slow-mo", "250", "--trace", "--headed", "--keep-open", "--until-step", "7")
    call("run", "a.yaml", "--retries", "2")
    looked, retried = (request for _, (request,) in pipeline.calls)
    assert (looked.slow_mo, looked.trace, looked.keep_open, looked.until_step) == (250.0, True, True, 7)
    assert retried.retries == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--keep-open",), "add --headed"),
        (("--until-step", "3", "--retries", "1"), "leave one of them out"),
    ],
)
def test_what_cannot_go_together_is_refused(pipeline: Any, call: Any, options: tuple[str, ...], told: str) -> None:
    result = call("run", "a.yaml", *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert pipeline.calls == []


def test_whoever_made_traces_is_told_what_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    result = a_suite(a_run("none", traces=("traces/shop--none--1.zip",)))
    say_what_traces_hold(SimpleNamespace(result=result, folder=Path("out")))  # type: ignore[arg-type]  # all it reads
    said = capsys.readouterr().out
    assert "do not share them" in said
    assert f"show-trace {Path('out/traces/shop--none--1.zip')}" in said
