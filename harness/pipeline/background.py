"""Where does a recording go on while a test, which may have a loop of its own, waits for it?"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_Result = TypeVar("_Result")
_END_SECONDS = 30.0


class Background:
    """A loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="recording", daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, _Result]) -> Future[_Result]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def wait(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """What it comes to; whoever interrupts the wait ends the work in order, its browser with it."""
        begun = self.begin(work)
        try:
            return begun.result()
        except BaseException:
            self.end(begun)
            raise

    def end(self, begun: Future[Any]) -> None:
        done = threading.Event()
        begun.cancel()
        # The future is done as soon as it is cancelled, the work behind it only when it has cleaned up.
        asyncio.run_coroutine_threadsafe(_settled(), self._loop).add_done_callback(lambda future: done.set())
        done.wait(_END_SECONDS)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_SECONDS)


async def _settled() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=_END_SECONDS)
