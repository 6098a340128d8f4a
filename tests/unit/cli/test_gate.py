"""The gate is asked with files and answers with an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.model.result import Severity


def test_the_gate_hands_on_every_file_and_exits_as_it_answers(pipeline: Any, call: Any) -> None:
    pipeline.exit_code = 1
    words = ("--baseline", "b.yaml", "--waivers", "w.yaml", "--markdown", "g.md", "--fail-on", "warning")
    result = call("gate", "out/result.json", *words)
    assert result.exit_code == 1
    assert "the table of the gate" in result.stdout
    [(name, (request,))] = pipeline.calls
    assert name == "gate"
    assert vars(request) == {
        "result": Path("out/result.json"),
        "baseline": Path("b.yaml"),
        "waivers": Path("w.yaml"),
        "promote": None,
        "markdown": Path("g.md"),
        "fail_on": Severity.WARNING,
    }


def test_waivers_are_for_every_command_that_judges(pipeline: Any, call: Any) -> None:
    assert call("demo", "--waivers", "w.yaml").exit_code == 0
    assert call("run", "shop.yaml", "--waivers", "w.yaml").exit_code == 0
    assert call("audit", "recordings", "--waivers", "w.yaml").exit_code == 0
    demo, run, audit = (arguments for _, arguments in pipeline.calls)
    assert [demo[0].waivers, run[0].waivers, audit[3]] == [Path("w.yaml")] * 3
