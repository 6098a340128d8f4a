"""How is all traffic of browsers and servers led past the harness?

One mitmproxy in a thread with a loop of its own, so that neither stalls the other. Its server instances are not a
promised API, which is why nothing outside this file touches them.
"""

# mypy: disallow-untyped-calls=False
# (mitmproxy annotates only some of its functions, and which ones differs between its versions.)

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from mitmproxy.addons import core, disable_h2c, next_layer, proxyserver, tlsconfig, update_alt_svc
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy.mode_servers import ServerInstance

from harness.errors import RecordingError
from harness.model.recording import Origin
from harness.record.blocking.engine import RequestFacts
from harness.record.capture import Listener
from harness.record.certificates import Authority, authority
from harness.record.policy import TrafficPolicy
from harness.record.traffic import Answer, Guard, Traffic

__all__ = ["Listener", "Proxy"]

_START_DEADLINE = 20.0
_CALL_DEADLINE = 10.0
_STOP_DEADLINE = 10.0
_PORT_ATTEMPTS = 20
# mitmproxy keeps its master in a module global.
_ONE_AT_A_TIME = threading.Lock()
_Result = TypeVar("_Result")


class Proxy:
    """All listeners of a suite. A context manager.

    `answer` stands in for vendors. It is called in the proxy's thread, for a CORS preflight too (with the method that
    the preflight announces), so it must be quick and free of effects.
    """

    def __init__(self, *, folder: Path, answer: Answer) -> None:
        self._folder = folder
        self._answer = answer
        self._authority: Authority | None = None
        self._listeners: dict[int, Listener] = {}
        self._used_ports: set[int] = set()
        self._failures: list[str] = []
        self._log = _CrashLog(self._failures)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._server: proxyserver.Proxyserver | None = None

    @property
    def spki(self) -> str:
        """For Chromium's `--ignore-certificate-errors-spki-list`."""
        return self._trusted().spki

    @property
    def ca_bundle(self) -> Path:
        """The public roots and ours, for servers."""
        return self._trusted().bundle

    @property
    def certificate(self) -> Path:
        """Ours alone, for a browser that is told to trust it."""
        return self._trusted().certificate

    @property
    def failures(self) -> tuple[str, ...]:
        """What went wrong inside the proxy. Any entry means that the evidence cannot be relied on."""
        return tuple(self._failures)

    def __enter__(self) -> Self:
        if not _ONE_AT_A_TIME.acquire(blocking=False):
            raise RecordingError("a capture proxy is already running in this process", "use its listeners")
        try:
            self._authority = authority(self._folder)
            self._log.install()
            started: Future[None] = Future()
            self._thread = threading.Thread(target=self._run, args=(started,), name="capture-proxy", daemon=True)
            self._thread.start()
            started.result(_START_DEADLINE)
        except BaseException as problem:
            self._leave()
            if isinstance(problem, Exception) and not isinstance(problem, RecordingError):
                reason = f"{type(problem).__name__}: {problem}".rstrip(": ")
                raise RecordingError(f"the capture proxy did not start: {reason}") from problem
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for listener in tuple(self._listeners.values()):
                listener.close()
        finally:
            self._leave()

    def open_listener(
        self, name: str, *, origin: Origin, policy: TrafficPolicy, leg: int = 0, ahead: float = 0.0, port: int = 0
    ) -> Listener:
        """A port of its own on loopback: the one that is asked for, or any that is free."""
        if policy.engine is not None:
            # Loads what the engine reads on first use, which would otherwise hold up the first requests.
            policy.engine.decide(RequestFacts(url="https://warm.example/", page="", type="image"))
        complaint = f"cannot listen at port {port}" if port else f"cannot open a port for {name}"
        return self._call(self._open(name, origin, policy, leg, ahead, port), complaint)

    def _trusted(self) -> Authority:
        if self._authority is None:
            raise RecordingError("the capture proxy is not running")
        return self._authority

    @property
    def _is_running(self) -> bool:
        return self._loop is not None and self._thread is not None and self._thread.is_alive()

    def _call(self, work: Coroutine[Any, Any, _Result], complaint: str) -> _Result:
        if not self._is_running or self._loop is None:
            work.close()
            raise RecordingError(f"{complaint}: the capture proxy is not running")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(_CALL_DEADLINE)
        except (OSError, FutureTimeout) as problem:
            future.cancel()
            raise RecordingError(f"{complaint}: {problem or 'the capture proxy does not respond'}") from problem

    def _leave(self) -> None:
        if self._thread is not None:
            if self._is_running and self._loop is not None and self._stopping is not None:
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(_STOP_DEADLINE)
            if self._thread.is_alive():
                self._failures.append("the capture proxy did not stop")
        self._log.uninstall()
        _ONE_AT_A_TIME.release()

    # From here on: in the proxy's thread.

    def _run(self, started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as problem:
            if started.done():
                self._failures.append(f"the capture proxy ended: {type(problem).__name__}: {problem}")
            else:
                started.set_exception(problem)

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        running = _Running()
        self._server = proxyserver.Proxyserver()
        # `mode=[]`: listeners come and go one by one. No ErrorCheck addon: it ends the process on any logged error.
        master = Master(Options(mode=[], confdir=str(self._trusted().folder)), with_termlog=False)
        master.addons.add(
            core.Core(),
            disable_h2c.DisableH2C(),
            self._server,
            next_layer.NextLayer(),
            tlsconfig.TlsConfig(),
            update_alt_svc.UpdateAltSvc(),
            Traffic(self._listeners, self._answer, self._failures),
            running,
            Guard(self._listeners),
        )
        # Without these two the proxy calls a host before the request is known; most of ours do not exist.
        # What is neither HTTP nor TLS must not pass either, so it is not tunnelled.
        master.options.update(connection_strategy="lazy", upstream_cert=False, rawtcp=False)
        work = asyncio.create_task(master.run())
        ready = asyncio.create_task(running.event.wait())
        await asyncio.wait({work, ready}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            ready.cancel()
            work.result()
            raise RuntimeError("mitmproxy ended at once")
        started.set_result(None)
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await self._hang_up(None)
        master.shutdown()
        await work

    async def _open(
        self, name: str, origin: Origin, policy: TrafficPolicy, leg: int, ahead: float, wanted: int
    ) -> Listener:
        assert self._server is not None
        rejected = []
        try:
            for _ in range(_PORT_ATTEMPTS):
                instance: ServerInstance[Any] = ServerInstance.make(f"regular@127.0.0.1:{wanted}", self._server)
                await instance.start()
                port = instance.listen_addrs[0][1]
                if wanted or port not in self._used_ports:
                    break
                rejected.append(instance)  # kept open meanwhile, or the system would offer it again
            else:
                raise OSError("every port offered was used before")
        finally:
            for old in rejected:
                await old.stop()
        self._used_ports.add(port)

        def stop() -> None:
            if self._is_running:
                self._call(self._close(port, instance), f"cannot close the port of {name}")

        listener = Listener(name=name, origin=origin, policy=policy, port=port, stop=stop, leg=leg, ahead=ahead)
        self._listeners[port] = listener
        return listener

    async def _close(self, port: int, instance: ServerInstance[Any]) -> None:
        await instance.stop()
        await self._hang_up(port)
        self._listeners.pop(port, None)

    async def _hang_up(self, port: int | None) -> None:
        """End the live connections of one port, or of all: stopping a server leaves them open."""
        assert self._server is not None
        told = set()
        end = asyncio.get_running_loop().time() + _STOP_DEADLINE / 2
        while asyncio.get_running_loop().time() < end:
            handlers = [
                handler
                for handler in self._server.connections.values()
                if port is None or handler.client.sockname[1] == port
            ]
            if not handlers:
                return
            for handler in handlers:
                transport = handler.transports.get(handler.client)
                # Only once: a second cancellation would interrupt the answer to the first.
                if transport is not None and transport.handler is not None and handler.client.id not in told:
                    told.add(handler.client.id)
                    transport.handler.cancel()
            await asyncio.sleep(0.002)


class _Running:
    """Tells when mitmproxy is ready to serve."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def running(self) -> None:
        self.event.set()


class _CrashLog(logging.Handler):
    """mitmproxy only logs when an addon or a connection crashes; a run must not go on as if nothing had happened."""

    def __init__(self, failures: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._failures = failures
        self._logger = logging.getLogger("mitmproxy")
        self._level = self._logger.level

    def install(self) -> None:
        self._level = self._logger.level
        self._logger.setLevel(logging.WARNING)  # at INFO every connection is formatted and handed around
        self._logger.addHandler(self)

    def uninstall(self) -> None:
        self._logger.removeHandler(self)
        self._logger.setLevel(self._level)

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            kind = record.exc_info[0]
            self._failures.append(f"{record.getMessage()} ({kind.__name__ if kind else 'unknown'})")
