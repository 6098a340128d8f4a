"""What happens in one run, from an empty browser to a recording?"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page

from harness import __version__
from harness.errors import RecordingError
from harness.model.recording import Breakdown, Canary, Exchange, FilterListInfo, Origin, Recording
from harness.record.blocking.engine import FilterEngine
from harness.record.browser_blocking import BrowserBlocking
from harness.record.canaries import fly, is_canary, plan_canaries
from harness.record.jobs import RecordedRun, RunJob
from harness.record.journey import Journey
from harness.record.launching import Launcher
from harness.record.policy import BROWSER_NOISE, TrafficPolicy, is_among
from harness.record.proxy import Listener, Proxy
from harness.record.server_calls import ServerSide
from harness.record.uploads import Uploads, fetched

_SILENCE = 0.25
_SILENCE_CAP = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """A profile made ready: its rules, where they came from, and the extension if the browser itself enforces them."""

    engine: FilterEngine | None
    lists: tuple[FilterListInfo, ...] = ()
    extension: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSite:
    """A site on this machine. `check` raises when it has ended."""

    port: int
    check: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all runs of a suite share.

    `protections` are by profile and host of the site (see `protection_key`), `places` those of sites on this machine
    by key. `blocked_elsewhere` are URLs that other profiles of the suite block.
    """

    proxy: Proxy
    launcher: Launcher
    server_side: ServerSide
    protections: Mapping[tuple[str, str], Protection]
    places: Mapping[str, LocalSite]
    blocked_elsewhere: tuple[str, ...]
    work: Path
    step_timeout: float
    clock: Callable[[], float] = time.time


def _is_ours(url: str) -> bool:
    """Neither the canaries nor the browser's own chatter are part of the visit."""
    return is_canary(url) or is_among(urlsplit(url).hostname or "", BROWSER_NOISE)


def protection_key(job: RunJob) -> tuple[str, str]:
    """Rules may depend on the site's host, and an extension has to know it beforehand."""
    return job.profile.id, urlsplit(job.site.url).hostname or ""


@dataclass(slots=True, kw_only=True)
class _Evidence:
    """What was gathered so far, so that a run that breaks off still has a recording."""

    started_at: float
    listener: Listener | None = None
    journey: Journey | None = None
    uploads: Uploads | None = None
    canaries: tuple[Canary, ...] = ()
    before: frozenset[str] = frozenset()
    blocked: BrowserBlocking | None = None
    breakdown: Breakdown | None = None

    def browser_exchanges(self) -> tuple[Exchange, ...]:
        found = self.listener.exchanges() if self.listener is not None else ()
        if self.blocked is not None:
            found += tuple(self.blocked.exchanges)
        return tuple(each for each in found if each.id not in self.before and not _is_ours(each.request.url))


async def record_run(
    job: RunJob, shared: Surroundings, *, number: int, progress: Callable[[str], None]
) -> tuple[RecordedRun, tuple[str, ...]]:
    """The raw recording, and the hosts the browser was not let to. What goes wrong in the run is in its breakdown."""
    evidence = _Evidence(started_at=shared.clock())
    shared.server_side.expect(job.run.id, job.persona)
    folder = shared.work / f"browser-{number:04d}"
    try:
        try:
            await _visit(job, shared, evidence, number, folder, progress)
        except Exception as problem:  # one run's trouble must not end the others
            evidence.breakdown = _breakdown(problem)
        recorded = await _finished(job, shared, evidence, progress)
        return recorded, evidence.listener.refused_hosts if evidence.listener is not None else ()
    finally:
        if evidence.listener is not None:
            evidence.listener.close()
        shutil.rmtree(folder, ignore_errors=True)


async def _visit(
    job: RunJob,
    shared: Surroundings,
    evidence: _Evidence,
    number: int,
    folder: Path,
    progress: Callable[[str], None],
) -> None:
    protection = shared.protections[protection_key(job)]
    policy = _policy(job, shared, protection, number)
    listener = shared.proxy.open_listener(job.run.id, origin=Origin.BROWSER, policy=policy)
    evidence.listener = listener
    progress("starting the browser")
    async with shared.launcher.visit(
        profile=job.profile, port=listener.port, folder=folder, extension=protection.extension
    ) as (context, page):
        progress("checking its protection")
        plan = plan_canaries(
            job.profile,
            protection.engine,
            click_ids=job.persona.click_ids.items(),
            elsewhere=shared.blocked_elsewhere,
            # The extension treats only the site's pages as the source host's; the proxy does so with all pages.
            source_host=policy.source_host if policy.enforce else "",
        )
        evidence.canaries = await fly(page, plan)
        await _forget(context, page)
        evidence.before = frozenset(each.id for each in listener.exchanges())
        if protection.extension is not None and protection.engine is not None:
            evidence.blocked = BrowserBlocking(
                run_id=job.run.id,
                engine=protection.engine,
                source_host=policy.source_host,
                position=lambda: listener.position,
                clock=shared.clock,
            )
            evidence.blocked.watch(context)
        evidence.uploads = Uploads(
            run_id=job.run.id,
            persona=job.persona,
            rows_in=job.rows_in,
            get=lambda address: fetched(address, policy.routes, job.site.hosts, shared.step_timeout),
        )
        journey = Journey(
            context=context,
            page=page,
            port=listener,
            persona=job.persona,
            site_url=job.site.url,
            data_layer=job.site.data_layer,
            variables=job.run.scenario.variables,
            uploads=evidence.uploads,
            timeout=shared.step_timeout,
            clock=shared.clock,
            progress=progress,
        )
        evidence.journey = journey
        await journey.travel(job.run.scenario.steps)
        progress("leaving the page")
        await journey.leave()
        await listener.until_quiet(_SILENCE, _SILENCE_CAP)


