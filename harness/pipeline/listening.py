"""What does a person's own visit, or a backend of the user's, tell the vendors, and what is to be said of it?"""

from __future__ import annotations

import asyncio
import secrets
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, cast

from harness import demo
from harness.errors import InputError, Mistake
from harness.load.documents import close_match
from harness.load.profiles import known_profiles
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.persona import Persona, PersonaSeed
from harness.model.profile import Profile
from harness.model.recording import Conversion
from harness.model.result import Severity
from harness.personas import make_persona
from harness.pipeline.hearing import Hearing, accounts_of, orders_of, recording_of
from harness.pipeline.judging import judged
from harness.pipeline.recording import base_urls, cache_folder, emptied, libraries, stand_ins
from harness.pipeline.reporting import reported
from harness.pipeline.requests import Specs, SuiteOutcome
from harness.record.blocking.lists import LoadedLists, Preference, load
from harness.record.browsers import find_browsers
from harness.record.egress import egress_environment
from harness.record.listening import Ears, Ports, listening, serving, window
from harness.record.network import AUTHORITY
from harness.record.policy import TrafficPolicy
from harness.record.screen import demand_screen
from harness.record.storage import write_recording
from harness.report.live import LiveRow, live_rows

_TICK = 0.3
# After the last order that was waited for, servers get this long to tell of it.
_PATIENCE = 5.0
# What is on its way when somebody stops.
_LAST_WORDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenRequest:
    """What the command line asks for. `vendors` are those to be judged, all that are heard if empty.

    With `demo` the embedded shop is the site. `routes` are hosts (or `host/path`) that listen at a port of this
    machine, whatever the name says. It ends after `seconds`, or a while after `until_orders` orders were heard of, if
    these are set; or when somebody stops it, or closes the window that `opens`. `orders` are known beforehand to be
    the site's.
    """

    out: Path
    ports: Ports
    site: str = ""
    demo: bool = False
    routes: Mapping[str, int] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    profile: str = "none"
    profiles_from: Path | None = None
    seconds: float = 0.0
    until_orders: int = 0
    orders: tuple[Conversion, ...] = ()
    opens: bool = False
    browser: str = ""
    lists: str = "installed"
    fail_on: Severity = Severity.ERROR
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """What somebody needs to know to be heard. `lacks` is what the profile does that a proxy cannot do.

    `program` is a browser of this machine with Chromium's engine and a window, or what such a one is usually called.
    """

    program: str
    port: int
    server_port: int
    spki: str
    certificate: Path
    bundle: Path
    base_urls: Mapping[str, str]
    environment: Mapping[str, str]
    visitor: Mapping[str, str]
    landing: str
    profile: str
    lacks: tuple[str, ...]
    site: str
    opens: bool


class Screen(Protocol):
    """Where a person looks while listening goes on.

    `orders_of` asks which of the orders that vendors were told of the site has confirmed.
    """

    def connections(self, connections: Connections) -> None: ...
    def show(self, rows: Sequence[LiveRow]) -> None: ...
    def warn(self, text: str) -> None: ...
    def close(self) -> None: ...
    def orders_of(self, heard: Sequence[str]) -> Sequence[Conversion]: ...


def listen(request: ListenRequest, screen: Screen) -> SuiteOutcome:
    """Listen until it is enough, and judge what was heard."""
    if request.opens:
        demand_screen()
    specs = load_vendor_specs(packaged_specs())
    shop = demo.site("shop", {}) if request.demo else None
    if shop is not None:
        request = replace(request, site=request.site or shop.url)
    profile = _profile(request)
    _known_vendors(request, specs)
    suite_id = secrets.token_hex(5)
    mine = {name: specs[name] for name in request.vendors} or specs
    clicks = {click.parameter: click for spec in mine.values() for click in spec.click_ids}
    persona = make_persona(PersonaSeed(token=secrets.token_hex(4)), tuple(clicks.values()))
    hearing = Hearing(specs)
    cache = cache_folder(request.environment)
    lists = load(profile, cache / "lists", cast(Preference, request.lists)) if profile.has_rules else None
    started_at = time.time()
    with listening(
        cache / AUTHORITY,
        request.ports,
        answer=stand_ins(specs),
        policy=_policy(profile, lists, request.routes),
        libraries=libraries(specs),
        base_urls=base_urls(specs),
    ) as ears:
        connections = _connections(ears, request, profile, persona, base_urls(mine))
        # It is kept nowhere: whoever has the recording cannot try out whose fingerprint one is.
        salt = secrets.token_hex()
        redacted = _Redacted(hearing, persona, salt)
        try:
            asyncio.run(_listen(ears, hearing, request, profile, screen, redacted, connections, shop))
        finally:
            screen.close()
        known = (*request.orders, *ears.door.orders)
        asked = [order for order in hearing.order_ids() if order not in {each.order_id for each in known}]
        orders = orders_of((*known, *screen.orders_of(asked)), hearing.events)
        accounts, unclear = accounts_of(hearing.events, orders, specs, request.vendors)
        for name in unclear:
            screen.warn(
                f"{name} is left out: its events have names that the site chose, and none carries an order's ID"
            )
        recording = recording_of(
            ears,
            hearing,
            persona=persona,
            profile=profile,
            lists=lists.infos if lists is not None else (),
            site=request.site,
            accounts=accounts,
            orders=orders,
            suite_id=suite_id,
            started_at=started_at,
            opens=request.opens,
        )
    folder = emptied(request.out / "recordings") / recording.run_id
    write_recording(folder, hearing.redactor([persona], salt).redact_recording(recording), {})
    return reported(
        judged([folder], request.out, specs, title="Listening", suite_id=suite_id), request.out, request.fail_on
    )


