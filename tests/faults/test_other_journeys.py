"""Faults that only another way through a site shows, and faults of each of the nine ways conversions come about.

Each must turn its run red by the check that is named; the ordinary order beside it stays as it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.demo import FAULTS

ROOT = Path(__file__).parent.parent.parent
USE_CASES = ROOT / "scenarios" / "use-cases"

pytestmark = pytest.mark.browser

# Which check says so, of the invariants' faults.
JOURNEYS = {
    "cancelled-payment-reported": "counted-conversions",
    "declined-payment-reported": "counted-conversions",
    "double-click-orders-twice": "counted-conversions",
    "second-tab-sends-again": "tag-once",
    "back-button-sends-again": "tag-once",
    "revisit-sends-again": "tag-once",
    "coupon-ignored": "order-parameters",
    "refund-reported-as-purchase": "counted-conversions",
    "event-id-per-visitor": "event-id-unique",
    "devices-not-joined": "click-id-carriage",
}
# By scenario, faults and the check that says so.
BROKEN = {
    "retail-purchase": {"capi-missing": "server-call-once", "email-untrimmed": "identifier-hashing"},
    "loan-lead": {"event-id-mismatch": "event-id-match", "email-raw": "identifier-raw"},
    "vacation-booking": {"value-net": "order-parameters", "tag-missing": "tag-once"},
    "store-purchase": {"email-double-hash": "identifier-hashing", "capi-missing": "server-call-once"},
    "mortgage-by-phone": {"value-net": "order-parameters", "capi-missing": "server-call-once"},
    "trip-with-agent": {"email-untrimmed": "identifier-hashing", "capi-sent-twice": "server-call-once"},
    "mobile-checkout": {"click-id-lowercased": "click-id-carriage", "phone-national": "identifier-hashing"},
    "loan-form-collect": {"collect-third-party": "collect-once", "event-time-stale": "event-time"},
    "phone-then-laptop": {"devices-not-joined": "click-id-carriage", "capi-token-expired": "vendor-acceptance"},
}


def result_of(out: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    command = [sys.executable, "-m", "harness", *arguments, "--lists", "own", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    printed = done.stdout + done.stderr
    assert (out / "result.json").is_file(), printed
    return done.returncode, json.loads((out / "result.json").read_text("utf-8")), printed


def grave(run: dict[str, Any]) -> set[str]:
    """The checks with a finding above info."""
    findings = [finding for outcome in run["outcomes"] for finding in outcome["findings"]]
    return {finding["check"] for finding in findings if finding["severity"] != "info"}


def test_every_fault_with_a_journey_of_its_own_is_here() -> None:
    assert set(JOURNEYS) == {name for name, fault in FAULTS.items() if fault.journey}


@pytest.mark.parametrize("fault", [name for name in JOURNEYS if "/" not in FAULTS[name].journey])
def test_a_fault_shows_on_its_journey_and_not_on_an_ordinary_one(fault: str, tmp_path: Path) -> None:
    code, result, printed = result_of(tmp_path, "demo", "--fault", fault, "--vendor", "meta", "--vendor", "tiktok")
    ordinary, other = sorted(result["runs"], key=lambda run: len(run["scenario"]))
    assert ordinary["verdict"] == "passed", printed
    assert other["scenario"] == f"shop-invariants+{FAULTS[fault].journey}"
    assert JOURNEYS[fault] in grave(other), printed
    assert code == 1


def test_every_use_case_has_two_faults() -> None:
    assert set(BROKEN) == {path.stem for path in USE_CASES.glob("*.yaml")}
    assert {len(faults) for faults in BROKEN.values()} == {2}


@pytest.mark.parametrize(
    ("scenario", "fault", "check"),
    [(scenario, fault, check) for scenario, faults in BROKEN.items() for fault, check in faults.items()],
)
def test_a_use_case_turns_red_for_the_right_reason(scenario: str, fault: str, check: str, tmp_path: Path) -> None:
    profile = "ublock" if fault == "collect-third-party" else "none"
    file = str(USE_CASES / f"{scenario}.yaml")
    vendors = ("--vendor", "meta", "--vendor", "tiktok", *(("--vendor", "tealium") if "collect" in scenario else ()))
    code, result, printed = result_of(tmp_path, "run", file, "--profile", profile, "--fault", fault, *vendors)
    (run,) = result["runs"]
    assert check in grave(run), printed
    assert (run["verdict"], run["reasons"], code) == ("failed", [], 1), printed
