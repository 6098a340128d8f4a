"""Which browsers are on this machine, and which one should record?

Looked for in this order: what the user names, Playwright's own downloads, then the programs of the system.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import RecordingError

ENGINES = ("firefox", "webkit")
FLAVOURS = ("headless-shell", "chromium", "chrome", *ENGINES)
ENFORCERS = ("auto", "proxy", "extension")

_PROGRAMS = {
    "headless-shell": ("chromium-headless-shell", "chrome-headless-shell"),
    "chromium": ("chromium", "chromium-browser"),
    "chrome": ("google-chrome", "google-chrome-stable"),
}
# Where systems put browsers that are not on the PATH.
_USUAL_PLACES = {
    "chromium": ("/Applications/Chromium.app/Contents/MacOS/Chromium",),
    "chrome": (
        "/opt/google/chrome/chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    ),
}
_DOWNLOADS = {
    "headless-shell": (
        "chromium_headless_shell-*",
        ("chrome-headless-shell", "chrome-headless-shell.exe", "headless_shell", "headless_shell.exe"),
    ),
    "chromium": ("chromium-*", ("chrome", "chrome.exe", "Google Chrome for Testing", "Chromium")),
}
_INSTALL = (
    'run "playwright install chromium", or install chromium-headless-shell or chromium with the system\'s packages, '
    "or name a browser in HARNESS_BROWSER"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBrowser:
    """A browser that starts. `origin` says where it was found: `given`, `playwright` or `system`."""

    path: Path
    flavour: str
    version: str
    origin: str


def find_browsers(
    *, environment: Mapping[str, str] | None = None, places: Mapping[str, Sequence[str]] | None = None
) -> tuple[FoundBrowser, ...]:
    """Every usable browser with Chromium's engine, the preferred ones first; a program that cannot tell its version is
    left out. Those with another engine are `find_engines`' business."""
    variables = os.environ if environment is None else environment
    found: dict[Path, FoundBrowser] = {}
    for flavour, origin, path in _candidates(variables, _USUAL_PLACES if places is None else places):
        program = real_program(path)
        if program not in found and (version := version_of(program, flavour)):
            found[program] = FoundBrowser(path=program, flavour=flavour, version=version, origin=origin)
    return tuple(sorted(found.values(), key=lambda each: FLAVOURS.index(each.flavour)))


def choose_browser(
    wanted: str, *, headed: bool, enforcer: str, found: Sequence[FoundBrowser], extensions: bool = False
) -> FoundBrowser:
    """The browser for a suite: `wanted` is a flavour, a path, or empty for the first that can do what is asked.

    With `extensions` a profile brings some of its own.
    """
    if enforcer not in ENFORCERS:
        raise RecordingError(f'unknown enforcer "{enforcer}"', "choose one of " + ", ".join(ENFORCERS))
    choice = _wanted(wanted, found) if wanted else None
    # Windows and extensions need a whole browser; of Google's own only versions before 137 load an extension.
    loads = extensions or enforcer == "extension"
    needs_whole = headed or loads
    if choice is not None:
        if needs_whole and choice.flavour == "headless-shell":
            what = "show a window" if headed else "load an extension"
            raise RecordingError(f"{choice.path} cannot {what}", "choose chromium")
        if loads and not loads_extensions(choice):
            other = "a profile without one" if extensions else 'enforcer "proxy"'
            raise RecordingError(f"{choice.path} does not load extensions", f"choose chromium, or {other}")
        return choice
    for browser in found:
        if browser.flavour in ENGINES or (needs_whole and browser.flavour == "headless-shell"):
            continue
        if loads and not loads_extensions(browser):
            continue
        return browser
    seen = "; found only " + ", ".join(f"{each.flavour} ({each.path})" for each in found) if found else ""
    kind = "browser" if not needs_whole else "browser that can show a window or load an extension"
    raise RecordingError(f"no {kind} was found{seen}", _INSTALL)


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown; only on Linux may there be none."""
    return not sys.platform.startswith("linux") or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


def loads_extensions(browser: FoundBrowser) -> bool:
    """Google's build ignores --load-extension since 137; Chromium and "Chrome for Testing" keep it."""
    return browser.flavour == "chromium"