@dataclass(slots=True)
class _Redacted:
    """The rows of the table without values of whoever visits."""

    hearing: Hearing
    persona: Persona
    salt: str

    def rows(self) -> tuple[LiveRow, ...]:
        redactor = self.hearing.redactor([self.persona], self.salt)
        return tuple(redactor.redact_structure(row) for row in live_rows(self.hearing.sightings()))


def _profile(request: ListenRequest) -> Profile:
    known = known_profiles(request.profiles_from)
    if request.profile not in known:
        raise InputError([_unknown("--profile", request.profile, tuple(known))])
    return known[request.profile]


def _known_vendors(request: ListenRequest, specs: Specs) -> None:
    mistakes = [_unknown("--vendor", name, tuple(specs)) for name in request.vendors if name not in specs]
    if mistakes:
        raise InputError(mistakes)


def _unknown(option: str, name: str, known: tuple[str, ...]) -> Mistake:
    found = f'unknown {option.strip("-")} "{name}"'
    return Mistake(file=option, found=found, expected=f"one of {', '.join(known)}", remedy=close_match(name, known))


def _policy(profile: Profile, lists: LoadedLists | None, routes: Mapping[str, int]) -> TrafficPolicy:
    """What the proxy alone can do of the profile."""
    return TrafficPolicy(
        routes={name: ("127.0.0.1", port) for name, port in routes.items()},
        engine=lists.engine if lists is not None else None,
        dns=lists.dns if lists is not None else None,
        enforce=True,
        source_host=profile.source_host,
        gpc=profile.gpc,
        trims_referrer=profile.referrer == "origin",
    )


def _lacks(profile: Profile) -> tuple[str, ...]:
    """What of the profile only the visitor's own browser can do."""
    parts = {
        "third-party cookies": not profile.third_party_cookies,
        "limits of cookies and storage": bool(
            profile.script_cookie_days or profile.cloaked_cookie_days or profile.script_storage_days
        ),
        "extensions": bool(profile.extensions),
        "the answer to the question of consent": profile.consent != "granted",
    }
    return tuple(name for name, is_there in parts.items() if is_there)


def _connections(
    ears: Ears, request: ListenRequest, profile: Profile, persona: Persona, urls: Mapping[str, str]
) -> Connections:
    settings = egress_environment(ears.server.port, ears.proxy.ca_bundle, {})
    windows = (browser for browser in find_browsers() if browser.flavour != "headless-shell")
    return Connections(
        program=next((str(browser.path) for browser in windows), "google-chrome"),
        port=ears.browser.port,
        server_port=ears.server.port,
        spki=ears.proxy.spki,
        certificate=ears.proxy.certificate,
        bundle=ears.proxy.ca_bundle,
        base_urls=urls,
        environment={name: value for name, value in settings.items() if name.isupper()},
        visitor=persona.identifiers(),
        landing="&".join(f"{name}={value}" for name, value in persona.click_ids.items()),
        profile=profile.title if profile.id != "none" else "",
        lacks=_lacks(profile),
        site=request.site,
        opens=request.opens,
    )


async def _listen(
    ears: Ears,
    hearing: Hearing,
    request: ListenRequest,
    profile: Profile,
    screen: Screen,
    redacted: _Redacted,
    connections: Connections,
    shop: demo.DemoSite | None,
) -> None:
    """With the shop and the window that were asked for, until it is enough."""
    told: set[str] = set()

    def look() -> None:
        _look(ears, hearing, screen, redacted, told)

    async with AsyncExitStack() as stack:
        if shop is not None:
            await stack.enter_async_context(serving(ears, shop.command, shop.hosts, request.environment))
        screen.connections(connections)
        is_closed: Callable[[], bool] | None = None
        if request.opens:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="harness-")))
            opening = window(ears, request.browser, profile=profile, folder=folder, url=request.site)
            is_closed = await stack.enter_async_context(opening)
        await _until_enough(request, look, lambda: _orders_heard(ears, hearing), is_closed)
        await asyncio.sleep(_LAST_WORDS)
        look()


async def _until_enough(
    request: ListenRequest, look: Callable[[], None], orders: Callable[[], int], is_closed: Callable[[], bool] | None
) -> None:
    stopped = asyncio.Event()
    give_back = _stops(stopped)
    begun, enough_at = time.monotonic(), 0.0
    try:
        while not stopped.is_set() and not (is_closed is not None and is_closed()):
            look()
            now = time.monotonic()
            if request.until_orders and not enough_at and orders() >= request.until_orders:
                enough_at = now + _PATIENCE
            if (enough_at and now >= enough_at) or (request.seconds and now - begun >= request.seconds):
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), _TICK)
    finally:
        give_back()


def _look(ears: Ears, hearing: Hearing, screen: Screen, redacted: _Redacted, told: set[str]) -> None:
    if hearing.take(ears.heard()):
        screen.show(redacted.rows())
    for host in ears.distrusted:
        if host not in told:
            told.add(host)
            screen.warn(f"a client refused our certificate for {host}: what it says there is not heard; see above")


def _orders_heard(ears: Ears, hearing: Hearing) -> int:
    return len({*hearing.order_ids(), *(order.order_id for order in ears.door.orders)})


def _stops(stopped: asyncio.Event) -> Callable[[], None]:
    """The first Ctrl-C ends the listening and not the program; returns what gives the signals back."""
    loop = asyncio.get_running_loop()
    taken = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)
            taken.append(number)

    def given_back() -> None:
        for number in taken:
            loop.remove_signal_handler(number)

    return given_back
