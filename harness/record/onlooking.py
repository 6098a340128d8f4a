"""What does a person do on a site, and whom does the site tell of it, while they click through it themselves?"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Page

from harness.model.profile import Profile
from harness.model.recording import Exchange, Origin, Request, Response
from harness.model.watching import SeenAction, SeenElement, SeenPage, SeenText, WatchedVisit
from harness.record.browsers import choose_browser, find_browsers
from harness.record.egress import egress_environment
from harness.record.jobs import RecordSettings, SiteSetup
from harness.record.launching import Launcher
from harness.record.messages import header
from harness.record.network import AUTHORITY
from harness.record.policy import BROWSER_NOISE, TrafficPolicy, is_among
from harness.record.proxy import Listener, Proxy
from harness.record.session import place_of

# What a person clicks through by hand, a program may click through in their place.
Person = Callable[[Page], Awaitable[None]]

_SCRIPT = (files("harness.record") / "onlooker.js").read_text("utf-8")
_LATE = 1.0


async def watch_visit(
    site: SiteSetup,
    start: str,
    settings: RecordSettings,
    *,
    profile: Profile,
    answer: Callable[[Request], Response | None],
    say: Callable[[str], None],
    person: Person | None = None,
) -> WatchedVisit:
    """Open the start page in a browser and look on until the person closes it.

    Vendors' calls get the answers of stand-ins, and hosts that are not allowed are refused: what the person orders
    there reaches no ad account.
    """
    notes = Notes()
    async with AsyncExitStack() as stack:
        proxy = stack.enter_context(Proxy(folder=settings.cache / AUTHORITY, answer=answer))
        egress = proxy.open_listener("server", origin=Origin.SERVER, policy=TrafficPolicy())
        place = await place_of(site, egress_environment(egress.port, proxy.ca_bundle, os.environ), stack)
        real_hosts = site.allow_hosts if place is not None else (*site.hosts, *site.allow_hosts)
        policy = TrafficPolicy(
            routes=dict.fromkeys(site.hosts, ("127.0.0.1", place.port)) if place is not None else {},
            allow_hosts=tuple(host.lower() for host in real_hosts),
        )
        listener = proxy.open_listener("visit", origin=Origin.BROWSER, policy=policy)
        found = find_browsers()
        wanted = settings.browser or settings.usual_browser
        browser = choose_browser(wanted, headed=settings.headed, enforcer="auto", found=found)
        launcher = await stack.enter_async_context(Launcher(browser=browser, spki=proxy.spki, headed=settings.headed))
        async with launcher.visit(profile=profile, port=listener.port, folder=settings.work / "browser") as opened:
            await notes.take(opened.context, site.data_layer)
            await _visited(opened.context, opened.page, start, person, listener, say)
        await listener.until_quiet(_LATE / 2, _LATE)
        exchanges = (*listener.exchanges(), *egress.exchanges())
        refused = tuple(host for host in listener.refused_hosts if not is_among(host, BROWSER_NOISE))
    return WatchedVisit(
        actions=tuple(sorted((*notes.actions, *_opened_by_hand(exchanges, start)), key=lambda action: action.at)),
        pages=tuple(notes.pages.values()),
        exchanges=exchanges,
        refused_hosts=refused,
    )


async def _visited(
    context: BrowserContext,
    page: Page,
    start: str,
    person: Person | None,
    listener: Listener,
    say: Callable[[str], None],
) -> None:
    """Until the last window is closed, or somebody says that it is enough (Ctrl-C)."""
    ended = asyncio.Event()

    def watch(page: Page) -> None:
        page.on("close", lambda page: ended.set() if not _others(context, page) else None)

    watch(page)
    context.on("page", watch)
    context.on("close", lambda context: ended.set())
    refusals = asyncio.create_task(_tell_refused(listener, say))
    try:
        with suppress(Error):
            await page.goto(start, timeout=60_000)
        if person is not None:
            await person(page)
            await asyncio.sleep(_LATE)
            return
        with suppress(asyncio.CancelledError):
            await ended.wait()
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            task.uncancel()
    finally:
        refusals.cancel()


def _others(context: BrowserContext, page: Page) -> Sequence[Page]:
    return [each for each in context.pages if each is not page]


async def _tell_refused(listener: Listener, say: Callable[[str], None]) -> None:
    """The person must know at once why a page looks broken."""
    told: set[str] = set()
    while True:
        for host in listener.refused_hosts:
            if host not in told and not is_among(host, BROWSER_NOISE):
                told.add(host)
                say(f"refused: {host} (if the page needs it, start again with --allow-host {host})")
        await asyncio.sleep(0.5)


def _opened_by_hand(exchanges: Sequence[Exchange], start: str) -> list[SeenAction]:
    """Addresses that no page led to: the first one, and those that the person typed."""
    found = []
    for exchange in exchanges:
        headers = exchange.request.headers
        is_page = header(headers, "sec-fetch-dest") == "document" and header(headers, "sec-fetch-site") == "none"
        if is_page and exchange.origin is Origin.BROWSER and exchange.answered_by == "site":
            found.append(SeenAction(kind="open", at=exchange.started_at, url=exchange.request.url))
    first = SeenAction(kind="open", at=0.0, url=start)
    return [first, *(each for each in found if not _is_same_page(each.url, start))]


def _is_same_page(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    return (a.hostname, a.path or "/") == (b.hostname, b.path or "/")


class Notes:
    """What the pages tell. Whatever they say is somebody else's text, and no more than that."""

    def __init__(self) -> None:
        self.actions: list[SeenAction] = []
        self.pages: dict[str, SeenPage] = {}

    async def take(self, context: BrowserContext, data_layer: str) -> None:
        """From here on, of every page that the context opens."""
        await context.expose_binding("__harnessSaw", self.saw)
        await context.add_init_script(_SCRIPT.replace("LAYER_EXPRESSION", f"({data_layer})"))
        context.on("page", lambda page: self.opened(page))

    def saw(self, source: Any, text: str) -> None:
        # Any script of the page can call this, too.
        with suppress(ValueError, KeyError, TypeError):
            self._note(json.loads(text), time.time())

    def _note(self, told: dict[str, Any], at: float) -> None:
        url = str(told["url"])
        if told["kind"] == "page":
            self.pages.pop(url, None)
            self.pages[url] = SeenPage(url=url, at=at, shown=_texts(told["shown"]), layer=tuple(told["layer"]))
            return
        element = told.get("element")
        self.actions.append(
            SeenAction(
                kind=str(told["kind"]),
                at=at,
                url=url,
                element=_element(element) if element else SeenElement(),
                value=str(told.get("value", "")),
                key=str(told.get("key", "")),
                checked=bool(told.get("checked", True)),
            )
        )

    def opened(self, page: Page) -> None:
        """A page that is not the first: a link led to a window of its own, which has no address yet."""
        page.once(
            "domcontentloaded",
            lambda page: self.actions.append(SeenAction(kind="new_tab", at=time.time(), url=page.url)),
        )


def _element(told: dict[str, Any]) -> SeenElement:
    lists = {"selectors": tuple(told["selectors"]), "options": tuple(told["options"])}
    return SeenElement(**{**told, **lists})


def _texts(told: list[dict[str, Any]]) -> tuple[SeenText, ...]:
    return tuple(SeenText(text=each["text"], selectors=tuple(each["selectors"])) for each in told)
