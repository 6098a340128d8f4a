"""What did the page want to send while its device had no network?

The browser itself fails these requests, so no proxy sees them; it tells of them in events. A beacon or a request that
was sent while the page was left brings no event and is lost without a trace, as it is in life.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Request

from harness.model.recording import Exchange, Fate, Origin
from harness.record.browser_blocking import as_sent, facts_of
from harness.record.traffic import NO_NETWORK

_OFFLINE = "ERR_INTERNET_DISCONNECTED"


@dataclass(slots=True, kw_only=True)
class LostRequests:
    """Collects exchanges that never began."""

    name: str
    leg: int
    position: Callable[[], tuple[int | None, str]]
    clock: Callable[[], float]
    exchanges: list[Exchange] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("requestfailed", lambda request: self._failed(request))

    def _failed(self, request: Request) -> None:
        if _OFFLINE not in (request.failure or ""):
            return
        step, page = self.position()
        facts, now = facts_of(request, page), self.clock()
        self.exchanges.append(
            Exchange(
                id=f"{self.name}-lost-{len(self.exchanges) + 1}",
                origin=Origin.BROWSER,
                started_at=now,
                ended_at=now,
                request=as_sent(request),
                fate=Fate.FAILED,
                error=NO_NETWORK,
                page=facts.page,
                type=facts.type,
                step=step,
                leg=self.leg,
            )
        )
