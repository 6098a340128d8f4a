"""The nine ways conversions come about, with and without a blocker, and refused; and the sites, broken."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.demo import VENDORS

pytestmark = pytest.mark.browser

# What the blocker's own lists take off addresses; others, such as ScCid or epik, they leave.
STRIPPED = {"fbclid", "gclid", "msclkid", "ttclid", "twclid"}
SCENARIOS = Path(__file__).parents[2] / "scenarios" / "use-cases"


def run(scenarios: Path, out: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, result.json and everything printed."""
    command = [sys.executable, "-m", "harness", "run", str(scenarios), "--lists", "own", "--out", str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    printed = done.stdout + done.stderr
    assert (out / "result.json").is_file(), printed
    return done.returncode, json.loads((out / "result.json").read_text("utf-8")), printed


def test_in_the_sound_sites_every_conversion_counts_once_unless_it_was_refused(tmp_path: Path) -> None:
    profiles = ("none", "ublock", "consent-denied")
    arguments = (word for profile in profiles for word in ("--profile", profile))
    code, result, printed = run(SCENARIOS, tmp_path, *arguments)
    assert code == 0, printed
    scenarios = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    assert len(scenarios) == 9
    assert {one["id"] for one in result["runs"]} == {f"{name}--{each}" for name in scenarios for each in profiles}
    for one in result["runs"]:
        assert one["verdict"] == "passed", (one["id"], one["reasons"])
        severities = [finding["severity"] for each in one["outcomes"] for finding in each["findings"]]
        assert set(severities) <= {"info"}, one["id"]
        conversions = 2 if one["scenario"] == "mortgage-by-phone" else 1
        expected = 0 if one["profile"] == "consent-denied" else conversions
        counted = {row["vendor"]: row["counted"] for row in one["matrix"] if row["kind"] == "platform"}
        assert counted == dict.fromkeys(counted, expected), one["id"]
    for loss in result["losses"]:
        if loss["profile"] == "ublock":
            assert set(loss["gone"]) <= {"tag"}, loss
        else:
            assert loss["kept"] == [], loss
    for name in scenarios:
        blocked = [loss for loss in result["losses"] if (loss["scenario"], loss["profile"]) == (name, "ublock")]
        stripped = STRIPPED if "x" in {loss["vendor"] for loss in blocked} else STRIPPED - {"twclid"}
        assert {parameter for loss in blocked for parameter in loss["click_ids"]} == stripped, name
    assert (result["orphans"], result["refused_hosts"]) == ([], [])


def test_who_consents_after_the_landing_counts_once_with_the_click_of_the_landing(tmp_path: Path) -> None:
    scenario = tmp_path / "loan-lead.yaml"
    landing = "  - consent\n  - wait: {css: 'html[data-tags=\"ready\"]'}\n  - click: {link: See the personal loan}\n"
    sound = (SCENARIOS / scenario.name).read_text("utf-8")
    assert landing in sound
    scenario.write_text(sound.replace(landing, "  - click: {link: See the personal loan}\n  - consent\n"), "utf-8")
    code, result, printed = run(scenario, tmp_path / "out", "--profile", "none")
    assert code == 0, printed
    (one,) = result["runs"]
    assert [finding for each in one["outcomes"] for finding in each["findings"]] == [], printed
    assert {row["vendor"]: row["counted"] for row in one["matrix"]} == dict.fromkeys(VENDORS, 1)


@pytest.mark.parametrize("name", ["loan-lead", "vacation-booking"])
def test_a_fault_of_the_server_calls_is_found_on_every_site(tmp_path: Path, name: str) -> None:
    scenario = tmp_path / f"{name}.yaml"
    sound = (SCENARIOS / scenario.name).read_text("utf-8")
    faults = 'faults: "event-id-mismatch,email-raw"'
    scenario.write_text(sound.replace("{wiring: direct}", f"{{wiring: direct, {faults}}}"), "utf-8")
    code, result, printed = run(scenario, tmp_path / "out", "--profile", "none")
    assert code == 1, printed
    (one,) = result["runs"]
    found = {(each["check"], finding["vendor"]) for each in one["outcomes"] for finding in each["findings"]}
    for vendor in ("meta", "tiktok", "pinterest"):
        assert ("event-id-match", vendor) in found, printed
        assert ("identifier-raw", vendor) in found, printed
    counted = {row["vendor"]: row["counted"] for row in one["matrix"]}
    assert (counted["meta"], counted["google-ads"]) == (2, 1)
