"""How far did the visitor get, and what did every step leave behind?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Frame, Page

from harness.model.persona import Persona
from harness.model.recording import Breakdown, Exchange, StepRecord
from harness.model.scenario import Step
from harness.record.elements import SelectorError, described, page_summary
from harness.record.explaining import explained, page_problem
from harness.record.observing import cookies_of, data_layer_of, screenshot_of, settle
from harness.record.steps import STEP_VERBS, StepFailedError, Visit
from harness.record.variables import UnknownVariableError, filled
from harness.record.visit import Device

# A page that never lets go of its thread answers no question, and Playwright sets no limit on those.
_BEYOND_TIMEOUT = 15.0
_LONGEST_MESSAGE = 500
# The visitor sees nothing else after these than before.
_UNSEEN = frozenset(
    {"read", "conversion", "no_conversion", "upload", "consent", "expect", "answer", "call", "run", "offline", "online"}
)
# What may load a page, or ask the site for something.
_LOADS = frozenset(
    {
        "open",
        "new_tab",
        "click",
        "double_click",
        "check",
        "press",
        "select",
        "reload",
        "back",
        "forward",
        "call",
        "script",
    }
)


class Port(Protocol):
    """What a journey needs of its listener."""

    def at(self, *, step: int | None, page: str) -> None: ...
    def exchanges(self) -> tuple[Exchange, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The browser of one leg, the port it speaks through, and how far its visitor is ahead of the machine's time."""

    device: Device
    context: BrowserContext
    port: Port
    ahead: float = 0.0


