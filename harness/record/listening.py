"""How does the harness listen to a visit that somebody else makes, and to a backend that somebody else runs?"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.async_api import Error

from harness.errors import RecordingError
from harness.model.profile import Profile
from harness.model.recording import Conversion, Exchange, Origin, Request, Response
from harness.record.browsers import choose_browser, find_browsers
from harness.record.egress import egress_environment
from harness.record.engines import find_engines
from harness.record.launching import Launcher
from harness.record.libraries import Libraries
from harness.record.messages import text_response
from harness.record.policy import ANY_HOST, LOOPBACK, TrafficPolicy
from harness.record.proxy import Listener, Proxy
from harness.record.site_process import SiteProcess
from harness.record.traffic import Answer

_ORDER = '{"order_id": "1001", "value": "129.90", "currency": "EUR"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where browsers and servers are listened to; 0 lets the system choose."""

    browser: int = 0
    server: int = 0


@dataclass(slots=True)
class FrontDoor:
    """Answers whoever calls the servers' port itself: which paths it has, and the orders that the site announces."""

    base_urls: Mapping[str, str]
    orders: list[Conversion] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        path = "/" + request.url.split("://", 1)[-1].partition("/")[2].partition("?")[0]
        if path == "/orders" and request.method == "POST":
            return self._announced(request)
        known = "\n".join(f"/{name}/  {url}/" for name, url in self.base_urls.items())
        told = (
            f"The test harness stands here in the place of:\n\n{known}\n\nPOST /orders announces an order: {_ORDER}\n"
        )
        return text_response(200 if path == "/" else 404, told)

    def _announced(self, request: Request) -> Response:
        try:
            entry = json.loads((request.body.text if request.body else "") or "")
            order = Conversion(
                event=str(entry.get("event", "purchase")),
                order_id=str(entry["order_id"]),
                value=str(entry.get("value", "")),
                currency=str(entry.get("currency", "")),
                at=time.time(),
                step=0,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return text_response(422, f"expected a JSON object such as {_ORDER}\n")
        self.orders.append(order)
        return text_response(200, "noted\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """The two ports while they are open, and what a client needs to speak through them."""

    proxy: Proxy
    browser: Listener
    server: Listener
    door: FrontDoor

    def heard(self) -> tuple[Exchange, ...]:
        return (*self.browser.exchanges(), *self.server.exchanges())

    @property
    def distrusted(self) -> tuple[str, ...]:
        """Hosts for which a client did not take our certificate: who listens here hears nothing of these calls."""
        return tuple(dict.fromkeys((*self.browser.untrusting_clients, *self.server.untrusting_clients)))


@contextmanager
def listening(
    folder: Path,
    ports: Ports,
    *,
    answer: Answer,
    policy: TrafficPolicy,
    libraries: Libraries,
    base_urls: Mapping[str, str],
) -> Iterator[Ears]:
    """Both ports open. All hosts may be reached through them but those of known vendors, for whom `answer` answers.

    `policy` is what the visitor's protection does to the browser's requests.
    """
    with Proxy(folder=folder, answer=answer) as proxy:
        passing = TrafficPolicy(allow_hosts=(ANY_HOST,), passes_through=True, base_urls=base_urls)
        policy = replace(policy, allow_hosts=(ANY_HOST,), passes_through=True, libraries=libraries)
        browser = _opened(proxy, ports.browser, "--port", Origin.BROWSER, policy)
        door = FrontDoor(base_urls)
        server = _opened(proxy, ports.server, "--server-port", Origin.SERVER, passing)
        pages = {f"{host}:{server.port}": door for host in LOOPBACK}
        server.policy = replace(server.policy, local_pages=pages)
        yield Ears(proxy=proxy, browser=browser, server=server, door=door)


def _opened(proxy: Proxy, port: int, option: str, origin: Origin, policy: TrafficPolicy) -> Listener:
    try:
        return proxy.open_listener(f"{origin} side", origin=origin, policy=policy, port=port)
    except RecordingError as problem:
        raise RecordingError(problem.found, f"choose a free port with {option}") from problem


@asynccontextmanager
async def serving(
    ears: Ears, command: tuple[str, ...], hosts: Iterable[str], environment: Mapping[str, str]
) -> AsyncIterator[None]:
    """A site of ours, reached by its names; its servers speak through the port for servers."""
    speaking = egress_environment(ears.server.port, ears.proxy.ca_bundle, environment)
    async with SiteProcess(command, environment=speaking) as process:
        routes = dict.fromkeys(hosts, ("127.0.0.1", process.port))
        ears.browser.policy = replace(ears.browser.policy, routes={**ears.browser.policy.routes, **routes})
        yield


@asynccontextmanager
async def window(
    ears: Ears, wanted: str, *, profile: Profile, folder: Path, url: str
) -> AsyncIterator[Callable[[], bool]]:
    """A browser on this screen that speaks through the port; tells whether somebody has closed it."""
    found = (*find_browsers(), *find_engines())
    browser = choose_browser(wanted, headed=True, enforcer="proxy", extensions=False, found=found)
    closed = asyncio.Event()
    async with (
        Launcher(browser=browser, spki=ears.proxy.spki, enforcer="proxy", headed=True) as launcher,
        launcher.visit(profile=profile, port=ears.browser.port, folder=folder, by_hand=True) as opened,
    ):
        opened.context.on("close", lambda context: closed.set())
        try:
            await opened.page.goto(url or "about:blank", wait_until="commit")
        except Error as problem:
            raise RecordingError(f"{url} does not open: {problem.message.splitlines()[0]}") from problem
        yield closed.is_set
