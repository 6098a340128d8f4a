"""A browser that is kept open is let go by closing it, and a trace is written only where one is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Error

from harness.record.debugging import traced, until_closed


class FakeContext:
    def __init__(self, *, dies: bool = False) -> None:
        self.pages = ["page"]
        self.tracing = self
        self.calls: list[Any] = []
        self._dies = dies
        self._closed: Callable[[Any], None] = lambda context: None

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self._closed = handler

    def close(self) -> None:
        self._closed(self)

    async def start(self, **what: bool) -> None:
        self.calls.append("start")

    async def stop(self, path: Path) -> None:
        if self._dies:
            raise Error("the browser has been closed")
        self.calls.append(path)


@pytest.mark.parametrize("how", [lambda context: context.pages.clear(), lambda context: context.close()])
def test_the_wait_ends_when_the_last_tab_or_the_browser_is_closed(how: Callable[[FakeContext], None]) -> None:
    async def close_later() -> None:
        context = FakeContext()
        waiting = asyncio.create_task(until_closed(context))  # type: ignore[arg-type]  # all that is asked of it
        await asyncio.sleep(0)
        assert not waiting.done()
        how(context)
        await asyncio.wait_for(waiting, 5)

    asyncio.run(close_later())


def trace(context: FakeContext, folder: Path | None) -> None:
    async def visit() -> None:
        async with traced(context, folder, "shop--none--1"):  # type: ignore[arg-type]
            raise RuntimeError("the journey")

    with pytest.raises(RuntimeError, match="the journey"):
        asyncio.run(visit())


def test_a_trace_is_kept_of_a_journey_that_fails_too(tmp_path: Path) -> None:
    context = FakeContext()
    trace(context, tmp_path / "traces")
    assert context.calls == ["start", tmp_path / "traces" / "shop--none--1.zip"]
    assert (tmp_path / "traces").stat().st_mode & 0o077 == 0


def test_a_browser_that_died_hides_no_other_reason(tmp_path: Path) -> None:
    trace(FakeContext(dies=True), tmp_path)


def test_nothing_is_traced_unasked() -> None:
    context = FakeContext()
    trace(context, None)
    assert context.calls == []
