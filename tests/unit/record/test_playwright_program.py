"""A Playwright that does not start is a lack of the machine, told with its remedy; anything else stays what it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from harness.errors import RecordingError
from harness.record import launching, playwright_program
from harness.record.browsers import FoundBrowser
from harness.record.launching import Launcher
from harness.record.playwright_program import fault_of_playwright, why_it_stopped

CHROMIUM = FoundBrowser(path=Path("/opt/chromium"), flavour="chromium", version="156.0", origin="system")


def _python_that(path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    monkeypatch.setattr(playwright_program.sys, "executable", str(path))


def test_playwright_starts_here() -> None:
    assert fault_of_playwright() == ""


def test_what_the_system_says_is_the_reason_and_the_remedy_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"
    _python_that(tmp_path / "python", f"echo '{said}' >&2; exit 127", monkeypatch)
    told = why_it_stopped(Exception("Connection closed while reading from the driver"))
    assert isinstance(told, RecordingError)
    assert said in told.found
    assert "apt-get install libatomic1" in told.remedy


def test_where_it_starts_another_problem_is_not_hidden() -> None:
    problem = ValueError("something else")
    assert why_it_stopped(problem) is problem


def test_a_recording_says_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _python_that(tmp_path / "python", "exit 127", monkeypatch)
    monkeypatch.setattr(launching, "async_playwright", _EndedAtOnce)

    async def started() -> None:
        async with Launcher(browser=CHROMIUM, spki=""):
            pass

    with pytest.raises(RecordingError, match="Playwright does not start: exit code 127"):
        asyncio.run(started())


class _EndedAtOnce:
    """What Playwright does when its program ends before it answers."""

    async def start(self) -> None:
        raise Exception("Connection closed while reading from the driver")
