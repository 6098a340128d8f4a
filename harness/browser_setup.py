"""Is there a browser to record with, and if not, how does one get here?

`python -m harness.browser_setup` is the last part of `make setup`. It does nothing when a browser is there.
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

# Long enough for 200 MB on a slow line; a machine without a network fails sooner by the connection timeout.
_DOWNLOAD_SECONDS = 300
_APT_SECONDS = 900
_CONNECT_MILLISECONDS = "8000"

# The headless shell is the fast one; a whole browser shows windows and loads extensions. Not every system has both.
_APT_PACKAGES = (
    ("chromium-headless-shell", "chromium", "fonts-dejavu-core"),
    ("chromium", "fonts-dejavu-core"),
)

Run = Callable[[Sequence[str], float, Mapping[str, str]], bool]


def set_up(
    find: Callable[[], Sequence[FoundBrowser]], run: Run, say: Callable[[str], None], privilege: Sequence[str] | None
) -> ExitCode:
    """`privilege` is what to put before apt-get: nothing for root, sudo, or None when neither is possible."""
    if _found(find, say):
        return ExitCode.PASSED
    say("no browser found; downloading Playwright's Chromium")
    command = (sys.executable, "-m", "playwright", "install", "chromium")
    if run(command, _DOWNLOAD_SECONDS, {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": _CONNECT_MILLISECONDS}):
        if _found(find, say):
            return ExitCode.PASSED
        say("it was downloaded but does not start; libraries are missing")
    if privilege is not None:
        say("installing the system's Chromium with apt-get")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run((*privilege, "apt-get", "update", "-q"), _APT_SECONDS, quiet)
        for packages in _APT_PACKAGES:
            install = (*privilege, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
            if run(install, _APT_SECONDS, quiet) and _found(find, say):
                return ExitCode.PASSED
    say(
        "no browser could be installed. Do one of these, then try again:\n"
        f"  {sys.executable} -m playwright install --with-deps chromium\n"
        "  sudo apt-get install chromium-headless-shell chromium fonts-dejavu-core\n"
        "  install Chromium or Chrome in any other way that puts it on the PATH"
    )
    return ExitCode.INCONCLUSIVE


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
    sys.exit(set_up(find_browsers, _run, lambda text: print(text, flush=True), _privilege()))