@dataclass(slots=True, kw_only=True)
class Journey:
    """A run's visit under way, leg by leg. Whatever happens, the lists hold what was seen so far.

    `total` is how many steps the whole journey has, 0 where nobody knows; they are counted through all its legs, and
    with an `until_step` no further. `file` is the scenario's.
    """

    visit: Visit
    persona: Persona
    total: int
    file: str = ""
    until_step: int = 0
    progress: Callable[[str], None] = lambda text: None
    steps: list[StepRecord] = field(default_factory=list)
    screenshots: dict[str, bytes] = field(default_factory=dict)
    breakdown: Breakdown | None = None
    _stage: Stage | None = None
    _console: list[str] = field(default_factory=list)
    _last_picture: tuple[str, bytes] = ("", b"")
    _loaded_at: float | None = None

    async def travel(self, steps: Sequence[Step], stage: Stage | None) -> None:
        """Do the steps of one leg until one fails; its failure becomes the breakdown."""
        await self.follow(_one_by_one(steps), stage)

    async def follow(self, steps: AsyncGenerator[Step], stage: Stage | None) -> None:
        """The same with steps that become known only one after the other."""
        self._stage, self._last_picture = stage, ("", b"")
        self.visit.device = stage.device if stage is not None else None
        if stage is not None:
            for page in stage.device.tabs:
                page.set_default_timeout(self.visit.timeout * 1000)
                self._watch(page)
            stage.context.on("page", lambda page: self._watch(page))
        async with aclosing(steps):
            self._stand_at(len(self.steps))
            async for step in steps:
                index = len(self.steps)
                self._stand_at(index)
                of_all = f" of {self.total}" if self.total else ""
                self.progress(f"step {index + 1}{of_all}: {self._summary(step)}")
                if not await self._take(index, step):
                    return
                if index + 1 == self.until_step < self.total:
                    told = f"stopped after step {index + 1} of {self.total}, as asked"
                    self.breakdown = Breakdown(message=told, step=None)
                    return
                if not self.total:  # what happens until the next step is told of belongs to that one
                    self._stand_at(index + 1)

    def _stand_at(self, index: int) -> None:
        self.visit.step = index
        if self._stage is not None:
            self._stage.port.at(step=index, page=self.visit.page.url)

    async def leave(self) -> None:
        """Leave the last pages, so that they send what they send at their end."""
        if self._stage is None:
            return
        for page in reversed(self._stage.context.pages):
            self._stage.port.at(step=self.visit.step, page=page.url)
            try:
                await page.goto("about:blank", timeout=5_000)
            except Error:
                continue

    def _watch(self, page: Page) -> None:
        # Functions, for Playwright hangs a note on whatever it calls, and an object with slots has no room for it.
        page.on("framenavigated", lambda frame: self._navigated(page, frame))
        page.on("console", lambda message: self._said(message))
        page.on("pageerror", lambda error: self._console.append(_short(str(error))))

    def _navigated(self, page: Page, frame: Frame) -> None:
        if self._stage is not None and frame == page.main_frame and frame.url != "about:blank":
            self._stage.port.at(step=self.visit.step, page=frame.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._console.append(_short(message.text))

    async def _take(self, index: int, step: Step) -> bool:
        await self._be_polite(step)
        started_at = self.visit.clock()
        error = found = ""
        try:
            async with asyncio.timeout(self.visit.timeout * 2 + _BEYOND_TIMEOUT):
                error = self.visit.backend.hidden(await self._done(step))
                found = await page_summary(self.visit.page) if error and self._stage is not None else ""
                observed = await self._observed(index, step, error)
        except TimeoutError:
            error, observed = error or "the page stopped responding", {}
        self.steps.append(self._record(index, step, started_at, error, observed))
        if not error:
            if self._stage is not None and self.visit.page.url != "about:blank":
                self.visit.variables["page.url"] = self.visit.page.url
            return True
        place = f"step {index + 1} ({step.verb}) at {step.place}"
        on_page = f"; the page was {found}" if found else ""
        self.breakdown = Breakdown(
            message=f"{place}: {error}{on_page}", step=index, page_text=found, screenshot=self.steps[-1].screenshot
        )
        return False

    async def _be_polite(self, step: Step) -> None:
        """A live site has other visitors: no page faster than the pause allows."""
        if step.verb not in _LOADS or not self.visit.pause:
            return
        now = time.monotonic()
        if self._loaded_at is not None:
            await asyncio.sleep(self._loaded_at + self.visit.pause - now)
        self._loaded_at = time.monotonic()

    async def _done(self, step: Step) -> str:
        """Do it; an empty text when it worked, otherwise what went wrong."""
        verb = STEP_VERBS.get(step.verb)
        if verb is None:
            return f'unknown step "{step.verb}"; expected one of {", ".join(STEP_VERBS)}'
        if step.places_order and not self.visit.may_order:
            host = urlsplit(self.visit.site_url).hostname
            return f"it places an order, and nobody has allowed orders on {host}; --allow-orders {host} does"
        try:
            actual = filled(step.arguments, self.visit.variables)
        except UnknownVariableError as problem:
            return str(problem)
        before = {exchange.id for exchange in self._sent()}
        try:
            await verb(self.visit, actual)
        except (StepFailedError, SelectorError) as problem:
            return self._page_problem(before) or str(problem)
        except Error as problem:
            return self._page_problem(before) or await explained(
                problem, page=self.visit.page, step=step, arguments=actual, timeout=self.visit.timeout
            )
        return ""

    def _sent(self) -> tuple[Exchange, ...]:
        return self._stage.port.exchanges() if self._stage is not None else ()

    def _page_problem(self, before: set[str]) -> str:
        return page_problem(tuple(each for each in self._sent() if each.id not in before))

    async def _observed(self, index: int, step: Step, error: str) -> dict[str, Any]:
        if self._stage is None:
            return {}
        await settle(self.visit.page)
        name, data_layer, cookies = await asyncio.gather(
            self._picture(index, step.verb, error),
            data_layer_of(self.visit.page, self.visit.data_layer),
            cookies_of(self._stage.context, ahead=self._stage.ahead),
        )
        return {"screenshot": name, "data_layer": data_layer, "cookies": cookies}

    async def _picture(self, index: int, verb: str, error: str) -> str:
        """What the picture of this step is called: an earlier one where there is nothing new to see."""
        known, last = self._last_picture
        if not error and verb in _UNSEEN and known:
            return known
        picture = await screenshot_of(self.visit.page, self.persona)
        if not picture:
            return ""
        if picture == last and verb != "screenshot":
            return known
        name = f"screenshots/{index + 1:02d}-{verb}.jpg"
        self.screenshots[name] = picture
        self._last_picture = name, picture
        return name

    def _record(self, index: int, step: Step, started_at: float, error: str, observed: dict[str, Any]) -> StepRecord:
        said, self._console = tuple(self._console), []
        return StepRecord(
            index=index,
            verb=step.verb,
            summary=self._summary(step),
            started_at=started_at,
            ended_at=self.visit.clock(),
            url=self.visit.page.url if self._stage is not None else "",
            console_errors=said,
            error=error,
            leg=self.visit.leg,
            line=step.place.line if step.place.file == self.file else 0,
            **observed,
        )

    def _summary(self, step: Step) -> str:
        return self.visit.backend.hidden(summary_of(step.verb, step.arguments))


async def _one_by_one(steps: Sequence[Step]) -> AsyncGenerator[Step]:
    for step in steps:
        yield step


def summary_of(verb: str, arguments: Mapping[str, Any]) -> str:
    """The step in a few words, with variables not filled in: what the persona typed stays out of it."""
    target = described(arguments)
    match verb:
        case "open":
            return f"open {arguments.get('url', '')}"
        case "new_tab":
            return f"open {arguments.get('url', '')} in a new tab"
        case "wait" | "expect" if "url" in arguments:
            return f"{_VERBS[verb]} the address {arguments['url']}"
        case "wait" if "data_layer" in arguments:
            return f'wait for the event "{arguments["data_layer"]}" in the data layer'
        case "wait" if "request" in arguments:
            return f"wait for a request to {arguments['request']}"
        case "wait" if "vendor_event" in arguments:
            event = arguments["vendor_event"]
            by = f" by {event['channel']}" if event.get("channel") else ""
            return f'wait for the event "{event.get("event", "")}" of {event.get("vendor", "")}{by}'
        case "wait" | "expect":
            return f"{_VERBS[verb]} {'no ' if arguments.get('absent') else ''}{target}"
        case "fill" | "select":
            return f"{verb} {target} with {arguments.get('value', '')}"
        case "press":
            where = "" if target == "an element" else f" in {target}"
            return f"press {arguments.get('key', '')}{where}"
        case "read":
            return f"read {arguments.get('as', '')} from {target}"
        case "conversion":
            return f"conversion {arguments.get('event', '')} {arguments.get('order_id', '')}"
        case "no_conversion":
            return f"no conversion {arguments.get('event', '')}"
        case "consent":
            return f"consent {arguments.get('answer', '')}"
        case "upload":
            source = Path(arguments["file"]).name if "file" in arguments else arguments.get("url", "")
            return f"hand {source} to {arguments.get('vendor', '')}"
        case "click" | "check":
            return f"{verb} {target}"
        case "double_click":
            return f"double-click {target}"
        case "answer":
            of = arguments.get("vendor") or arguments.get("url", "")
            return f"answer {of} {_answer_of(arguments)}"
        # Neither the query of an address nor the arguments of a command: they may be secrets of the site.
        case "call":
            return f"call {arguments.get('method', 'GET')} {str(arguments.get('url', '')).partition('?')[0]}"
        case "run":
            return f"run {next(iter(arguments.get('command', ())), '')}"
        case _:
            return verb.replace("_", " ")


_VERBS = {"wait": "wait for", "expect": "expect"}


def _answer_of(arguments: Mapping[str, Any]) -> str:
    parts = [f"with status {arguments['status']}"] if "status" in arguments else []
    parts += ["with a body of its own"] if "body" in arguments else []
    parts += [f"after {arguments['delay']} s"] if "delay" in arguments else []
    return " ".join(parts) or "as usual"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + " ..."
