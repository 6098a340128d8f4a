"""How does a run get a browser that trusts the proxy, reaches nothing else and protects as its profile says?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Error,
    Page,
    Playwright,
    ProxySettings,
    async_playwright,
)

from harness.errors import RecordingError
from harness.model.profile import Profile
from harness.model.recording import BrowserInfo
from harness.record.acting import acting_scripts
from harness.record.browsers import ENGINES, FoundBrowser, has_screen, loads_extensions
from harness.record.engines import engine_settings
from harness.record.policy import ACCOUNT_HOST

_CLOSE_SECONDS = 10.0
_LAUNCH_SECONDS = 60.0
_POLL = 0.05
_VIEWPORT = 1280, 900
_NAMES = {"chrome": "Google Chrome", "firefox": "Firefox", "webkit": "WebKit"}
# Playwright's own list (1.65) without ThirdPartyStoragePartitioning, which real browsers have switched on, and with
# what opens connections of the browser's own. A second --disable-features replaces the first, so it must be whole.
_OFF = (
    "AimEnabled", "AutofillServerCommunication", "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "CertificateTransparencyComponentUpdater", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin", "Translate",
)  # fmt: skip


def launch_arguments(spki: str, extensions: Sequence[Path] = ()) -> list[str]:
    """Flags every browser gets, and those for extensions if there are any."""
    arguments = [
        f"--ignore-certificate-errors-spki-list={spki}",
        # Whatever does not go through the proxy finds no host: nothing can leave the machine by another way.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--no-default-browser-check",
        "--lang=en-US",
        # A whole browser asks there who is signed in, in the middle of the journey.
        f"--gaia-url=https://{ACCOUNT_HOST}",
        f"--disable-features={','.join(_OFF)}",
    ]
    if extensions:
        folders = ",".join(str(folder.resolve()) for folder in extensions)
        arguments += [f"--disable-extensions-except={folders}", f"--load-extension={folders}"]
    return arguments


def user_agent(version: str) -> str:
    """What the same Chrome says of itself in a window: some collectors drop whoever says "Headless"."""
    systems = {"darwin": "Macintosh; Intel Mac OS X 10_15_7", "win32": "Windows NT 10.0; Win64; x64"}
    system = systems.get(sys.platform, "X11; Linux x86_64")
    # Chrome tells no more than the major version.
    major = version.partition(".")[0]
    return f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36"


@dataclass(slots=True, kw_only=True)
class OpenedBrowser:
    """A context with one page; `open_tab` makes another that is protected alike.

    A browser that is shared can be reached at its `endpoint`, which speaks the Chrome DevTools Protocol.
    """

    context: BrowserContext
    page: Page
    open_tab: Callable[[], Awaitable[Page]]
    endpoint: str = ""


class Launcher:
    """Playwright and, for the headless shell, one browser that all runs share. An async context manager."""

    def __init__(
        self,
        *,
        browser: FoundBrowser,
        spki: str,
        enforcer: str = "auto",
        headed: bool = False,
        slow_mo: float = 0.0,
    ) -> None:
        self._found = browser
        self._spki = spki
        self._enforcer = enforcer
        self._headed = headed
        self._slow_mo = slow_mo
        self._playwright: Playwright | None = None
        self._shared: Browser | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        if self._headed and not has_screen(os.environ):
            raise RecordingError("there is no screen to show a browser on", "run it where you sit, or under xvfb-run")
        with _interrupts_are_ours():
            self._playwright = await async_playwright().start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shared is not None:
            await _within_time(self._shared.close())
        if self._playwright is not None:
            await _within_time(self._playwright.stop())

    @property
    def speaks_cdp(self) -> bool:
        """Whether it understands the Chrome DevTools Protocol."""
        return self._found.flavour not in ENGINES

    def enforcer_for(self, profile: Profile) -> str:
        """Who blocks in this profile: `proxy`, `extension`, or nobody."""
        if not (profile.has_filters or profile.strip_parameters):
            return "proxy" if profile.has_hosts else ""
        if self._enforcer != "auto":
            return self._enforcer
        return "extension" if loads_extensions(self._found) else "proxy"

    def info(self, profile: Profile) -> BrowserInfo:
        name = _NAMES.get(self._found.flavour, "Chromium")
        return BrowserInfo(
            name=name,
            version=self._found.version,
            flavour=self._found.flavour,
            enforcer=self.enforcer_for(profile),
        )

    def unknown_device(self, name: str) -> str:
        """What is wrong with the name of a device, and an empty text for one that there is."""
        assert self._playwright is not None
        if not name or name in self._playwright.devices:
            return ""
        near = get_close_matches(name, self._playwright.devices, n=1)
        return f'did you mean "{near[0]}"?' if near else "see the list of Playwright's devices"

    @asynccontextmanager
    async def visit(
        self,
        *,
        profile: Profile,
        port: int,
        folder: Path,
        extension: Path | None = None,
        looks_like: str = "",
        scripts: Sequence[str] = (),
        is_shared: bool = False,
    ) -> AsyncIterator[OpenedBrowser]:
        """A browser for one leg of a run. `folder` is for the browser's own files and must not be shared.

        `looks_like` is one of Playwright's devices. Every document runs the `scripts` before anything else. One that
        `is_shared` is driven by somebody else as well.
        """
        if is_shared and not self.speaks_cdp:
            raise RecordingError(f"a test cannot drive {self._found.flavour} here", "choose a browser of Chromium's")
        try:
            if self._found.flavour == "headless-shell" and not is_shared:
                context = await self._context_of_shared(port, looks_like)
            elif self._found.flavour in ENGINES:
                context = await self._context_of_engine(profile, port, folder, looks_like)
            else:
                context = await self._context_of_its_own(profile, port, folder, extension, looks_like, is_shared)
        except Error as problem:
            raise RecordingError(
                f"{self._found.path} did not start: {str(problem).strip().splitlines()[0]}",
                "choose another browser, or see what it says when started by hand",
            ) from problem
        try:
            for script in (*scripts, *acting_scripts(profile)):
                await context.add_init_script(script)
            page = context.pages[0] if context.pages else await context.new_page()
            await self._prepare(context, page, profile, looks_like)

            async def open_tab() -> Page:
                tab = await context.new_page()
                await self._prepare(context, tab, profile, looks_like)
                return tab

            preparing: set[asyncio.Task[None]] = set()

            def prepare(tab: Page) -> None:
                preparing.add(asyncio.ensure_future(self._prepare(context, tab, profile, looks_like)))

            if is_shared:
                context.on("page", prepare)
            endpoint = await _endpoint_in(folder) if is_shared else ""
            yield OpenedBrowser(context=context, page=page, open_tab=open_tab, endpoint=endpoint)
            for task in preparing:  # of a tab that is closed by now nothing is to be told
                task.cancel()
            await asyncio.gather(*preparing, return_exceptions=True)
        finally:
            await _within_time(context.close())

    def _looks(self, looks_like: str) -> dict[str, Any]:
        """What the site can tell of the device: its name for itself, its screen, its touch."""
        if not looks_like:
            # Another engine goes by its own name.
            name = {} if self._found.flavour in ENGINES else {"user_agent": user_agent(self._found.version)}
            return {**name, "viewport": {"width": _VIEWPORT[0], "height": _VIEWPORT[1]}}
        assert self._playwright is not None
        unknown = {"default_browser_type"} | ({"is_mobile"} if self._found.flavour == "firefox" else set())
        device = self._playwright.devices[looks_like]
        return {name: value for name, value in device.items() if name not in unknown}

    async def _context_of_shared(self, port: int, looks_like: str) -> BrowserContext:
        async with self._starting:
            if self._shared is None or not self._shared.is_connected():
                self._shared = await self._chromium_launch()
        # Playwright itself sends loopback hosts through a context's proxy, too.
        return await self._shared.new_context(proxy=_proxy(port), locale="en-US", **self._looks(looks_like))

    async def _chromium_launch(self) -> Browser:
        assert self._playwright is not None
        # Playwright starts it without its sandbox, which neither root nor most containers can use.
        return await self._playwright.chromium.launch(
            executable_path=self._found.path,
            args=launch_arguments(self._spki),
            handle_sigint=False,
            slow_mo=self._slow_mo,
            timeout=_LAUNCH_SECONDS * 1000,
        )

    async def _context_of_its_own(
        self,
        profile: Profile,
        port: int,
        folder: Path,
        extension: Path | None,
        looks_like: str,
        is_shared: bool = False,
    ) -> BrowserContext:
        """Extensions and cookie settings belong to a browser profile, so a whole browser is started for each run."""
        assert self._playwright is not None
        extensions = [*([extension] if extension is not None else []), *map(Path, profile.extensions)]
        _seed_preferences(folder, profile)
        return await self._playwright.chromium.launch_persistent_context(
            folder,
            executable_path=self._found.path,
            args=[
                *launch_arguments(self._spki, extensions),
                *(["--remote-debugging-port=0"] if is_shared else []),
            ],
            ignore_default_args=["--disable-extensions"] if extensions else None,
            headless=not self._headed,
            handle_sigint=False,
            slow_mo=self._slow_mo,
            proxy=_proxy(port),
            locale="en-US",
            timeout=_LAUNCH_SECONDS * 1000,
            **self._looks(looks_like),
        )

    async def _context_of_engine(self, profile: Profile, port: int, folder: Path, looks_like: str) -> BrowserContext:
        """Firefox or WebKit, started for each run: what the profile asks of Firefox is said when it starts."""
        assert self._playwright is not None
        kind = self._playwright.firefox if self._found.flavour == "firefox" else self._playwright.webkit
        return await kind.launch_persistent_context(
            folder,
            executable_path=self._found.path,
            headless=not self._headed,
            handle_sigint=False,
            slow_mo=self._slow_mo,
            timeout=_LAUNCH_SECONDS * 1000,
            **self._looks(looks_like),
            **engine_settings(self._found.flavour, profile, _proxy(port)["server"]),
        )

    async def _prepare(self, context: BrowserContext, page: Page, profile: Profile, looks_like: str) -> None:
        if self._found.flavour != "headless-shell":
            return
        # What the headless shell has no preferences for and must be told page by page.
        session = await context.new_cdp_session(page)
        if not looks_like:
            await self._name_itself(session)
        if not profile.third_party_cookies:
            settings = {
                "enableThirdPartyCookieRestriction": True,
                "disableThirdPartyCookieMetadata": True,
                "disableThirdPartyCookieHeuristics": True,
            }
            await session.send("Network.enable")
            await session.send("Network.setCookieControls", settings)

    async def _name_itself(self, session: CDPSession) -> None:
        major = self._found.version.partition(".")[0]
        agent = user_agent(self._found.version)
        platform = {"darwin": "macOS", "win32": "Windows"}.get(sys.platform, "Linux")
        brands = [{"brand": "Not:A-Brand", "version": "8"}, {"brand": "Chromium", "version": major}]
        metadata = {
            "brands": brands, "platform": platform, "platformVersion": "", "architecture": "x86", "model": "",
            "mobile": False,
        }  # fmt: skip
        await session.send("Emulation.setUserAgentOverride", {"userAgent": agent, "userAgentMetadata": metadata})


def _proxy(port: int) -> ProxySettings:
    return {"server": f"http://127.0.0.1:{port}"}


async def _endpoint_in(folder: Path) -> str:
    """Chromium writes the port it has chosen into its folder."""
    told = folder / "DevToolsActivePort"
    for _ in range(round(_LAUNCH_SECONDS / _POLL)):
        lines = told.read_text().splitlines() if told.is_file() else []
        if len(lines) > 1:
            return f"http://127.0.0.1:{lines[0]}"
        await asyncio.sleep(_POLL)
    raise RecordingError("the browser opened no port for the test", "choose another browser")


def _seed_preferences(folder: Path, profile: Profile) -> None:
    """Distributions differ in their defaults: some builds block third-party cookies without being asked."""
    blocks = not profile.third_party_cookies
    preferences = {"profile": {"cookie_controls_mode": int(blocks), "block_third_party_cookies": blocks}}
    path = folder / "Default" / "Preferences"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(preferences), encoding="utf-8")


@contextmanager
def _interrupts_are_ours() -> Iterator[None]:
    """Ctrl-C reaches every process of the terminal; Playwright's driver must live on to close its browsers."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def _within_time(closing: Coroutine[Any, Any, None]) -> None:
    """Wait for a close, but not for ever, and not for one that is closed already."""
    with suppress(Error, TimeoutError, OSError):
        await asyncio.wait_for(closing, _CLOSE_SECONDS)
