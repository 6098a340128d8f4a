"""What happens in one leg of a run, from an empty browser, or one that remembers, to all that was seen of it?"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.async_api import BrowserContext, Page

from harness.model.profile import Profile
from harness.model.recording import Breakdown, Canary, Exchange, FilterListInfo, Origin
from harness.model.scenario import Leg, Redirect, Step
from harness.record.blocking.dns import DnsBlocker
from harness.record.blocking.engine import FilterEngine
from harness.record.browser_blocking import BrowserBlocking
from harness.record.canaries import CLOAKED_HOST, fly, is_canary, plan_canaries
from harness.record.chosen_answers import AnswerBook
from harness.record.debugging import traced, until_closed
from harness.record.driver import Driver
from harness.record.jobs import RunJob, SiteSetup
from harness.record.journey import Journey, Stage
from harness.record.launching import Launcher, OpenedBrowser
from harness.record.libraries import Libraries
from harness.record.lost_requests import LostRequests
from harness.record.policy import BROWSER_NOISE, TrafficPolicy, is_among
from harness.record.proxy import Listener, Proxy
from harness.record.returning import Memory, aged, moved_clock, recall, remembered
from harness.record.server_calls import ServerSide
from harness.record.variables import filled, starting_variables
from harness.record.visit import Device

_SILENCE = 0.25
_SILENCE_CAP = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """A profile made ready: its rules, where they came from, and the extension if the browser itself enforces them."""

    engine: FilterEngine | None
    dns: DnsBlocker | None = None
    lists: tuple[FilterListInfo, ...] = ()
    approximated_by: tuple[str, ...] = ()
    extension: Path | None = None

    def of(self, profile: Profile) -> Profile:
        """The profile as it is here, for the report: with a title that owns up to what it is made of."""
        if not self.approximated_by:
            return profile
        return replace(profile, title=f"{profile.title} (approximated by {', '.join(self.approximated_by)})")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSite:
    """A site on this machine. `check` raises when it has ended."""

    port: int
    check: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all runs of a suite share.

    `protections` are by profile and host of the site (see `protection_key`), `places` those of sites on this machine
    by key. `blocked_elsewhere` are URLs that other profiles of the suite block. `environment` is the one of the sites.
    `libraries` are what a site needs that somebody else started: the embedded ones bring the vendors' code themselves.
    """

    proxy: Proxy
    launcher: Launcher
    server_side: ServerSide
    protections: Mapping[tuple[str, str], Protection]
    places: Mapping[str, LocalSite]
    blocked_elsewhere: tuple[str, ...]
    work: Path
    step_timeout: float
    environment: Mapping[str, str] = field(default_factory=dict)
    libraries: Libraries | None = None
    clock: Callable[[], float] = time.time
    traces: Path | None = None
    keep_open: bool = False
    until_step: int = 0


def _is_ours(url: str) -> bool:
    """Neither the canaries nor the browser's own chatter are part of the visit."""
    return is_canary(url) or is_among(urlsplit(url).hostname or "", BROWSER_NOISE)


def protection_key(profile: Profile, site: SiteSetup) -> tuple[str, str]:
    """Rules may depend on the site's host, and an extension has to know it beforehand."""
    return profile.id, urlsplit(site.url).hostname or ""


@dataclass(slots=True, kw_only=True)
class LegEvidence:
    """What was gathered in one leg. `ahead` is how far the visitor's time is ahead of the machine's, in seconds."""

    number: int
    leg: Leg
    profile: Profile
    ahead: float
    started_at: float
    finished_at: float = 0.0
    listener: Listener | None = None
    canaries: tuple[Canary, ...] = ()
    before: frozenset[str] = frozenset()
    seen_by_browser: list[BrowserBlocking | LostRequests] = field(default_factory=list)

    def exchanges(self) -> tuple[Exchange, ...]:
        found = self.listener.exchanges() if self.listener is not None else ()
        found += tuple(each for witness in self.seen_by_browser for each in witness.exchanges)
        return tuple(each for each in found if each.id not in self.before and not _is_ours(each.request.url))


