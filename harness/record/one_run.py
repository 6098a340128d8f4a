"""What happens in one run, from an empty browser to a recording?"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.async_api import BrowserContext, Page

from harness import __version__
from harness.errors import RecordingError
from harness.model.profile import Profile
from harness.model.recording import (
    Breakdown,
    Canary,
    Conversion,
    Exchange,
    FilterListInfo,
    LegRecord,
    Origin,
    Recording,
    ServerSource,
)
from harness.model.scenario import Leg, Redirect, Step
from harness.record.backend import Backend
from harness.record.blocking.engine import FilterEngine
from harness.record.browser_blocking import BrowserBlocking
from harness.record.canaries import fly, is_canary, plan_canaries
from harness.record.chosen_answers import AnswerBook
from harness.record.consenting import with_answers
from harness.record.jobs import RecordedRun, RunJob, SiteSetup
from harness.record.journey import Journey, Stage
from harness.record.launching import Launcher, OpenedBrowser
from harness.record.lost_requests import LostRequests
from harness.record.policy import BROWSER_NOISE, TrafficPolicy, is_among
from harness.record.proxy import Listener, Proxy
from harness.record.returning import Memory, aged, moved_clock, recall, remembered
from harness.record.server_calls import ServerSide
from harness.record.survey import Survey
from harness.record.variables import filled, starting_variables
from harness.record.visit import Device, Visit

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
    by key. `blocked_elsewhere` are URLs that other profiles of the suite block. `environment` is the one of the sites.
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
    clock: Callable[[], float] = time.time


def _is_ours(url: str) -> bool:
    """Neither the canaries nor the browser's own chatter are part of the visit."""
    return is_canary(url) or is_among(urlsplit(url).hostname or "", BROWSER_NOISE)


def protection_key(profile: Profile, site: SiteSetup) -> tuple[str, str]:
    """Rules may depend on the site's host, and an extension has to know it beforehand."""
    return profile.id, urlsplit(site.url).hostname or ""


@dataclass(slots=True, kw_only=True)
class _LegEvidence:
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


@dataclass(slots=True, kw_only=True)
class _Evidence:
    """What was gathered so far, so that a run that breaks off still has a recording."""

    started_at: float
    legs: list[_LegEvidence] = field(default_factory=list)
    journey: Journey | None = None
    survey: Survey | None = None
    breakdown: Breakdown | None = None

    def browser_exchanges(self) -> tuple[Exchange, ...]:
        return tuple(each for leg in self.legs for each in leg.exchanges())

    @property
    def ahead(self) -> float:
        return self.legs[-1].ahead if self.legs else 0.0


async def record_run(
    job: RunJob, shared: Surroundings, *, number: int, progress: Callable[[str], None]
) -> tuple[RecordedRun, tuple[str, ...]]:
    """The raw recording, and the hosts the browser was not let to. What goes wrong in the run is in its breakdown."""
    evidence = _Evidence(started_at=shared.clock())
    try:
        try:
            await _travel(job, shared, evidence, number, progress)
        except Exception as problem:  # one run's trouble must not end the others
            evidence.breakdown = _breakdown(problem)
        recorded = await _finished(job, shared, evidence, progress)
        return recorded, tuple(host for listener in _listeners(evidence) for host in listener.refused_hosts)
    finally:
        for listener in _listeners(evidence):
            listener.close()


async def _travel(
    job: RunJob, shared: Surroundings, evidence: _Evidence, number: int, progress: Callable[[str], None]
) -> None:
    """All legs, one after the other, until a step fails."""
    answers = AnswerBook(job.calls_of)
    shared.server_side.expect(job.run.id, job.persona, answers)
    legs, consent = job.run.scenario.legs, job.run.scenario.consent
    journeys = [with_answers(leg.steps, consent, job.profile_of(leg).consent) for leg in legs]
    conversions: list[Conversion] = []
    evidence.survey = Survey(
        job=job, server_side=shared.server_side, from_browser=evidence.browser_exchanges, conversions=conversions
    )
    visit = _visit(job, shared, evidence, evidence.survey, answers, conversions)
    journey = Journey(visit=visit, persona=job.persona, total=sum(len(steps) for steps in journeys))
    evidence.journey = journey
    memories: dict[str, Memory] = {}
    for index, leg in enumerate(legs):
        if leg.after:
            progress("waiting for server calls")
            await _until_settled(job, shared, evidence)
        ahead = evidence.ahead + leg.after
        entry = _LegEvidence(
            number=index, leg=leg, profile=job.profile_of(leg), ahead=ahead, started_at=shared.clock() + ahead
        )
        evidence.legs.append(entry)
        visit.leg = index
        journey.progress = progress if len(legs) == 1 else _of_leg(progress, leg, index)
        if leg.is_away:
            await journey.travel(journeys[index], None)
        else:
            memories[leg.device] = await _with_browser(
                job, shared, entry, journey, journeys[index], number, answers, memories.get(leg.device)
            )
        entry.finished_at = visit.clock()
        if journey.breakdown is not None:
            return


