"""The harness against faults seeded into the shop: each must cause exactly the findings in `expected.yaml`.

The shop runs for real, in a browser, behind the proxy. A line of the table is `severity vendor check`; findings of
severity info are not part of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from harness.demo import FAULTS

EXPECTED: dict[str, dict[str, list[str]]] = YAML(typ="safe").load(Path(__file__).with_name("expected.yaml"))

pytestmark = pytest.mark.browser


def demo(out: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, result.json and everything printed by `harness demo` with our own filter lists."""
    command = [sys.executable, "-m", "harness", "demo", "--lists", "own", "--out", str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    printed = done.stdout + done.stderr
    assert (out / "result.json").is_file(), printed
    return done.returncode, json.loads((out / "result.json").read_text("utf-8")), printed


def findings(result: dict[str, Any]) -> dict[str, list[str]]:
    """`severity vendor check` of each finding above info, by run; a repeated one stands once."""
    return {
        run["id"]: sorted(
            {
                f"{finding['severity']} {finding['vendor']} {finding['check']}"
                for outcome in run["outcomes"]
                for finding in outcome["findings"]
                if finding["severity"] != "info"
            }
        )
        for run in result["runs"]
    }


def test_the_table_has_every_fault() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", sorted(EXPECTED))
def test_a_fault_causes_exactly_its_findings(fault: str, tmp_path: Path) -> None:
    code, result, printed = demo(tmp_path, "--fault", fault)
    assert findings(result) == {run: sorted(lines) for run, lines in EXPECTED[fault].items()}, printed
    assert [run["reasons"] for run in result["runs"]] == [[] for _ in result["runs"]]
    assert code == 1
