"""What came through one listening port, and is it quiet there?"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from harness.model.recording import Blocking, Exchange, Fate, Origin, Request, Response
from harness.record.policy import TrafficPolicy

_POLL = 0.01


class Listener:
    """One port with all that arrived at it. Written by the proxy's thread, read by any other.

    A port belongs to one browser context or one server, and is never used again: so a late request cannot be taken
    for one of somebody else. `ahead` is how many seconds its visitor's time is ahead of the machine's, in this `leg`.
    """

    def __init__(
        self,
        *,
        name: str,
        origin: Origin,
        policy: TrafficPolicy,
        port: int,
        stop: Callable[[], None],
        leg: int = 0,
        ahead: float = 0.0,
    ) -> None:
        self.name = name
        self.leg = leg
        self.ahead = ahead
        self.origin = origin
        self.policy = policy
        self.port = port
        self._stop = stop
        self._lock = threading.Lock()
        self._exchanges: dict[str, Exchange] = {}
        self._open: set[str] = set()
        self._last_activity = time.monotonic()
        self._position: tuple[int | None, str] = (None, "")
        self._refused: dict[str, None] = {}
        self._untrusting: dict[str, None] = {}
        self._disagreements: list[str] = []
        self._closed = False
        self.is_offline = False

    @property
    def refused_hosts(self) -> tuple[str, ...]:
        """Hosts somebody wanted to reach and was not let to, in order of the first attempt."""
        with self._lock:
            return tuple(self._refused)

    @property
    def untrusting_clients(self) -> tuple[str, ...]:
        """Hosts for which a client refused our certificate: its side was not set up to trust our authority."""
        with self._lock:
            return tuple(self._untrusting)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Requests that arrived although the filter engine says that the browser blocks or strips them."""
        with self._lock:
            return tuple(self._disagreements)

    def exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges so far in order of arrival, those without an answer too."""
        with self._lock:
            return tuple(self._exchanges.values())

    def at(self, *, step: int | None, page: str) -> None:
        """Where the journey is now; what arrives from here on belongs to this step."""
        self._position = (step, page)

    @property
    def position(self) -> tuple[int | None, str]:
        return self._position

    async def until_quiet(self, silence: float, cap: float) -> bool:
        """Wait until nothing is open and nothing came for `silence` seconds, counted from now; False after `cap`."""
        called = time.monotonic()
        while True:
            with self._lock:
                is_open = bool(self._open)
                quiet_at = max(self._last_activity, called) + silence
            now = time.monotonic()
            if not is_open and now >= quiet_at:
                return True
            if now >= called + cap:
                return False
            pause = _POLL if is_open else quiet_at - now
            await asyncio.sleep(min(pause, called + cap - now))

    def close(self) -> None:
        """Give up the port. What has no answer by now stays pending."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._stop()

    # From here on: for the proxy's own thread.

    def touched(self) -> None:
        with self._lock:
            self._last_activity = time.monotonic()

    def opened(self, flow_id: str) -> None:
        with self._lock:
            self._open.add(flow_id)
            self._last_activity = time.monotonic()

    def finished(self, flow_id: str) -> None:
        with self._lock:
            self._open.discard(flow_id)
            self._last_activity = time.monotonic()

    def arrived(self, request: Request, *, at: float, page: str = "", type_: str = "") -> Exchange:
        """Keep a request before anything is decided about it, so that whatever happens then, it was seen."""
        step, _ = self._position
        letter = "b" if self.origin is Origin.BROWSER else "s"
        # One recording has the exchanges of all its legs, each from a port of its own.
        letter += f"{self.leg + 1}-" if self.leg else ""
        with self._lock:
            exchange = Exchange(
                id=f"{letter}{len(self._exchanges) + 1:04}",
                origin=self.origin,
                started_at=at + self.ahead,
                request=request,
                fate=Fate.PENDING,
                page=page,
                type=type_,
                step=step,
                leg=self.leg,
            )
            if not self._closed:
                self._exchanges[exchange.id] = exchange
        return exchange

    def judged(self, exchange_id: str, blocking: Blocking, request: Request) -> None:
        """What the filter engine said, and the request as it is after that."""
        with self._lock:
            if (known := self._exchanges.get(exchange_id)) is not None and not self._closed:
                self._exchanges[exchange_id] = replace(known, blocking=blocking, request=request)

    def ended(
        self, exchange_id: str, fate: Fate, *, response: Response | None = None, answered_by: str = "", error: str = ""
    ) -> None:
        """The first end counts: a visitor who leaves does not undo an answer that was given."""
        with self._lock:
            known = self._exchanges.get(exchange_id)
            if known is None or known.fate is not Fate.PENDING or self._closed:
                return
            self._exchanges[exchange_id] = replace(
                known,
                fate=fate,
                response=response,
                answered_by=answered_by,
                error=error,
                ended_at=time.time() + self.ahead,
            )

    def refused(self, host: str) -> None:
        with self._lock:
            self._refused[host] = None

    def distrusted(self, host: str) -> None:
        with self._lock:
            self._untrusting[host] = None

    def disagreed(self, text: str) -> None:
        with self._lock:
            self._disagreements.append(text)
