"""A site is waited for, ended by its own process ID, and quoted when it fails."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import RecordingError
from harness.record.site_process import SiteProcess

READY = 'print(\'{"ready": {"port": 4711}}\')'
FOREVER = "import signal; signal.pause()"


def site(*lines: str, deadline: float = 20.0) -> SiteProcess:
    program = "\n".join(("import sys, os", *lines))
    return SiteProcess((sys.executable, "-c", program), environment=os.environ, deadline=deadline)


async def visited(process: SiteProcess) -> int:
    async with process:
        return process.port


def test_the_port_is_the_one_the_site_tells() -> None:
    noise = ("print('starting')", "print('{not json')", "print('{\"ready\": 1}')", "print('x' * 3_000_000)")
    assert asyncio.run(visited(site(*noise, READY, FOREVER))) == 4711


def test_the_site_is_ended_with_the_visit(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    asyncio.run(visited(site(f"open({str(pid_file)!r}, 'w').write(str(os.getpid()))", READY, FOREVER)))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_a_site_that_ignores_the_signal_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.record.site_process._GRACE", 0.2)
    ignoring = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    assert asyncio.run(visited(site(ignoring, READY, "while True: signal.pause()"))) == 4711


def test_a_site_that_dies_at_once_is_quoted() -> None:
    lines = "\n".join(f"sys.stderr.write('line {number}\\n')" for number in range(60))
    with pytest.raises(RecordingError, match="exit code 3 before it was ready") as caught:
        asyncio.run(visited(site(lines, "sys.exit(3)")))
    assert "line 10\n" in str(caught.value)
    assert str(caught.value).endswith("line 59")
    assert "line 9\n" not in str(caught.value)


def test_a_late_site_is_ended_and_quoted() -> None:
    with pytest.raises(RecordingError, match=r"did not say within 0\.5 s") as caught:
        asyncio.run(visited(site("sys.stderr.write('waiting for the database\\n')", FOREVER, deadline=0.5)))
    assert "the site" in str(caught.value)


def test_a_command_that_does_not_exist_is_said() -> None:
    process = SiteProcess(("/no/such/command",), environment={})
    with pytest.raises(RecordingError, match="cannot start the site: /no/such/command: No such file"):
        asyncio.run(visited(process))


def dying(tmp_path: Path) -> tuple[SiteProcess, Path]:
    trigger = tmp_path / "trigger"
    os.mkfifo(trigger)
    return site(READY, f"open({str(trigger)!r}).read()", "sys.stderr.write('out of memory\\n')", "sys.exit(9)"), trigger


async def ended(process: SiteProcess) -> None:
    while True:
        process.check()
        await asyncio.sleep(0.005)


def test_a_site_that_dies_in_the_middle_is_noticed(tmp_path: Path) -> None:
    process, trigger = dying(tmp_path)

    async def visit() -> None:
        async with process:
            trigger.write_text("")
            with pytest.raises(RecordingError, match="exit code 9 in the middle"):
                await asyncio.wait_for(ended(process), 10)

    with pytest.raises(RecordingError, match="out of memory"):
        asyncio.run(visit())
    assert process.last_lines == ("out of memory",)


def test_an_error_inside_is_not_hidden_by_the_death_of_the_site(tmp_path: Path) -> None:
    process, trigger = dying(tmp_path)

    async def visit() -> None:
        async with process:
            trigger.write_text("")
            with pytest.raises(RecordingError):
                await asyncio.wait_for(ended(process), 10)
            raise LookupError("the real one")

    with pytest.raises(LookupError, match="the real one"):
        asyncio.run(visit())


def test_a_cancelled_start_leaves_no_process(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    process = site(f"open({str(pid_file)!r}, 'w').write(str(os.getpid()))", FOREVER)

    async def visit() -> None:
        start = asyncio.create_task(visited(process))
        await asyncio.wait_for(until(lambda: pid_file.exists() and pid_file.read_text() != ""), 10)
        start.cancel()
        with pytest.raises(asyncio.CancelledError):
            await start

    asyncio.run(visit())
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)
