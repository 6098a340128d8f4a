"""What happens in one run, from an empty browser to a recording?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

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
    Recording,
    ServerSource,
)
from harness.model.scenario import Leg
from harness.record.backend import Backend
from harness.record.chosen_answers import AnswerBook
from harness.record.consenting import with_answers
from harness.record.jobs import RecordedRun, RunJob
from harness.record.journey import Journey
from harness.record.one_leg import LegEvidence, LocalSite, Surroundings, protection_key, with_browser
from harness.record.proxy import Listener, Proxy
from harness.record.returning import Memory
from harness.record.survey import Survey
from harness.record.uploads import Uploads, fetched
from harness.record.variables import starting_variables
from harness.record.visit import Visit


@dataclass(slots=True, kw_only=True)
class _Evidence:
    """What was gathered so far, so that a run that breaks off still has a recording."""

    started_at: float
    legs: list[LegEvidence] = field(default_factory=list)
    journey: Journey | None = None
    survey: Survey | None = None
    uploads: Uploads | None = None
    breakdown: Breakdown | None = None

    def browser_exchanges(self) -> tuple[Exchange, ...]:
        return tuple(each for leg in self.legs for each in leg.exchanges())

    def handed_over(self) -> tuple[Exchange, ...]:
        """The files, which were sent nowhere."""
        return tuple(self.uploads.exchanges) if self.uploads is not None else ()

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
    evidence.uploads = visit.uploads
    journey = Journey(
        visit=visit,
        persona=job.persona,
        total=sum(len(steps) for steps in journeys),
        file=job.run.scenario.place.file,
        until_step=shared.until_step,
    )
    evidence.journey = journey
    memories: dict[str, Memory] = {}
    for index, leg in enumerate(legs):
        if leg.after:
            progress("waiting for server calls")
            await _until_settled(job, shared, evidence)
        ahead = evidence.ahead + leg.after
        entry = LegEvidence(
            number=index, leg=leg, profile=job.profile_of(leg), ahead=ahead, started_at=shared.clock() + ahead
        )
        evidence.legs.append(entry)
        visit.leg = index
        journey.progress = progress if len(legs) == 1 else _of_leg(progress, leg, index)
        if leg.is_away:
            await journey.travel(journeys[index], None)
        else:
            comes_back = any(later.device == leg.device for later in legs[index + 1 :])
            memory = await with_browser(
                job,
                shared,
                entry,
                journey,
                journeys[index],
                number=number,
                answers=answers,
                memory=memories.get(leg.device),
                comes_back=comes_back,
            )
            memories |= {leg.device: memory} if memory is not None else {}
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
    backend = Backend(
        site_url=job.site.url,
        hosts=tuple(host.lower() for host in (*job.site.hosts, *job.site.allow_hosts)),
        address=("127.0.0.1", place.port) if place is not None else None,
        environment=shared.environment,
    )
    return Visit(
        device=None,
        site_url=job.site.url,
        data_layer=job.site.data_layer,
        timeout=shared.step_timeout,
        clock=lambda: shared.clock() + evidence.ahead,
        variables=starting_variables(job.persona, job.run.scenario.variables),
        backend=backend,
        surveyor=survey,
        may_order=job.may_order,
        pause=job.pause,
        answer=answers.choose,
        uploads=Uploads(
            run_id=job.run.id,
            persona=job.persona,
            rows_in=job.rows_in,
            get=lambda address: fetched(backend, address, timeout=shared.step_timeout),
        ),
        conversions=conversions,
    )


async def _until_settled(job: RunJob, shared: Surroundings, evidence: _Evidence) -> ServerSource:
    assert evidence.journey is not None
    assert evidence.survey is not None
    evidence.survey.teach()
    conversions, known = evidence.journey.visit.conversions, (*evidence.browser_exchanges(), *evidence.handed_over())
    return await shared.server_side.until_settled(
        job.run.id,
        job.run.scenario.snapshot.server_calls,
        lambda mine: job.settled(conversions, (*known, *mine)),
        foreign=job.site.key if job.site.is_foreign else "",
    )


async def _finished(
    job: RunJob, shared: Surroundings, evidence: _Evidence, progress: Callable[[str], None]
) -> RecordedRun:
    """The recording of what there is, after the server has had its time."""
    journey = evidence.journey
    visit = journey.visit if journey is not None else None
    breakdown = evidence.breakdown or (journey.breakdown if journey is not None else None)
    source = None
    from_server: tuple[Exchange, ...] = ()
    try:
        if journey is not None and journey.steps:
            progress("waiting for server calls")
            source = await _until_settled(job, shared, evidence)
        from_server = _in_visitors_time(shared.server_side.take(job.run.id), evidence.legs)
    except Exception as problem:  # the browser's half is kept, whatever reading it brought up
        breakdown = breakdown or _breakdown(problem)
    exchanges = sorted(
        (*evidence.browser_exchanges(), *from_server, *evidence.handed_over()),
        key=lambda each: (each.started_at, each.id),
    )
    first = next((entry for entry in evidence.legs if not entry.leg.is_away), None)
    recording = Recording(
        run_id=job.run.id,
        suite_id=job.suite_id,
        scenario=job.run.scenario.snapshot,
        profile=_as_here(job.profile, job, shared),
        persona=job.persona.seed,
        started_at=evidence.started_at,
        finished_at=shared.clock() + evidence.ahead,
        harness_version=__version__,
        browser=shared.launcher.info(first.profile) if first is not None else None,
        legs=tuple(_leg_record(entry, job, shared) for entry in evidence.legs),
        steps=tuple(journey.steps) if journey is not None else (),
        consents=tuple(visit.consents) if visit is not None else (),
        conversions=tuple(visit.conversions) if visit is not None else (),
        no_conversions=tuple(dict.fromkeys(visit.no_conversions)) if visit is not None else (),
        exchanges=tuple(exchanges),
        canaries=(*_canaries(evidence), *_self_checks(shared.proxy, evidence)),
        filter_lists=_lists_of(job, shared),
        server_source=source,
        disagreements=tuple(text for listener in _listeners(evidence) for text in listener.disagreements),
        breakdown=_with_site(shared.places.get(job.site.key), breakdown),
        attempt=job.run.attempt,
    )
    return RecordedRun(recording=recording, screenshots=dict(journey.screenshots) if journey is not None else {})


def _as_here(profile: Profile, job: RunJob, shared: Surroundings) -> Profile:
    """The profile as its lists made it; one that no browser of the run needs is as it was written."""
    protection = shared.protections.get(protection_key(profile, job.site))
    return protection.of(profile) if protection is not None else profile


def _leg_record(entry: LegEvidence, job: RunJob, shared: Surroundings) -> LegRecord:
    return LegRecord(
        name=entry.leg.name,
        device=entry.leg.device,
        profile=_as_here(entry.profile, job, shared),
        started_at=entry.started_at,
        finished_at=entry.finished_at or shared.clock() + entry.ahead,
        pause=entry.leg.after,
        browser=None if entry.leg.is_away else shared.launcher.info(entry.profile),
    )


def _in_visitors_time(exchanges: Iterable[Exchange], legs: Sequence[LegEvidence]) -> tuple[Exchange, ...]:
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
