"""Is there something to tell of a result, and to whom?"""

from __future__ import annotations

import time
from pathlib import Path

from harness.history import is_there, opened, previous, suite_line
from harness.notifications import deliver, notification
from harness.pipeline.reporting import read_result


def notify(path: Path, where: str, url: str, *, format_: str, secret: str, is_always: bool) -> str:
    """Send it if the verdict is another one than the last of the same suite; say what was done."""
    result = read_result(path)
    before = ""
    if is_there(where):
        with opened(where) as connection:
            last = previous(connection, result)
            before = last.verdict if last else ""
    message = notification(result, suite_line(result), before)
    if not (message.is_change or is_always):
        return f"nothing was sent: {message.verdict}, as before"
    status = deliver(url, message, format_=format_, secret=secret, now=time.time, sleep=time.sleep)
    return (
        f"sent: {message.verdict}, {f'before {before}' if before else 'nothing before it is known'} (status {status})"
    )
