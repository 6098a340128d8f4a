"""Firefox and WebKit are found where Playwright keeps them and start as the profile says, or it is said what lacks."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import RecordingError
from harness.load.profiles import load_profiles
from harness.record.browsers import FoundBrowser, choose_browser
from harness.record.engines import engine_settings, find_engines, firefox_preferences
from harness.record.launching import Launcher

PROFILES = load_profiles()
FIREFOX = FoundBrowser(path=Path("/p/firefox"), flavour="firefox", version="159.0", origin="playwright")
WEBKIT = FoundBrowser(path=Path("/p/pw_run.sh"), flavour="webkit", version="build 2388", origin="playwright")


def download(folder: Path, program: str, *, is_whole: bool = True) -> Path:
    path = folder / program
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho Mozilla Firefox 159.0\n")
    path.chmod(0o755)
    if is_whole:
        (folder / "INSTALLATION_COMPLETE").touch()
    return path


@pytest.mark.skipif(os.name == "nt", reason="the fakes are shell scripts")
def test_the_newest_whole_download_of_each_engine_is_found(tmp_path: Path) -> None:
    download(tmp_path / "firefox-900", "firefox/firefox")
    newest = download(tmp_path / "firefox-1572", "firefox/firefox")
    download(tmp_path / "firefox-2000", "firefox/firefox", is_whole=False)
    webkit = download(tmp_path / "webkit-2388", "pw_run.sh")
    assert find_engines(environment={"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}) == (
        FoundBrowser(path=newest, flavour="firefox", version="159.0", origin="playwright"),
        FoundBrowser(path=webkit, flavour="webkit", version="build 2388", origin="playwright"),
    )
    assert find_engines(environment={"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "none")}) == ()


@pytest.mark.parametrize("engine", ["firefox", "webkit"])
def test_one_that_is_not_here_is_told_with_the_command_that_brings_it(engine: str) -> None:
    with pytest.raises(RecordingError) as failure:
        choose_browser(engine, headed=False, enforcer="auto", found=())
    assert str(failure.value) == (
        f"no {engine} of Playwright's was found; "
        f'run "{sys.executable} -m playwright install --with-deps {engine}"; it cannot drive any other'
    )


def test_neither_is_taken_unasked_or_for_an_extension() -> None:
    assert choose_browser("firefox", headed=True, enforcer="proxy", found=(FIREFOX, WEBKIT)) is FIREFOX
    with pytest.raises(RecordingError, match="no browser was found; found only firefox"):
        choose_browser("", headed=False, enforcer="auto", found=(FIREFOX, WEBKIT))
    with pytest.raises(RecordingError, match="does not load extensions"):
        choose_browser("webkit", headed=False, enforcer="extension", found=(FIREFOX, WEBKIT))


def test_firefox_is_set_as_the_profile_says() -> None:
    told = {name: firefox_preferences(PROFILES[name]) for name in ("none", "gpc", "firefox-strict")}
    assert [each["network.cookie.cookieBehavior"] for each in told.values()] == [0, 0, 1]
    assert [each["privacy.globalprivacycontrol.enabled"] for each in told.values()] == [False, True, False]
    assert [each["network.http.referer.disallowCrossSiteRelaxingDefault"] for each in told.values()] == [
        False, False, True
    ]  # fmt: skip
    assert not any(each["privacy.trackingprotection.enabled"] for each in told.values()), "the profile's rules decide"
    assert "firefox_user_prefs" not in engine_settings("webkit", PROFILES["none"], "http://127.0.0.1:1")


@pytest.mark.parametrize(("found", "kind"), [(FIREFOX, "firefox"), (WEBKIT, "webkit")])
def test_each_starts_for_one_run_behind_that_runs_port(found: FoundBrowser, kind: str, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}
    page = SimpleNamespace()

    async def nothing(*_: object) -> None:
        return None

    async def launch_persistent_context(folder: Path, **options: Any) -> Any:
        asked.update(options, folder=folder)
        return SimpleNamespace(pages=[page], add_init_script=nothing, close=nothing)

    async def visit() -> None:
        launcher = Launcher(browser=found, spki="KEY=")
        launcher._playwright = SimpleNamespace(  # type: ignore[assignment]  # a fake
            **{kind: SimpleNamespace(launch_persistent_context=launch_persistent_context)}
        )
        async with launcher.visit(profile=PROFILES["safari"], port=4711, folder=tmp_path) as opened:
            assert opened.page is page
        assert (launcher.enforcer_for(PROFILES["ublock"]), launcher.speaks_cdp) == ("proxy", False)
        assert launcher.info(PROFILES["ublock"]).name == {"firefox": "Firefox", "webkit": "WebKit"}[kind]

    asyncio.run(visit())
    assert asked["executable_path"] == found.path
    assert asked["proxy"] == {"server": "http://127.0.0.1:4711"}
    assert (asked["ignore_https_errors"], asked["headless"], asked["folder"]) == (True, True, tmp_path)
    assert ("firefox_user_prefs" in asked) == (kind == "firefox")
    assert "user_agent" not in asked, "it says of itself what it is"
    assert not any("spki" in str(value) for value in asked.values()), "that is Chromium's"
