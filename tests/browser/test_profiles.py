"""What does each shipped profile take from a visit to the sound shop, and does the server's copy make up for it?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.load.profiles import load_profiles
from harness.record.storage import read_recording

pytestmark = pytest.mark.browser

SCENARIO = Path(__file__).parents[2] / "scenarios" / "demo" / "shop-direct.yaml"
# By profile: the vendors whose tag event is taken away, and the click IDs. The server's copy is there
# unless consent was refused.
TAKEN: dict[str, tuple[set[str], set[str]]] = {
    "none": (set(), set()),
    "ublock": ({"meta", "google-ads", "teads"}, {"fbclid", "gclid"}),
    "adblockplus": ({"teads"}, set()),
    "adguard": ({"meta", "google-ads", "teads"}, {"fbclid", "gclid"}),
    "brave": ({"meta", "google-ads", "teads"}, {"fbclid", "gclid"}),
    "firefox-standard": (set(), set()),
    # One of the hosts that hear of a Google Ads conversion counts as content and is let through.
    "firefox-strict": ({"meta", "teads"}, {"fbclid"}),
    "safari": (set(), set()),
    "safari-private": ({"meta", "google-ads", "teads"}, {"fbclid", "gclid"}),
    "dns": ({"google-ads", "teads"}, set()),
    "no-3p-cookies": (set(), set()),
    "gpc": (set(), set()),
    # Nobody hears of anything, the server included.
    "consent-denied": ({"meta", "google-ads", "teads"}, set()),
}


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], Path]]:
    """One visit under each profile: its result by profile, and its recording's folder."""
    return suite(tmp_path_factory.mktemp("profiles"), f"profiles: [{', '.join(TAKEN)}]")


def suite(folder: Path, profiles: str) -> dict[str, tuple[dict[str, Any], Path]]:
    text = SCENARIO.read_text("utf-8").replace("profiles: [none, ublock]", profiles)
    scenario, out = folder / "every-profile.yaml", folder / "out"
    scenario.write_text(text, "utf-8")
    vendors = [word for name in ("meta", "google-ads", "teads") for word in ("--vendor", name)]
    command = [sys.executable, "-m", "harness", "run", str(scenario), *vendors, "--lists", "own", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    runs = json.loads((out / "result.json").read_text("utf-8"))["runs"]
    return {run["profile"]: (run, out / "recordings" / run["id"]) for run in runs}


EXTENSION = {
    "manifest_version": 3,
    "name": "Somebody's blocker",
    "version": "1.0",
    "permissions": ["declarativeNetRequest"],
    "host_permissions": ["<all_urls>"],
    "declarative_net_request": {"rule_resources": [{"id": "rules", "enabled": True, "path": "rules.json"}]},
}
OWN = """profiles:
  - {id: somebodys, extension: ./blocker}
  - [{id: hosts, hosts_file: hosts.txt, extra_rules: ["||facebook.com/tr"], allow: [p.teads.tv]}, gpc]"""


def test_a_profile_made_of_others_lists_says_so_in_its_title(visits: Any) -> None:
    run, _ = visits["adguard"]
    assert run["profile_title"] == "AdGuard (approximated by easylist, easyprivacy, ublock-privacy)"


def test_profiles_of_a_scenarios_own_block_as_they_say(tmp_path: Path) -> None:
    """An extension that the user brings, and a hosts file with rules and an exception beside it."""
    (tmp_path / "blocker").mkdir()
    (tmp_path / "blocker/manifest.json").write_text(json.dumps(EXTENSION))
    rule = {"id": 1, "action": {"type": "block"}, "condition": {"urlFilter": "||connect.facebook.net^"}}
    (tmp_path / "blocker/rules.json").write_text(json.dumps([rule]))
    (tmp_path / "hosts.txt").write_text("0.0.0.0 www.googletagmanager.com\n0.0.0.0 p.teads.tv\n")
    runs = suite(tmp_path, OWN)
    taken = {
        run["profile"]: ({row["vendor"] for row in run["matrix"] if row["tag_events"] == 0}, run["verdict"])
        for run, _ in runs.values()
    }
    assert taken == {"somebodys": ({"meta"}, "passed"), "hosts+gpc": ({"meta", "google-ads"}, "passed")}
    lists = {name: {each["list"] for each in run["blocked"]} for name, (run, _) in runs.items()}
    assert lists == {"somebodys": {"extension blocker"}, "hosts+gpc": {"hosts", "hosts+gpc-extra-rules"}}
    canaries = {each.name for each in read_recording(runs["somebodys"][1]).canaries if each.passed}
    assert "extension" in canaries


def test_every_shipped_profile_is_tried() -> None:
    assert set(TAKEN) == set(load_profiles())


@pytest.mark.parametrize("profile", TAKEN)
def test_a_profile_takes_what_it_should_and_no_more(visits: Any, profile: str) -> None:
    run, folder = visits[profile]
    vendors, click_ids = TAKEN[profile]
    assert {row["vendor"] for row in run["matrix"] if row["tag_events"] == 0} == vendors
    stripped = {name for each in run["blocked"] for name in each["removed_parameters"]}
    assert stripped & {"fbclid", "gclid", "auctid"} == click_ids
    expected = (0, 0) if profile == "consent-denied" else (1, 1)
    assert [(row["counted"], row["capi_events"]) for row in run["matrix"]] == [expected] * 3
    assert [finding for each in run["outcomes"] for finding in each["findings"]] == []
    assert all(canary.passed for canary in read_recording(folder).canaries)
