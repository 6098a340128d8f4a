"""Who drives a run's browser, where it is not the harness itself?

A test that somebody has already: its own client of the same browser acts, and the recording goes on beside it in a
loop of its own. What the test tells of (an order, an answer to the question of consent) becomes a step.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import ExitStack, contextmanager, suppress
from typing import Protocol

from playwright.sync_api import Error, Page, Playwright, sync_playwright

from harness.errors import RecordingError
from harness.model.recording import Breakdown
from harness.model.scenario import Step

__all__ = ["Driver", "OtherThread", "Page", "Playwright", "connected"]

_OVER = "the visit is over; its result says why"


class Driver(Protocol):
    """`endpoint` is where the browser can be reached. The steps end when the visit does; then it is told how.

    `broken` says why the driver gave up, and is empty as a rule.
    """

    broken: str

    def steps(self, endpoint: str) -> AsyncGenerator[Step]: ...
    def ended(self, breakdown: Breakdown | None) -> None: ...


class OtherThread:
    """A driver in a thread without a loop: it waits for the `endpoint`, calls `take` for every step, and `leave`."""

    def __init__(self) -> None:
        self.broken = ""
        self.endpoint: Future[str] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told: asyncio.Queue[tuple[Step, Future[None]] | None] = asyncio.Queue()
        self._taking: Future[None] = Future()
        self._over: RecordingError | None = None

    def take(self, step: Step) -> None:
        """Wait until the step was taken; raises when it could not be."""
        if self._over is not None:
            raise self._over
        self._taking = Future()
        self._tell((step, self._taking))
        self._taking.result()

    def leave(self, broken: str = "") -> None:
        self.broken = broken
        self._tell(None)

    async def steps(self, endpoint: str) -> AsyncGenerator[Step]:
        self._loop = asyncio.get_running_loop()
        self.endpoint.set_result(endpoint)
        while (told := await self._told.get()) is not None:
            step, taken = told
            yield step
            taken.set_result(None)

    def ended(self, breakdown: Breakdown | None) -> None:
        """However the visit ended, nobody waits any longer."""
        self._over = self._over or RecordingError(breakdown.message if breakdown is not None else _OVER)
        for waited in (self.endpoint, self._taking):
            with suppress(InvalidStateError):
                waited.set_exception(self._over)

    def _tell(self, told: tuple[Step, Future[None]] | None) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.put_nowait, told)


@contextmanager
def connected(endpoint: str, playwright: Playwright | None = None) -> Iterator[Page]:
    """The browser's page as Playwright's synchronous API has it; a thread can have only one Playwright of that kind."""
    with ExitStack() as stack:
        try:
            started = playwright or stack.enter_context(sync_playwright())
        except Error as problem:
            remedy = "hand it over as playwright=, or connect your own client to the visit's endpoint"
            raise RecordingError("this thread has a Playwright or a loop already", remedy) from problem
        browser = started.chromium.connect_over_cdp(endpoint)
        try:
            yield browser.contexts[0].pages[0]
        finally:
            browser.close()  # ends the connection; the browser itself is the recording's