async def with_browser(
    job: RunJob,
    shared: Surroundings,
    entry: LegEvidence,
    journey: Journey,
    steps: Sequence[Step],
    *,
    number: int,
    answers: AnswerBook,
    memory: Memory | None,
    comes_back: bool,
) -> Memory | None:
    """One leg in a browser of its own that knows what its device knew; what it knows afterwards, if it comes back."""
    protection = shared.protections[protection_key(entry.profile, job.site)]
    policy = replace(_policy(job, entry.profile, shared, protection, number), chosen=answers)
    listener = shared.proxy.open_listener(
        f"{job.run.id}/{entry.number}", origin=Origin.BROWSER, policy=policy, leg=entry.number, ahead=entry.ahead
    )
    entry.listener = listener
    folder = shared.work / f"browser-{number:04d}-{entry.number}"
    journey.progress("starting the browser")
    try:
        async with shared.launcher.visit(
            profile=entry.profile,
            port=listener.port,
            folder=folder,
            extension=protection.extension,
            looks_like=entry.leg.looks_like,
            scripts=(moved_clock(entry.ahead),) if entry.ahead else (),
            is_shared=job.driver is not None,
        ) as opened:
            journey.progress("checking its protection")
            await _prove(job, shared, entry, opened, protection, policy)
            if memory is not None:
                gap = entry.ahead - memory.ahead
                await recall(opened.context, aged(memory, gap=gap, storage_days=entry.profile.script_storage_days))
            _watch(job, entry, opened.context, protection, policy, journey.visit.clock)

            async def cut_off(is_off: bool) -> None:
                listener.is_offline = is_off
                await opened.context.set_offline(is_off)

            device = Device(tabs=[opened.page], open_tab=opened.open_tab, cut_off=cut_off)
            stage = Stage(device=device, context=opened.context, port=listener, ahead=entry.ahead)
            async with traced(opened.context, shared.traces, f"{job.run.id}--{entry.number + 1}"):
                if job.driver is None:
                    await journey.travel(steps, stage)
                else:
                    await _drive(job.driver, opened, journey, stage)
            if journey.breakdown is not None and shared.keep_open:
                journey.progress(f"the browser stays open; close it to go on\n{journey.breakdown.message}")
                await until_closed(opened.context)
            journey.progress("leaving the page")
            await journey.leave()
            await listener.until_quiet(_SILENCE, _SILENCE_CAP)
            if journey.breakdown is not None or not comes_back:
                return None
            return await remembered(opened.context, at=shared.clock(), ahead=entry.ahead)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _drive(driver: Driver, opened: OpenedBrowser, journey: Journey, stage: Stage) -> None:
    """Somebody else has the browser; what is shown last is what the steps he tells of are about."""
    tabs = stage.device.tabs

    def closed(page: Page) -> None:
        if page in tabs and len(tabs) > 1:
            tabs.remove(page)

    def added(page: Page) -> None:
        tabs.append(page)
        page.on("close", closed)

    opened.context.on("page", added)
    journey.progress("a test drives the browser")
    await journey.follow(driver.steps(opened.endpoint), stage)
    if journey.breakdown is None and driver.broken:
        journey.breakdown = Breakdown(message=driver.broken)
    driver.ended(journey.breakdown)


async def _prove(
    job: RunJob,
    shared: Surroundings,
    entry: LegEvidence,
    opened: OpenedBrowser,
    protection: Protection,
    policy: TrafficPolicy,
) -> None:
    """Let the canaries fly, and forget them."""
    plan = plan_canaries(
        entry.profile,
        protection.engine,
        protection.dns,
        click_ids=job.persona.click_ids.items(),
        elsewhere=shared.blocked_elsewhere,
        # The extension treats only the site's pages as the source host's; the proxy does so with all pages.
        source_host=policy.source_host if policy.enforce else "",
    )
    entry.canaries = await fly(opened.page, plan)
    opened.page = await _forget(opened.context, opened.page, speaks_cdp=shared.launcher.speaks_cdp)
    assert entry.listener is not None
    entry.before = frozenset(each.id for each in entry.listener.exchanges())


def _watch(
    job: RunJob,
    entry: LegEvidence,
    context: BrowserContext,
    protection: Protection,
    policy: TrafficPolicy,
    clock: Callable[[], float],
) -> None:
    """Have the browser tell of what the proxy cannot see."""
    listener = entry.listener
    assert listener is not None
    name = f"{job.run.id}-{entry.number}" if entry.number else job.run.id
    lost = LostRequests(name=name, leg=entry.number, position=lambda: listener.position, clock=clock)
    lost.watch(context)
    entry.seen_by_browser.append(lost)
    if protection.engine is not None and (protection.extension is not None or entry.profile.extensions):
        blocked = BrowserBlocking(
            run_id=name,
            engine=protection.engine,
            extensions=entry.profile.extensions,
            source_host=policy.source_host,
            position=lambda: listener.position,
            leg=entry.number,
            clock=clock,
        )
        blocked.watch(context)
        entry.seen_by_browser.append(blocked)


def _policy(job: RunJob, profile: Profile, shared: Surroundings, protection: Protection, number: int) -> TrafficPolicy:
    place = shared.places.get(job.site.key)
    real_hosts = job.site.allow_hosts if place is not None else (*job.site.hosts, *job.site.allow_hosts)
    return TrafficPolicy(
        routes=dict.fromkeys(job.site.hosts, ("127.0.0.1", place.port)) if place is not None else {},
        allow_hosts=tuple(host.lower() for host in real_hosts),
        engine=protection.engine,
        dns=protection.dns,
        enforce=shared.launcher.enforcer_for(profile) == "proxy",
        source_host=profile.source_host,
        gpc=profile.gpc,
        trims_referrer=profile.referrer == "origin",
        cloaked_hosts=(CLOAKED_HOST, *profile.cloaked_hosts, *job.run.scenario.snapshot.site.cloaked_hosts),
        cloaked_cookie_seconds=profile.cloaked_cookie_days * 24 * 3600,
        # Addresses set aside for documentation: no visitor of the site has one, and each run has its own.
        forwarded_for=f"198.51.100.{number % 254 + 1}",
        redirects=_redirects(job),
        libraries=shared.libraries if job.site.is_foreign else None,
    )


def _redirects(job: RunJob) -> dict[str, Redirect]:
    """The site's redirects with the visitor's click IDs in them, and whole addresses."""
    variables = starting_variables(job.persona, job.run.scenario.variables)
    return {
        address: replace(redirect, to=urljoin(job.site.url, str(filled(redirect.to, variables))))
        for address, redirect in job.run.scenario.snapshot.site.redirects.items()
    }


async def _forget(context: BrowserContext, page: Page, *, speaks_cdp: bool) -> Page:
    """The page for the journey, without a trace of the canaries: no cookie, no page to go back to."""
    await page.goto("about:blank")
    if not speaks_cdp:  # what is said to Chromium's page, another engine is told by a fresh one
        fresh = await context.new_page()
        await page.close()
        await context.clear_cookies()
        return fresh
    session = await context.new_cdp_session(page)
    await session.send("Page.resetNavigationHistory")
    await session.detach()
    await context.clear_cookies()
    return page
