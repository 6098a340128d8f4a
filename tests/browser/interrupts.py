"""How can a test interrupt a process, whoever runs the tests?"""

from __future__ import annotations

import signal


def hear_interrupts() -> None:
    """To be called in the child: workers that run tests side by side are deaf to interrupts, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
