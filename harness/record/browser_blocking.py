"""What did the blocking extension keep from the network, where no proxy can see it?

The browser tells of it in events. They are no evidence that nothing else was blocked (what a page sends while it is
left brings none), but what they tell of was blocked for sure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, Error, Request

from harness.model.recording import Blocking, Body, Exchange, Fate, Origin
from harness.model.recording import Request as SentRequest
from harness.record.blocking.engine import FilterEngine, RequestFacts

_BLOCKED = "ERR_BLOCKED_BY_CLIENT"
_EXTENSION = "chrome-extension://"
_TYPES = {
    "document": "document", "stylesheet": "stylesheet", "image": "image", "media": "media", "font": "font",
    "script": "script", "texttrack": "media", "xhr": "xmlhttprequest", "fetch": "xmlhttprequest",
    "eventsource": "xmlhttprequest", "websocket": "websocket", "manifest": "other", "ping": "ping", "beacon": "ping",
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class BrowserBlocking:
    """Collects exchanges that ended in the browser: blocked, replaced by a stub, or sent on to a stripped address."""

    run_id: str
    engine: FilterEngine
    extensions: Sequence[str] = ()
    source_host: str = ""
    position: Callable[[], tuple[int | None, str]]
    leg: int = 0
    clock: Callable[[], float] = time.time
    exchanges: list[Exchange] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("requestfailed", lambda request: self._failed(request))
        context.on("request", lambda request: self._started(request))

    def _failed(self, request: Request) -> None:
        if _BLOCKED in (request.failure or ""):
            facts = facts_of(request, self.position()[1])
            blocking = self.engine.decide(facts, self.source_host) or self._by_others("block")
            self._keep(request, facts, Fate.BLOCKED, blocking)

    def _by_others(self, action: str) -> Blocking | None:
        """An extension of the user's own tells nobody which rule it went by."""
        names = " or ".join(Path(folder).name for folder in self.extensions)
        return Blocking(rule="", list=f"extension {names}", line=0, action=action) if names else None

    def _started(self, request: Request) -> None:
        before = request.redirected_from
        if before is None or before.url.startswith(_EXTENSION):
            return
        facts = facts_of(before, self.position()[1])
        if request.url.startswith(_EXTENSION):
            blocking = self.engine.decide(facts, self.source_host) or self._by_others("stub")
            self._keep(before, facts, Fate.ANSWERED, blocking, "stub")
            return
        stripped, blocking = self.engine.strip(facts, self.source_host)
        if blocking is not None and stripped == request.url:
            self._keep(before, facts, Fate.ANSWERED, blocking, "harness")

    def _keep(
        self, request: Request, facts: RequestFacts, fate: Fate, blocking: Blocking | None, answered_by: str = ""
    ) -> None:
        now = self.clock()
        self.exchanges.append(
            Exchange(
                id=f"{self.run_id}-browser-{len(self.exchanges) + 1}",
                origin=Origin.BROWSER,
                started_at=now,
                ended_at=now,
                request=as_sent(request),
                fate=fate,
                answered_by=answered_by,
                page=facts.page,
                type=facts.type,
                step=self.position()[0],
                leg=self.leg,
                blocking=blocking,
            )
        )


def facts_of(request: Request, page: str) -> RequestFacts:
    """What there is to know of a request that only the browser has seen; `page` is where the journey is."""
    kind = _TYPES.get(request.resource_type, "other")
    try:
        frame = request.frame
        if request.is_navigation_request():
            kind = "document" if frame.parent_frame is None else "subdocument"
            page = frame.parent_frame.url if frame.parent_frame is not None else request.url
        else:
            page = frame.url or page
    except Error:  # a worker's request has no frame, and one for a page that is not there yet has none either
        pass
    return RequestFacts(url=request.url, page=page, type=kind)


def as_sent(request: Request) -> SentRequest:
    text = _post_data(request)
    return SentRequest(
        method=request.method,
        url=request.url,
        headers=tuple(request.headers.items()),
        body=Body(text=text, size=len(text.encode("utf-8", "replace"))) if text is not None else None,
    )


def _post_data(request: Request) -> str | None:
    try:
        return request.post_data
    except (Error, UnicodeDecodeError):  # binary, e.g. compressed by the tag
        return None
