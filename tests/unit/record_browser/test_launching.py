"""With which flags and which name does a browser start?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.model.profile import Profile
from harness.record.browsers import FoundBrowser
from harness.record.launching import Launcher, _seed_preferences, launch_arguments, user_agent

BLOCKING = Profile(id="b", title="", description="", reviewed="", sources=(), extra_rules=("||ads.example^",))
DNS = Profile(id="d", title="", description="", reviewed="", sources=(), blocked_hosts=("ads.example",))
OPEN = Profile(id="o", title="", description="", reviewed="", sources=())


def browser(flavour: str) -> FoundBrowser:
    return FoundBrowser(path=Path("/b"), flavour=flavour, version="156.0.8078.79", origin="system")


def test_the_user_agent_is_that_of_a_window() -> None:
    agent = user_agent("156.0.8078.79")
    assert "Chrome/156.0.0.0 Safari" in agent
    assert "Headless" not in agent


def test_only_our_own_authority_is_trusted_and_no_name_is_resolved() -> None:
    arguments = launch_arguments("KEY=")
    assert "--ignore-certificate-errors-spki-list=KEY=" in arguments
    assert "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1" in arguments
    features = [each for each in arguments if each.startswith("--disable-features=")]
    assert len(features) == 1, "of several only the last would count"
    assert "ThirdPartyStoragePartitioning" not in features[0]
    assert not [each for each in arguments if "extension" in each]
    assert f"--load-extension={Path('/x')}" in launch_arguments("KEY=", [Path("/x")])


@pytest.mark.parametrize(
    ("flavour", "enforcer", "expected"),
    [
        ("headless-shell", "auto", "proxy"),
        ("chromium", "auto", "extension"),
        ("chromium", "proxy", "proxy"),
        ("chrome", "auto", "proxy"),
    ],
)
def test_who_blocks_depends_on_what_the_browser_can(flavour: str, enforcer: str, expected: str) -> None:
    launcher = Launcher(browser=browser(flavour), spki="", enforcer=enforcer)
    assert launcher.enforcer_for(BLOCKING) == expected
    assert launcher.enforcer_for(OPEN) == ""
    assert launcher.enforcer_for(DNS) == "proxy", "no browser can make a name unknown"
    assert launcher.info(BLOCKING).enforcer == expected


@pytest.mark.parametrize(
    ("headed", "by_hand", "fixed"), [(True, True, False), (True, False, True), (False, True, True)]
)
def test_a_window_that_a_person_drives_fits_their_screen(headed: bool, by_hand: bool, fixed: bool) -> None:
    shown = Launcher(browser=browser("chromium"), spki="", headed=headed)._shown("", by_hand)
    assert ("viewport" in shown, shown.get("no_viewport", False)) == (fixed, not fixed)


def test_no_window_asks_to_keep_what_was_typed(tmp_path: Path) -> None:
    _seed_preferences(tmp_path, OPEN)
    told = json.loads((tmp_path / "Default" / "Preferences").read_text("utf-8"))
    assert told["autofill"] == {"profile_enabled": False, "credit_card_enabled": False}
    assert (told["credentials_enable_service"], told["profile"]["password_manager_enabled"]) == (False, False)