def _of_leg(progress: Callable[[str], None], leg: Leg, index: int) -> Callable[[str], None]:
    name = leg.name or f"leg {index + 1}"
    return lambda text: progress(f"{name}: {text}")


def _visit(
    job: RunJob,
    shared: Surroundings,
    evidence: _Evidence,
    survey: Survey,
    answers: AnswerBook,
    conversions: list[Conversion],
) -> Visit:
    place = shared.places.get(job.site.key)
    return Visit(
        device=None,
        site_url=job.site.url,
        data_layer=job.site.data_layer,
        timeout=shared.step_timeout,
        clock=lambda: shared.clock() + evidence.ahead,
        variables=starting_variables(job.persona, job.run.scenario.variables),
        backend=Backend(
            site_url=job.site.url,
            hosts=tuple(host.lower() for host in (*job.site.hosts, *job.site.allow_hosts)),
            address=("127.0.0.1", place.port) if place is not None else None,
            environment=shared.environment,
        ),
        surveyor=survey,
        answer=answers.choose,
        conversions=conversions,
    )


async def _with_browser(
    job: RunJob,
    shared: Surroundings,
    entry: _LegEvidence,
    journey: Journey,
    steps: Sequence[Step],
    number: int,
    answers: AnswerBook,
    memory: Memory | None,
) -> Memory:
    """One leg in a browser of its own, which knows what its device knew before; what it knows afterwards."""
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
            await journey.travel(steps, Stage(device=device, context=opened.context, port=listener, ahead=entry.ahead))
            journey.progress("leaving the page")
            await journey.leave()
            await listener.until_quiet(_SILENCE, _SILENCE_CAP)
            return await remembered(opened.context, at=shared.clock(), ahead=entry.ahead)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _prove(
    job: RunJob,
    shared: Surroundings,
    entry: _LegEvidence,
    opened: OpenedBrowser,
    protection: Protection,
    policy: TrafficPolicy,
) -> None:
    """Let the canaries fly, and forget them."""
    plan = plan_canaries(
        entry.profile,
        protection.engine,
        click_ids=job.persona.click_ids.items(),
        elsewhere=shared.blocked_elsewhere,
        # The extension treats only the site's pages as the source host's; the proxy does so with all pages.
        source_host=policy.source_host if policy.enforce else "",
    )
    entry.canaries = await fly(opened.page, plan)
    await _forget(opened.context, opened.page)
    assert entry.listener is not None
    entry.before = frozenset(each.id for each in entry.listener.exchanges())


