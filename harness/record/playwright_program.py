"""Does Playwright's own program start here, and what would make it?

It drives every browser, ours and the system's. Slim systems, such as the usual images for containers, lack a library
that it is linked to.
"""

from __future__ import annotations

import subprocess
import sys

from harness.errors import RecordingError

# As Debian and Ubuntu name what it needs beyond a bare system.
LIBRARIES = ("libatomic1",)
_SECONDS = 60


def fault_of_playwright() -> str:
    """Why it does not start, in the system's words; empty if it does."""
    command = (sys.executable, "-m", "playwright", "--version")
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return str(problem)
    return "" if answer.returncode == 0 else " ".join(answer.stderr.split()) or f"exit code {answer.returncode}"


def lacks_library(fault: str) -> bool:
    return "shared libraries" in fault


def remedy_for(fault: str) -> str:
    if not lacks_library(fault):
        return f"{sys.executable} -m pip install --force-reinstall playwright"
    return f"apt-get install {' '.join(LIBRARIES)} (dnf install libatomic), or whatever holds the library it names"


def why_it_stopped(problem: Exception) -> Exception:
    """What to raise when Playwright did not answer: its program's fault, if it has one, else the problem itself."""
    fault = fault_of_playwright()
    return RecordingError(f"Playwright does not start: {fault}", remedy_for(fault)) if fault else problem
