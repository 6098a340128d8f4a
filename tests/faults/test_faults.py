"""The harness against faults seeded into the shop: each must cause exactly the findings in `expected.yaml`.

The shop runs for real, in a browser, behind the proxy, with all its vendors. Findings of severity info are not part of
the table. A fault that edits server calls edits the same calls whoever makes them, so it is tried in one wiring, each
in another; all others are tried in every wiring they exist in. A fault that takes another journey to show is not here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from harness.demo import FAULTS, WIRINGS
from harness.demo.call_faults import CALL_FAULTS

# By fault, by pattern of run, by `severity check`: the vendors.
EXPECTED: dict[str, dict[str, dict[str, list[str]]]] = YAML(typ="safe").load(Path(__file__).with_name("expected.yaml"))

pytestmark = pytest.mark.browser


def demo(out: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, result.json and everything printed by `harness demo` with our own filter lists."""
    command = [sys.executable, "-m", "harness", "demo", "--lists", "own", "--out", str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    printed = done.stdout + done.stderr
    assert (out / "result.json").is_file(), printed
    return done.returncode, json.loads((out / "result.json").read_text("utf-8")), printed


def findings(run: dict[str, Any]) -> set[tuple[str, str]]:
    """`severity check` and vendor of each finding above info."""
    return {
        (f"{finding['severity']} {finding['check']}", finding["vendor"])
        for outcome in run["outcomes"]
        for finding in outcome["findings"]
        if finding["severity"] != "info"
    }


def expected(fault: str, run_id: str) -> set[tuple[str, str]]:
    """What the table says of this run: the union over all patterns that fit it."""
    return {
        (line, vendor)
        for pattern, lines in EXPECTED[fault].items()
        if fnmatchcase(run_id, pattern)
        for line, vendors in lines.items()
        for vendor in vendors
    }


def wirings_of(fault: str) -> list[str]:
    """Where the fault is tried."""
    wirings = [name for name in WIRINGS if name in FAULTS[fault].wirings]
    return [wirings[sorted(CALL_FAULTS).index(fault) % len(wirings)]] if fault in CALL_FAULTS else wirings


ORDINARY = sorted(name for name, fault in FAULTS.items() if not fault.journey)


def test_the_table_has_every_fault_of_an_ordinary_order() -> None:
    assert sorted(EXPECTED) == ORDINARY


@pytest.mark.parametrize("fault", ORDINARY)
def test_a_fault_causes_exactly_its_findings(fault: str, tmp_path: Path) -> None:
    wirings = [argument for name in wirings_of(fault) for argument in ("--wiring", name)]
    code, result, printed = demo(tmp_path, "--fault", fault, *wirings)
    for run in result["runs"]:
        assert findings(run) == expected(fault, run["id"]), (run["id"], printed)
        assert run["reasons"] == []
    assert code == 1
