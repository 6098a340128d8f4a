"""Is there a browser to record with, and a Playwright that drives it, and if not, how do they get here?

`python -m harness.browser_setup` is the last part of `make setup`. It does nothing when both are there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from harness.errors import ExitCode
from harness.record.browsers import FoundBrowser, find_browsers
from harness.record.playwright_program import LIBRARIES, fault_of_playwright, lacks_library, remedy_for

# Long enough for 200 MB on a slow line; a machine without a network fails sooner by the connection timeout.
_DOWNLOAD_SECONDS = 300
_APT_SECONDS = 900
_CONNECT_MILLISECONDS = "8000"
_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}

# The headless shell is the fast one; a whole browser shows windows and loads extensions. Not every system has both.
_APT_PACKAGES = (
    ("chromium-headless-shell", "chromium", "fonts-dejavu-core"),
    ("chromium", "fonts-dejavu-core"),
)

Run = Callable[[Sequence[str], float, Mapping[str, str]], bool]


def set_up(
    find: Callable[[], Sequence[FoundBrowser]],
    fault: Callable[[], str],
    run: Run,
    say: Callable[[str], None],
    privilege: Sequence[str] | None,
) -> ExitCode:
    """`privilege` is what to put before apt-get: nothing for root, sudo, or None when neither is possible."""
    if not _playwright_starts(fault, run, say, privilege):
        return ExitCode.INCONCLUSIVE
    if _found(find, say):
        return ExitCode.PASSED
    say("no browser found; downloading Playwright's Chromium (about 200 MB)")
    command = (sys.executable, "-m", "playwright", "install", "chromium")
    if run(command, _DOWNLOAD_SECONDS, {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": _CONNECT_MILLISECONDS}):
        if _found(find, say):
            return ExitCode.PASSED
        say("it was downloaded but does not start; libraries are missing")
    if privilege is not None:
        say("installing the system's Chromium with apt-get (it takes a minute or two)")
        run((*privilege, "apt-get", "update", "-q"), _APT_SECONDS, _QUIET)
        for packages in _APT_PACKAGES:
            if run(_apt_install(privilege, packages), _APT_SECONDS, _QUIET) and _found(find, say):
                return ExitCode.PASSED
    say(
        "no browser could be installed. Do one of these, then try again:\n"
        f"  {sys.executable} -m playwright install --with-deps chromium\n"
        "  sudo apt-get install chromium-headless-shell chromium fonts-dejavu-core\n"
        "  install Chromium or Chrome in any other way that puts it on the PATH"
    )
    return ExitCode.INCONCLUSIVE


def _playwright_starts(
    fault: Callable[[], str], run: Run, say: Callable[[str], None], privilege: Sequence[str] | None
) -> bool:
    """Whatever browser there is, it is driven by Playwright's program, which a slim system lacks a library for."""
    found = fault()
    if lacks_library(found) and privilege is not None:
        say(f"Playwright lacks a library of the system; installing {' '.join(LIBRARIES)} with apt-get")
        run((*privilege, "apt-get", "update", "-q"), _APT_SECONDS, _QUIET)
        run(_apt_install(privilege, LIBRARIES), _APT_SECONDS, _QUIET)
        found = fault()
    if found:
        say(f"Playwright does not start: {found}\nDo this, then try again:\n  {remedy_for(found)}")
    return not found


def _apt_install(privilege: Sequence[str], packages: Sequence[str]) -> tuple[str, ...]:
    return (*privilege, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)


def _found(find: Callable[[], Sequence[FoundBrowser]], say: Callable[[str], None]) -> bool:
    browsers = find()
    if browsers:
        say(f"browser: {browsers[0].flavour} {browsers[0].version} ({browsers[0].path})")
    return bool(browsers)


def _run(command: Sequence[str], seconds: float, variables: Mapping[str, str]) -> bool:
    """Whether the command ended well in time; its children are stopped with it (a download is one)."""
    try:
        process = subprocess.Popen(command, env={**os.environ, **variables}, start_new_session=True)
    except OSError:
        return False
    try:
        return process.wait(timeout=seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _privilege() -> tuple[str, ...] | None:
    if sys.platform == "win32" or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ()
    without_password = ("sudo", "-n")
    if shutil.which("sudo") and not subprocess.run((*without_password, "true"), capture_output=True).returncode:
        return without_password
    return None


if __name__ == "__main__":
    sys.exit(set_up(find_browsers, fault_of_playwright, _run, lambda text: print(text, flush=True), _privilege()))
