"""How far did the visitor get, and what did every step leave behind?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Frame, Page

from harness.model.persona import Persona
from harness.model.recording import Breakdown, Conversion, Exchange, StepRecord
from harness.model.scenario import Step
from harness.record.elements import SelectorError, described, page_summary
from harness.record.explaining import explained, page_problem
from harness.record.observing import cookies_of, data_layer_of, screenshot_of, settle
from harness.record.steps import STEP_VERBS, StepFailedError, Visit
from harness.record.uploads import Uploads
from harness.record.variables import UnknownVariableError, filled, starting_variables

# A page that never lets go of its thread answers no question, and Playwright sets no limit on those.
_BEYOND_TIMEOUT = 15.0
_LONGEST_MESSAGE = 500
# The visitor sees nothing else after these than before.
_UNSEEN = frozenset({"read", "conversion", "upload"})


class Port(Protocol):
    """What a journey needs of its listener."""

    def at(self, *, step: int | None, page: str) -> None: ...
    def exchanges(self) -> tuple[Exchange, ...]: ...


@dataclass(slots=True, kw_only=True)
class Journey:
    """One visit under way. Whatever happens, `steps`, `conversions` and `screenshots` hold what was seen so far."""

    context: BrowserContext
    page: Page
    port: Port
    persona: Persona
    site_url: str
    data_layer: str
    variables: Mapping[str, str] = field(default_factory=dict)
    uploads: Uploads | None = None
    timeout: float = 15.0
    clock: Callable[[], float] = time.time
    progress: Callable[[str], None] = lambda text: None
    steps: list[StepRecord] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)
    screenshots: dict[str, bytes] = field(default_factory=dict)
    breakdown: Breakdown | None = None
    _console: list[str] = field(default_factory=list)
    _step: int | None = None
    _last_picture: tuple[str, bytes] = ("", b"")

    async def travel(self, steps: Sequence[Step]) -> None:
        """Do the steps until one fails; its failure becomes the breakdown."""
        self.page.set_default_timeout(self.timeout * 1000)
        # Functions, for Playwright hangs a note on whatever it calls, and an object with slots has no room for it.
        self.page.on("framenavigated", lambda frame: self._navigated(frame))
        self.page.on("console", lambda message: self._said(message))
        self.page.on("pageerror", lambda error: self._console.append(_short(str(error))))
        visit = Visit(
            page=self.page,
            site_url=self.site_url,
            data_layer=self.data_layer,
            timeout=self.timeout,
            clock=self.clock,
            variables=starting_variables(self.persona, self.variables),
            conversions=self.conversions,
            uploads=self.uploads,
        )
        for index, step in enumerate(steps):
            self._step = visit.step = index
            self.port.at(step=index, page=self.page.url)
            self.progress(f"step {index + 1} of {len(steps)}: {summary_of(step.verb, step.arguments)}")
            if not await self._take(index, step, visit):
                return

    async def leave(self) -> None:
        """Leave the last page, so that it sends what it sends at its end."""
        self.port.at(step=self._step, page=self.page.url)
        try:
            await self.page.goto("about:blank", timeout=5_000)
        except Error:
            return

    def _navigated(self, frame: Frame) -> None:
        if frame == self.page.main_frame and frame.url != "about:blank":
            self.port.at(step=self._step, page=frame.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._console.append(_short(message.text))

    async def _take(self, index: int, step: Step, visit: Visit) -> bool:
        started_at = self.clock()
        error = found = ""
        try:
            async with asyncio.timeout(self.timeout * 2 + _BEYOND_TIMEOUT):
                error = await self._done(step, visit)
                found = await page_summary(self.page) if error else ""
                await self._observe(index, step, started_at, error)
        except TimeoutError:
            error = error or "the page stopped responding"
            self.steps.append(self._record(index, step, started_at, error))
        if not error:
            return True
        place = f"step {index + 1} ({step.verb}) at {step.place}"
        on_page = f"; the page was {found}" if found else ""
        self.breakdown = Breakdown(
            message=f"{place}: {error}{on_page}", step=index, page_text=found, screenshot=self.steps[-1].screenshot
        )
        return False

    async def _done(self, step: Step, visit: Visit) -> str:
        """Do it; an empty text when it worked, otherwise what went wrong."""
        verb = STEP_VERBS.get(step.verb)
        if verb is None:
            return f'unknown step "{step.verb}"; expected one of {", ".join(STEP_VERBS)}'
        try:
            actual = filled(step.arguments, visit.variables)
        except UnknownVariableError as problem:
            return str(problem)
        before = {exchange.id for exchange in self.port.exchanges()}
        try:
            await verb(visit, actual)
        except (StepFailedError, SelectorError) as problem:
            return self._page_problem(before) or str(problem)
        except Error as problem:
            return self._page_problem(before) or await explained(
                problem, page=self.page, step=step, arguments=actual, timeout=self.timeout
            )
        return ""

    def _page_problem(self, before: set[str]) -> str:
        return page_problem(tuple(each for each in self.port.exchanges() if each.id not in before))

    async def _observe(self, index: int, step: Step, started_at: float, error: str) -> None:
        await settle(self.page)
        name, data_layer, cookies = await asyncio.gather(
            self._picture(index, step.verb, error),
            data_layer_of(self.page, self.data_layer),
            cookies_of(self.context),
        )
        observed = {"screenshot": name, "data_layer": data_layer, "cookies": cookies}
        self.steps.append(self._record(index, step, started_at, error, **observed))

    async def _picture(self, index: int, verb: str, error: str) -> str:
        """What the picture of this step is called: an earlier one where there is nothing new to see."""
        known, last = self._last_picture
        if not error and verb in _UNSEEN and known:
            return known
        picture = await screenshot_of(self.page, self.persona)
        if not picture:
            return ""
        if picture == last and verb != "screenshot":
            return known
        name = f"screenshots/{index + 1:02d}-{verb}.jpg"
        self.screenshots[name] = picture
        self._last_picture = name, picture
        return name

    def _record(self, index: int, step: Step, started_at: float, error: str, **observed: Any) -> StepRecord:
        said, self._console = tuple(self._console), []
        return StepRecord(
            index=index,
            verb=step.verb,
            summary=summary_of(step.verb, step.arguments),
            started_at=started_at,
            ended_at=self.clock(),
            url=self.page.url,
            console_errors=said,
            error=error,
            **observed,
        )


def summary_of(verb: str, arguments: Mapping[str, Any]) -> str:
    """The step in a few words, with variables not filled in: what the persona typed stays out of it."""
    target = described(arguments)
    match verb:
        case "open":
            return f"open {arguments.get('url', '')}"
        case "wait" if "url" in arguments:
            return f"wait for the address {arguments['url']}"
        case "wait" if "data_layer" in arguments:
            return f'wait for the event "{arguments["data_layer"]}" in the data layer'
        case "wait":
            return f"wait for {target}"
        case "fill" | "select":
            return f"{verb} {target} with {arguments.get('value', '')}"
        case "press":
            where = "" if target == "an element" else f" in {target}"
            return f"press {arguments.get('key', '')}{where}"
        case "read":
            return f"read {arguments.get('as', '')} from {target}"
        case "conversion":
            return f"conversion {arguments.get('event', '')} {arguments.get('order_id', '')}"
        case "upload":
            source = Path(arguments["file"]).name if "file" in arguments else arguments.get("url", "")
            return f"hand {source} to {arguments.get('vendor', '')}"
        case "click" | "check":
            return f"{verb} {target}"
        case _:
            return verb


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + " ..."
