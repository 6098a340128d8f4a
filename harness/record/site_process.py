"""How is the site under test started, and when does it serve?"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.errors import RecordingError

_LAST_LINES = 50
_LONGEST_LINE = 2**20
_GRACE = 5.0


class SiteProcess:
    """A server in a process of its own. An async context manager: inside it the site serves at `port`.

    The command says that it is ready with one line on its standard output: `{"ready": {"port": 8000}}`.
    """

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        environment: Mapping[str, str],
        folder: Path | None = None,
        deadline: float = 20.0,
    ) -> None:
        self._command = command
        self._environment = {"PYTHONUNBUFFERED": "1"} | dict(environment)
        self._folder = folder
        self._deadline = deadline
        self._process: asyncio.subprocess.Process | None = None
        self._readers: tuple[asyncio.Task[None], ...] = ()
        self._stderr: deque[str] = deque(maxlen=_LAST_LINES)
        self._ready: asyncio.Future[int] | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        name = self._command[0]
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                cwd=self._folder,
                # A pipe that closes when we die, however we die: a site that watches it never outlives us.
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_LONGEST_LINE,
            )
        except OSError as problem:
            raise RecordingError(f"cannot start the site: {name}: {problem.strerror or problem}") from problem
        self._ready = asyncio.get_running_loop().create_future()
        self._readers = (asyncio.create_task(self._read_output()), asyncio.create_task(self._read_errors()))
        end = asyncio.create_task(self._process.wait())
        try:
            await asyncio.wait({self._ready, end}, timeout=self._deadline, return_when=asyncio.FIRST_COMPLETED)
            if not self._ready.done():
                late = f"did not say within {self._deadline:g} s that it is ready"
                found = f"ended with exit code {end.result()} before it was ready" if end.done() else late
                await self._stop()
                raise self._complaint(found)
            self.port = self._ready.result()
        except BaseException:
            await self._stop()
            raise
        finally:
            end.cancel()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        ended = self._process.returncode if self._process is not None else None
        await self._stop()
        if ended is not None and problem is None:
            raise self._complaint(f"ended with exit code {ended} in the middle of the run")

    def check(self) -> None:
        """Raise if the site has ended, so that its own words are told and not only that nobody answers."""
        if self._process is not None and self._process.returncode is not None:
            raise self._complaint(f"ended with exit code {self._process.returncode} in the middle of the run")

    @property
    def last_lines(self) -> tuple[str, ...]:
        """The end of what it wrote to standard error."""
        return tuple(self._stderr)

    def _complaint(self, found: str) -> RecordingError:
        said = "\n".join(self._stderr)
        return RecordingError(f"the site {found}" + (f"; its last words:\n{said}" if said else "; it said nothing"))

    async def _stop(self) -> None:
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _GRACE)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        # What it wrote last is still in the pipes; a child of its own may hold them open, so not for ever.
        _, unfinished = await asyncio.wait(self._readers, timeout=1.0)
        for reader in unfinished:
            reader.cancel()

    async def _read_output(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._ready is not None
        async for line in _lines(self._process.stdout):
            port = _port_in(line)
            if port is not None and not self._ready.done():
                self._ready.set_result(port)

    async def _read_errors(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in _lines(self._process.stderr):
            self._stderr.append(line)


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # longer than the limit; the reader has dropped it
            continue
        if not line:
            return
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _port_in(line: str) -> int | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        port = json.loads(line)["ready"]["port"]
    except (ValueError, KeyError, TypeError):
        return None
    return port if isinstance(port, int) and 0 < port < 65536 else None
