"""How are all runs of a suite recorded, side by side and each failing alone?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import cast
from urllib.parse import urlsplit

from harness.errors import InputError, Mistake, RecordingError
from harness.model.profile import Profile
from harness.model.recording import Request, Response
from harness.model.scenario import Place
from harness.record.blocking.dnr import write_extension
from harness.record.blocking.lists import LoadedLists, Preference, load
from harness.record.browsers import FoundBrowser, choose_browser, find_browsers
from harness.record.canaries import blocked_address, unfound_address
from harness.record.engines import find_engines
from harness.record.jobs import RecordedRun, RecordSettings, RunJob, SiteSetup, SuiteRecording
from harness.record.launching import Launcher
from harness.record.network import Network, opened_network
from harness.record.one_leg import LocalSite, Protection, Surroundings, protection_key
from harness.record.one_run import record_run
from harness.record.policy import ANY_HOST, TrafficPolicy
from harness.record.screen import demand_screen
from harness.record.site_process import SiteProcess

__all__ = ["RecordSettings", "RecordedRun", "RunJob", "SiteSetup", "SuiteRecording", "record_suite"]


async def record_suite(
    jobs: Sequence[RunJob],
    settings: RecordSettings,
    *,
    answer: Callable[[Request], Response | None],
    on_progress: Callable[[str, str], None] = lambda run_id, text: None,
    on_recorded: Callable[[RecordedRun], None],
    network: Network | None = None,
) -> SuiteRecording:
    """Record every run. Only what makes the whole suite impossible raises; a run's own trouble is in its recording.

    With a `network` that outlives the suite, what belongs to no recording is its owner's to ask for.
    """
    if not jobs:
        return SuiteRecording(late_or_orphan=(), refused_hosts=())
    settings.work.mkdir(parents=True, exist_ok=True)
    refused: dict[str, None] = {}
    async with _surroundings(jobs, settings, answer, network, on_progress) as (surroundings, network_used):
        gate = asyncio.Semaphore(max(1, settings.workers))
        # A live site has one visitor of ours at a time; who waits for it keeps no worker from another site.
        turns = {job.site.hosts: asyncio.Semaphore(1 if job.site.is_live else len(jobs)) for job in jobs}

        async def record(number: int, job: RunJob) -> None:
            async with turns[job.site.hosts], gate:
                recorded, hosts = await record_run(
                    job,
                    surroundings[_browser_for(job, settings)],
                    number=number,
                    progress=lambda text: on_progress(job.run.id, text),
                )
                refused.update(dict.fromkeys(hosts))
                on_recorded(recorded)

        try:
            async with asyncio.TaskGroup() as group:
                for number, job in enumerate(jobs):
                    group.create_task(record(number, job))
        except BaseExceptionGroup as several:
            # The first is the cause, the others were cancelled; nobody wants to unpack a group.
            raise several.exceptions[0] from None
        late_or_orphan = network_used.server_side.left_over() if network is None else ()
        refused.update(dict.fromkeys(network_used.egress.refused_hosts))
    return SuiteRecording(late_or_orphan=late_or_orphan, refused_hosts=tuple(refused))


@asynccontextmanager
async def _surroundings(
    jobs: Sequence[RunJob],
    settings: RecordSettings,
    answer: Callable[[Request], Response | None],
    given: Network | None,
    on_progress: Callable[[str, str], None],
) -> AsyncIterator[tuple[Mapping[str, Surroundings], Network]]:
    """Network, sites and browsers, running inside the context; by the browser that is asked for."""
    profiles = {profile.id: profile for job in jobs for profile in job.profiles}
    browsers = await asyncio.to_thread(_browsers, jobs, settings)
    loaded = {name: await asyncio.to_thread(_lists, profile, settings) for name, profile in profiles.items()}
    async with AsyncExitStack() as stack:
        network = given or stack.enter_context(
            opened_network(settings.cache, answer, policy=_egress_policy(settings), port=settings.egress_port)
        )
        if settings.egress_port:
            where = f"http://127.0.0.1:{network.egress.port}"
            on_progress("", f"servers are heard at {where}\nwith trust in {network.proxy.ca_bundle}")
        launchers = {
            wanted: Launcher(
                browser=browser,
                spki=network.proxy.spki,
                enforcer=settings.enforcer,
                headed=settings.headed,
                slow_mo=settings.slow_mo,
            )
            for wanted, browser in browsers.items()
        }
        sites = {job.site.key: job.site for job in jobs}
        started = await _all_started(
            *(stack.enter_async_context(launcher) for launcher in launchers.values()),
            *(place_of(site, network.environment, stack) for site in sites.values()),
        )
        for launcher in launchers.values():
            _known_devices(jobs, launcher)
        found = started[len(launchers) :]
        places = {key: place for key, place in zip(sites, found, strict=True) if isinstance(place, LocalSite)}
        unlike = {lists.digest: lists for lists in loaded.values() if lists is not None}
        addresses = [blocked_address(each.engine) or unfound_address(each.dns) for each in unlike.values()]
        surroundings = {
            wanted: Surroundings(
                proxy=network.proxy,
                launcher=launcher,
                server_side=network.server_side,
                protections={
                    key: await asyncio.to_thread(_protection, profile, key[1], loaded[profile.id], launcher, settings)
                    for key, profile in _protected(jobs).items()
                },
                places=places,
                blocked_elsewhere=tuple(address for address in addresses if address),
                work=settings.work,
                step_timeout=settings.step_timeout,
                environment=network.environment,
                traces=settings.traces,
                keep_open=settings.keep_open,
                until_step=settings.until_step,
                libraries=settings.libraries,
            )
            for wanted, launcher in launchers.items()
        }
        yield surroundings, network


def _egress_policy(settings: RecordSettings) -> TrafficPolicy:
    """Servers of somebody else's call others, too, and must reach them; those started here call vendors alone."""
    if not settings.egress_port:
        return TrafficPolicy()
    return TrafficPolicy(allow_hosts=(ANY_HOST,), passes_through=True, base_urls=settings.base_urls)