async def _finished(
    job: RunJob, shared: Surroundings, evidence: _Evidence, progress: Callable[[str], None]
) -> RecordedRun:
    """The recording of what there is, after the server has had its time."""
    journey = evidence.journey
    from_browser = evidence.browser_exchanges()
    breakdown = evidence.breakdown or (journey.breakdown if journey is not None else None)
    conversions = tuple(journey.conversions) if journey is not None else ()
    uploads = tuple(evidence.uploads.exchanges) if evidence.uploads is not None else ()
    source = None
    from_server: tuple[Exchange, ...] = ()
    try:
        shared.server_side.learn(job.run.id, _tokens(job, evidence, from_browser))
        if journey is not None:
            progress("waiting for server calls")
            source = await shared.server_side.until_settled(
                job.run.id,
                job.run.scenario.snapshot.server_calls,
                lambda mine: job.settled(conversions, (*from_browser, *uploads, *mine)),
            )
        from_server = shared.server_side.take(job.run.id)
    except Exception as problem:  # the browser's half is kept, whatever reading it brought up
        breakdown = breakdown or _breakdown(problem)
    exchanges = sorted((*from_browser, *from_server, *uploads), key=lambda each: (each.started_at, each.id))
    recording = Recording(
        run_id=job.run.id,
        suite_id=job.suite_id,
        scenario=job.run.scenario.snapshot,
        profile=job.profile,
        persona=job.persona.seed,
        started_at=evidence.started_at,
        finished_at=shared.clock(),
        harness_version=__version__,
        browser=shared.launcher.info(job.profile),
        steps=tuple(journey.steps) if journey is not None else (),
        conversions=conversions,
        exchanges=tuple(exchanges),
        canaries=(*evidence.canaries, *_self_checks(shared.proxy, evidence)),
        filter_lists=shared.protections[protection_key(job)].lists,
        server_source=source,
        disagreements=evidence.listener.disagreements if evidence.listener is not None else (),
        breakdown=_with_site(shared.places.get(job.site.key), breakdown),
    )
    return RecordedRun(recording=recording, screenshots=dict(journey.screenshots) if journey is not None else {})


def _policy(job: RunJob, shared: Surroundings, protection: Protection, number: int) -> TrafficPolicy:
    place = shared.places.get(job.site.key)
    real_hosts = job.site.allow_hosts if place is not None else (*job.site.hosts, *job.site.allow_hosts)
    return TrafficPolicy(
        routes=dict.fromkeys(job.site.hosts, ("127.0.0.1", place.port)) if place is not None else {},
        allow_hosts=tuple(host.lower() for host in real_hosts),
        engine=protection.engine,
        enforce=shared.launcher.enforcer_for(job.profile) == "proxy",
        source_host=job.profile.source_host,
        gpc=job.profile.gpc,
        trims_referrer=job.profile.referrer == "origin",
        # Addresses set aside for documentation: no visitor of the site has one, and each run has its own.
        forwarded_for=f"198.51.100.{number % 254 + 1}",
    )


async def _forget(context: BrowserContext, page: Page) -> None:
    """Leave no trace of the canaries: no cookie, no page to go back to."""
    await page.goto("about:blank")
    session = await context.new_cdp_session(page)
    await session.send("Page.resetNavigationHistory")
    await session.detach()
    await context.clear_cookies()


def _tokens(job: RunJob, evidence: _Evidence, exchanges: tuple[Exchange, ...]) -> dict[str, frozenset[str]]:
    """What this run's server calls may carry: IDs the browser sent, and orders the site confirmed."""
    found: dict[str, set[str]] = {}
    for exchange in exchanges:
        for kind, values in job.keys_of(exchange).items():
            found.setdefault(kind, set()).update(values)
    if evidence.journey is not None:
        found.setdefault("order_id", set()).update(each.order_id for each in evidence.journey.conversions)
    return {kind: frozenset(values) for kind, values in found.items()}


def _self_checks(proxy: Proxy, evidence: _Evidence) -> tuple[Canary, ...]:
    """The witnesses' word on the whole run; they are in the recording only when they have something to say."""
    checks = []
    if proxy.failures:
        observed = "; ".join(proxy.failures[:3])
        checks.append(Canary(name="proxy", expected="no failure", observed=observed, passed=False))
    untrusting = evidence.listener.untrusting_clients if evidence.listener is not None else ()
    if untrusting:
        observed = ", ".join(untrusting[:5])
        checks.append(Canary(name="trust", expected="no certificate refused", observed=observed, passed=False))
    return tuple(checks)


def _with_site(place: LocalSite | None, breakdown: Breakdown | None) -> Breakdown | None:
    """When the site itself has ended, its last words explain more than what the browser missed."""
    if place is None or breakdown is None:
        return breakdown
    try:
        place.check()
    except RecordingError as problem:
        return replace(breakdown, message=f"{breakdown.message}; {problem}")
    return breakdown


def _breakdown(problem: Exception) -> Breakdown:
    text = str(problem).strip() or type(problem).__name__
    known = isinstance(problem, RecordingError)
    return Breakdown(message=text if known else f"{type(problem).__name__}: {text}")