def real_program(path: Path) -> Path:
    """The program behind a distribution's start script, which would add flags of its own, even an extension."""
    resolved = path.resolve()
    if resolved.parent != Path("/usr/bin"):
        return resolved
    try:
        with resolved.open("rb") as file:
            if file.read(2) != b"#!":
                return resolved
    except OSError:
        return resolved
    for folder in (f"/usr/lib/{resolved.name}", "/usr/lib/chromium", "/usr/lib64/chromium-browser"):
        program = Path(folder) / resolved.name
        if program.is_file() and os.access(program, os.X_OK):
            return program
    return resolved


def _wanted(wanted: str, found: Sequence[FoundBrowser]) -> FoundBrowser:
    if wanted in FLAVOURS:
        for browser in found:
            if browser.flavour == wanted:
                return browser
        if wanted in ENGINES:
            install = f'run "{sys.executable} -m playwright install --with-deps {wanted}"'
            raise RecordingError(f"no {wanted} of Playwright's was found", f"{install}; it cannot drive any other")
        raise RecordingError(f"no {wanted} was found", _INSTALL)
    path = Path(wanted).expanduser()
    if not path.is_file():
        located = shutil.which(wanted)
        if located is None:
            expected = "a path, or one of " + ", ".join(FLAVOURS)
            raise RecordingError(f'the browser "{wanted}" does not exist', f"give {expected}")
        path = Path(located)
    program = real_program(path)
    flavour = _flavour_of(program)
    version = version_of(program, flavour)
    if not version:
        raise RecordingError(f"{program} does not start as a browser", "check that it is Chromium and may be executed")
    return FoundBrowser(path=program, flavour=flavour, version=version, origin="given")


def _flavour_of(program: Path) -> str:
    name = program.name.lower()
    if "headless" in name:
        return "headless-shell"
    if name in ("firefox", "firefox.exe"):
        return "firefox"
    text = str(program).lower()
    is_googles = "google-chrome" in text or "google/chrome" in text or name == "google chrome"
    return "chrome" if is_googles and "for testing" not in name else "chromium"


def _candidates(environment: Mapping[str, str], places: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, Path]]:
    downloads = download_folder(environment)
    for flavour, (folders, names) in _DOWNLOADS.items():
        for folder in sorted(downloads.glob(folders), key=_revision, reverse=True):
            yield from ((flavour, "playwright", path) for path in sorted(folder.rglob("*")) if path.name in names)
    search_path = environment.get("PATH", "")
    for flavour, programs in _PROGRAMS.items():
        located = (shutil.which(program, path=search_path) for program in programs)
        yield from ((flavour, "system", Path(path)) for path in located if path)
    for flavour, paths in places.items():
        yield from ((flavour, "system", Path(path)) for path in paths if Path(path).is_file())


def download_folder(environment: Mapping[str, str]) -> Path:
    given = environment.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if given and given != "0":
        return Path(given)
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "ms-playwright"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright"


def _revision(folder: Path) -> int:
    digits = re.search(r"-(\d+)$", folder.name)
    return int(digits[1]) if digits else 0


def version_of(program: Path, flavour: str) -> str:
    """What the program says; on Windows a browser opens a window instead of answering, so its folder is asked."""
    if sys.platform == "win32":
        folders = (each.name for each in program.parent.iterdir())
        return next((name for name in folders if re.fullmatch(r"\d+(\.\d+){3}", name)), "unknown")
    if not program.is_file() or not os.access(program, os.X_OK):
        return ""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    digits = re.search(r"\d+(\.\d+)+", answer.stdout)
    return digits[0] if digits and answer.returncode == 0 else ""
