"""Which browser is found, and which is chosen?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import RecordingError
from harness.record.browsers import FoundBrowser, choose_browser, find_browsers, has_screen, real_program

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fakes are shell scripts")

SHELL = FoundBrowser(path=Path("/b/chrome-headless-shell"), flavour="headless-shell", version="1.2", origin="system")
CHROMIUM = FoundBrowser(path=Path("/b/chromium"), flavour="chromium", version="1.2", origin="system")
CHROME = FoundBrowser(path=Path("/b/chrome"), flavour="chrome", version="1.2", origin="system")


def program(path: Path, version: str = "Chromium 150.0.1.2") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_downloads_come_before_the_systems_programs_and_new_ones_before_old(tmp_path: Path) -> None:
    old = program(tmp_path / "downloads/chromium_headless_shell-900/chrome-linux/headless_shell", "Chromium 120.1.1.1")
    shell = "chrome-headless-shell-linux64/chrome-headless-shell"
    new = program(tmp_path / f"downloads/chromium_headless_shell-1200/{shell}")
    chromium = program(tmp_path / "bin/chromium", "Chromium 151.0.0.1 built on something")
    environment = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "downloads"), "PATH": str(tmp_path / "bin")}

    found = find_browsers(environment=environment, places={})

    assert [(each.path, each.flavour, each.version, each.origin) for each in found] == [
        (new, "headless-shell", "150.0.1.2", "playwright"),
        (old, "headless-shell", "120.1.1.1", "playwright"),
        (chromium, "chromium", "151.0.0.1", "system"),
    ]


def test_what_does_not_start_is_no_browser(tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium").write_text("#!/bin/sh\nexit 1\n")
    program(tmp_path / "bin/google-chrome").write_text("#!/bin/sh\necho no number\n")

    environment = {"PATH": f"{tmp_path}/bin", "HOME": str(tmp_path)}
    assert find_browsers(environment=environment, places={}) == ()


def test_a_script_without_a_known_program_behind_it_is_taken_as_it_is(tmp_path: Path) -> None:
    script = program(tmp_path / "my-browser")
    assert real_program(script) == script


def test_the_shell_is_preferred_unless_a_window_or_an_extension_is_wanted() -> None:
    found = (SHELL, CHROMIUM, CHROME)
    assert choose_browser("", headed=False, enforcer="auto", found=found) is SHELL
    assert choose_browser("", headed=True, enforcer="auto", found=found) is CHROMIUM
    assert choose_browser("", headed=False, enforcer="extension", found=found) is CHROMIUM
    assert choose_browser("", headed=False, enforcer="proxy", found=(CHROME,)) is CHROME
    assert choose_browser("chrome", headed=False, enforcer="auto", found=found) is CHROME


def test_a_path_is_used_whatever_else_is_there(tmp_path: Path) -> None:
    chosen = choose_browser(str(program(tmp_path / "own/chrome")), headed=False, enforcer="auto", found=(SHELL,))
    assert (chosen.flavour, chosen.version, chosen.origin) == ("chromium", "150.0.1.2", "given")


@pytest.mark.parametrize(
    ("wanted", "headed", "enforcer", "found", "message"),
    [
        ("", False, "auto", (), "no browser was found; run \"playwright install chromium\""),
        ("", True, "auto", (SHELL,), "no browser that can show a window or load an extension was found; found only"),
        ("headless-shell", True, "auto", (SHELL,), "cannot show a window; choose chromium"),
        ("headless-shell", False, "extension", (SHELL,), "cannot load an extension"),
        ("chrome", False, "extension", (CHROME,), "does not load extensions"),
        ("chrome", False, "auto", (SHELL,), "no chrome was found"),
        ("/nowhere/chromium", False, "auto", (), 'the browser "/nowhere/chromium" does not exist; give a path, or one'),
        ("", False, "magic", (SHELL,), 'unknown enforcer "magic"; choose one of auto, proxy, extension'),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_with_its_remedy(
    wanted: str, headed: bool, enforcer: str, found: tuple[FoundBrowser, ...], message: str
) -> None:
    with pytest.raises(RecordingError) as failure:
        choose_browser(wanted, headed=headed, enforcer=enforcer, found=found)
    assert message in str(failure.value)


def test_a_profile_with_an_extension_of_its_own_needs_a_browser_that_loads_it() -> None:
    chosen = choose_browser("", headed=False, enforcer="proxy", found=(SHELL, CHROME, CHROMIUM), extensions=True)
    assert chosen is CHROMIUM
    with pytest.raises(RecordingError, match="choose chromium, or a profile without one"):
        choose_browser("chrome", headed=False, enforcer="auto", found=(CHROME,), extensions=True)


def test_a_window_needs_a_screen_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert not has_screen({})
    assert has_screen({"WAYLAND_DISPLAY": "wayland-0"})
    monkeypatch.setattr("sys.platform", "darwin")
    assert has_screen({})