def _browser_for(job: RunJob, settings: RecordSettings) -> str:
    """What the user says goes before what the scenario says, and that before what is usual on this machine."""
    return settings.browser or job.run.scenario.browser or settings.usual_browser


def _browsers(jobs: Sequence[RunJob], settings: RecordSettings) -> dict[str, FoundBrowser]:
    """One for each that is asked for; raises when one of them is not here or cannot do what is asked."""
    if settings.headed:
        demand_screen()
    found = (*find_browsers(), *find_engines())
    chosen = {}
    for wanted in {_browser_for(job, settings): None for job in jobs}:
        its = [job for job in jobs if _browser_for(job, settings) == wanted]
        chosen[wanted] = choose_browser(
            wanted,
            headed=settings.headed,
            enforcer=settings.enforcer,
            extensions=any(profile.extensions for job in its for profile in job.profiles),
            found=found,
        )
    return chosen


async def _all_started(*starting: Awaitable[object]) -> list[object]:
    """Processes take their time to start, so they do it together; a failure waits until the others can be ended."""
    outcomes = await asyncio.gather(*starting, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return outcomes


def _lists(profile: Profile, settings: RecordSettings) -> LoadedLists | None:
    if not profile.has_rules:
        return None
    return load(profile, settings.cache / "lists", cast(Preference, settings.lists))


def _protected(jobs: Sequence[RunJob]) -> dict[tuple[str, str], Profile]:
    return {protection_key(profile, job.site): profile for job in jobs for profile in job.profiles}


def _known_devices(jobs: Sequence[RunJob], launcher: Launcher) -> None:
    """Only Playwright knows its devices, so their names can be judged no earlier than here."""
    places: dict[str, Place] = {}
    for leg in (leg for job in jobs for leg in job.run.scenario.legs):
        places.setdefault(leg.looks_like, leg.place)
    mistakes = [
        Mistake(
            file=place.file,
            line=place.line,
            column=place.column,
            found=f'no device is called "{name}"',
            remedy=launcher.unknown_device(name),
        )
        for name, place in places.items()
        if launcher.unknown_device(name)
    ]
    if mistakes:
        raise InputError(mistakes)


def _protection(
    profile: Profile, page_host: str, loaded: LoadedLists | None, launcher: Launcher, settings: RecordSettings
) -> Protection:
    if loaded is None:
        return Protection(engine=None)
    extension = None
    if launcher.enforcer_for(profile) == "extension":
        extension = write_extension(
            loaded.engine,
            settings.work / f"extension-{profile.id}-{page_host}",
            source_host=profile.source_host,
            page_host=page_host,
        )
    return Protection(
        engine=loaded.engine,
        dns=loaded.dns,
        lists=loaded.infos,
        approximated_by=loaded.approximated_by,
        extension=extension,
    )


async def place_of(site: SiteSetup, environment: Mapping[str, str], stack: AsyncExitStack) -> LocalSite | None:
    """Where the site listens on this machine; None for a site out in the world."""
    if site.command:
        process = await stack.enter_async_context(_serving(SiteProcess(site.command, environment=environment)))
        return LocalSite(port=process.port, check=process.check)
    parts = urlsplit(site.url)
    if parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"):
        return LocalSite(port=parts.port or 80)
    return None


@asynccontextmanager
async def _serving(process: SiteProcess) -> AsyncIterator[SiteProcess]:
    """A site that ends too early is told of by the runs it failed; raised at the end it would hide the others."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(process)
        try:
            yield process
        finally:
            with suppress(RecordingError):
                await stack.aclose()