def _watch(
    job: RunJob,
    entry: _LegEvidence,
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
    if protection.extension is not None and protection.engine is not None:
        blocked = BrowserBlocking(
            run_id=name,
            engine=protection.engine,
            source_host=policy.source_host,
            position=lambda: listener.position,
            leg=entry.number,
            clock=clock,
        )
        blocked.watch(context)
        entry.seen_by_browser.append(blocked)


async def _until_settled(job: RunJob, shared: Surroundings, evidence: _Evidence) -> ServerSource:
    assert evidence.journey is not None
    assert evidence.survey is not None
    evidence.survey.teach()
    conversions, from_browser = evidence.journey.visit.conversions, evidence.browser_exchanges()
    return await shared.server_side.until_settled(
        job.run.id,
        job.run.scenario.snapshot.server_calls,
        lambda mine: job.settled(conversions, (*from_browser, *mine)),
    )


async def _finished(
    job: RunJob, shared: Surroundings, evidence: _Evidence, progress: Callable[[str], None]
) -> RecordedRun:
    """The recording of what there is, after the server has had its time."""
    journey = evidence.journey
    visit = journey.visit if journey is not None else None
    from_browser = evidence.browser_exchanges()
    breakdown = evidence.breakdown or (journey.breakdown if journey is not None else None)
    source = None
    from_server: tuple[Exchange, ...] = ()
    try:
        if journey is not None and evidence.legs:
            progress("waiting for server calls")
            source = await _until_settled(job, shared, evidence)
        from_server = _in_visitors_time(shared.server_side.take(job.run.id), evidence.legs)
    except Exception as problem:  # the browser's half is kept, whatever reading it brought up
        breakdown = breakdown or _breakdown(problem)
    exchanges = sorted((*from_browser, *from_server), key=lambda each: (each.started_at, each.id))
    first = next((entry for entry in evidence.legs if not entry.leg.is_away), None)
    recording = Recording(
        run_id=job.run.id,
        suite_id=job.suite_id,
        scenario=job.run.scenario.snapshot,
        profile=job.profile,
        persona=job.persona.seed,
        started_at=evidence.started_at,
        finished_at=shared.clock() + evidence.ahead,
        harness_version=__version__,
        browser=shared.launcher.info(first.profile) if first is not None else None,
        legs=tuple(_leg_record(entry, shared) for entry in evidence.legs),
        steps=tuple(journey.steps) if journey is not None else (),
        consents=tuple(visit.consents) if visit is not None else (),
        conversions=tuple(visit.conversions) if visit is not None else (),
        exchanges=tuple(exchanges),
        canaries=(*_canaries(evidence), *_self_checks(shared.proxy, evidence)),
        filter_lists=_lists_of(job, shared),
        server_source=source,
        disagreements=tuple(text for listener in _listeners(evidence) for text in listener.disagreements),
        breakdown=_with_site(shared.places.get(job.site.key), breakdown),
    )
    return RecordedRun(recording=recording, screenshots=dict(journey.screenshots) if journey is not None else {})


def _leg_record(entry: _LegEvidence, shared: Surroundings) -> LegRecord:
    return LegRecord(
        name=entry.leg.name,
        device=entry.leg.device,
        profile=entry.profile,
        started_at=entry.started_at,
        finished_at=entry.finished_at or shared.clock() + entry.ahead,
        pause=entry.leg.after,
        browser=None if entry.leg.is_away else shared.launcher.info(entry.profile),
    )


def _in_visitors_time(exchanges: Iterable[Exchange], legs: Sequence[_LegEvidence]) -> tuple[Exchange, ...]:
    """Servers go by the machine's time: each call belongs to the leg that was under way then."""
    found = []
    for each in exchanges:
        entry = next((entry for entry in reversed(legs) if entry.started_at - entry.ahead <= each.started_at), legs[0])
        ended_at = None if each.ended_at is None else each.ended_at + entry.ahead
        found.append(replace(each, started_at=each.started_at + entry.ahead, ended_at=ended_at, leg=entry.number))
    return tuple(found)


def _listeners(evidence: _Evidence) -> tuple[Listener, ...]:
    return tuple(entry.listener for entry in evidence.legs if entry.listener is not None)


def _canaries(evidence: _Evidence) -> Iterator[Canary]:
    """Each leg proves its own protection; where there are several, they go by the leg's name."""
    for entry in evidence.legs:
        prefix = f"{entry.leg.name or f'leg {entry.number + 1}'}: " if len(evidence.legs) > 1 else ""
        yield from (replace(canary, name=prefix + canary.name) for canary in entry.canaries)


def _lists_of(job: RunJob, shared: Surroundings) -> tuple[FilterListInfo, ...]:
    found = [info for profile in job.profiles for info in shared.protections[protection_key(profile, job.site)].lists]
    return tuple(dict.fromkeys(found))


def _policy(job: RunJob, profile: Profile, shared: Surroundings, protection: Protection, number: int) -> TrafficPolicy:
    place = shared.places.get(job.site.key)
    real_hosts = job.site.allow_hosts if place is not None else (*job.site.hosts, *job.site.allow_hosts)
    return TrafficPolicy(
        routes=dict.fromkeys(job.site.hosts, ("127.0.0.1", place.port)) if place is not None else {},
        allow_hosts=tuple(host.lower() for host in real_hosts),
        engine=protection.engine,
        enforce=shared.launcher.enforcer_for(profile) == "proxy",
        source_host=profile.source_host,
        gpc=profile.gpc,
        trims_referrer=profile.referrer == "origin",
        # Addresses set aside for documentation: no visitor of the site has one, and each run has its own.
        forwarded_for=f"198.51.100.{number % 254 + 1}",
        redirects=_redirects(job),
    )


def _redirects(job: RunJob) -> dict[str, Redirect]:
    """The site's redirects with the visitor's click IDs in them, and whole addresses."""
    variables = starting_variables(job.persona, job.run.scenario.variables)
    return {
        address: replace(redirect, to=urljoin(job.site.url, str(filled(redirect.to, variables))))
        for address, redirect in job.run.scenario.snapshot.site.redirects.items()
    }


async def _forget(context: BrowserContext, page: Page) -> None:
    """Leave no trace of the canaries: no cookie, no page to go back to."""
    await page.goto("about:blank")
    session = await context.new_cdp_session(page)
    await session.send("Page.resetNavigationHistory")
    await session.detach()
    await context.clear_cookies()


def _self_checks(proxy: Proxy, evidence: _Evidence) -> tuple[Canary, ...]:
    """The witnesses' word on the whole run; they are in the recording only when they have something to say."""
    checks = []
    if proxy.failures:
        observed = "; ".join(proxy.failures[:3])
        checks.append(Canary(name="proxy", expected="no failure", observed=observed, passed=False))
    untrusting = [host for listener in _listeners(evidence) for host in listener.untrusting_clients]
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
