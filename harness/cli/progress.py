"""What is each run doing right now?"""

from __future__ import annotations

import sys
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import TaskID


class Progress:
    """One live line a run on a terminal, plain lines in a log; both on standard error, so that output can be piped."""

    def __init__(self, stream: TextIO | None = None) -> None:
        from rich.console import Console
        from rich.progress import Progress as Live
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        self._stream = stream or sys.stderr
        self._lock = Lock()
        self._tasks: dict[str, TaskID] = {}
        # Texts come from pages and scenario files: never read them as markup.
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[text]}", markup=False, style="dim"),
            TimeElapsedColumn(),
        )
        console = Console(file=self._stream)
        self._live = Live(*columns, console=console, transient=True) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def say(self, run_id: str, text: str) -> None:
        """Called from several workers at once. What stands below a first line is too long to move, and stays."""
        now, _, more = text.partition("\n")
        with self._lock:
            if self._live is None:
                print(f"{run_id}: {text}" if run_id else text, file=self._stream, flush=True)
                return
            if more:
                self._live.console.print(more, markup=False, highlight=False, soft_wrap=True)
            if run_id in self._tasks:
                self._live.update(self._tasks[run_id], text=now)
            else:
                self._tasks[run_id] = self._live.add_task(run_id or "suite", total=None, text=now)
