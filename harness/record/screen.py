"""Is there a screen to show a browser on?"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from harness.errors import RecordingError

_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY")
_REMEDY = 'run it where you sit, or under "xvfb-run -a" if nobody has to look; without a window no screen is needed'


def lacks_screen(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """What is missing, as far as the environment tells; empty where a window can be shown."""
    if not platform.startswith("linux") or any(environment.get(name) for name in _VARIABLES):
        return ""
    return f"neither {' nor '.join(_VARIABLES)} is set"


def demand_screen() -> None:
    """Raise before anything is started, and not by each run that would have needed it."""
    lack = lacks_screen()
    if lack:
        raise RecordingError(f"there is no screen to show a browser on: {lack}", _REMEDY)


def no_such_screen(browser_says: str) -> RecordingError | None:
    """A screen that is named and not there, which only the browser notices."""
    # Playwright puts this into the error of Chromium, Firefox and WebKit alike.
    if "without having a XServer" not in browser_says:
        return None
    display = os.environ.get("DISPLAY", "")
    return RecordingError(f'there is no screen to show a browser on: nothing answers at DISPLAY="{display}"', _REMEDY)
