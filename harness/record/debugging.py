"""What helps a person to see why a journey goes wrong?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import BrowserContext, Error

_POLL = 0.2


@asynccontextmanager
async def traced(context: BrowserContext, folder: Path | None, name: str) -> AsyncIterator[None]:
    """With a folder, keep Playwright's trace of what happens inside. It is not redacted, and cannot be."""
    if folder is None:
        yield
        return
    await context.tracing.start(screenshots=True, snapshots=True)
    try:
        yield
    finally:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(Error):  # of a browser that died there is no trace
            await context.tracing.stop(path=folder / f"{name}.zip")


async def until_closed(context: BrowserContext) -> None:
    """Wait until the person has closed every tab, or the browser."""
    closed = asyncio.Event()
    context.on("close", lambda context: closed.set())
    while context.pages and not closed.is_set():
        await asyncio.sleep(_POLL)
