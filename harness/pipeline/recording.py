"""What does recording need from the other rooms, and what becomes of what it brings?"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from harness import demo
from harness.decode import answer_for, decode, rows_in
from harness.decode.matching import is_library, library_hosts
from harness.model.persona import Persona
from harness.model.profile import Profile
from harness.model.recording import Conversion, Exchange, Fate, Recording, Request, Response
from harness.model.result import Orphan
from harness.model.scenario import Run, Site
from harness.model.spec import Role
from harness.personas import make_persona
from harness.pipeline.live_sites import is_live
from harness.pipeline.requests import Progress, Specs
from harness.plan import click_ids_of, seed_of
from harness.record.libraries import Libraries
from harness.record.session import RecordedRun, RunJob, SiteSetup, SuiteRecording
from harness.record.storage import holds_recording, write_recording
from harness.redaction import Redactor


def job_for(
    run: Run,
    specs: Specs,
    profiles: Mapping[str, Profile],
    suite_id: str,
    *,
    may_order: bool = True,
    pause: float = 0.0,
) -> RunJob:
    """`pause` is for live sites alone."""
    snapshot = run.scenario.snapshot
    accounts = {account.vendor: account for account in snapshot.vendors}

    def keys_of(exchange: Exchange) -> dict[str, frozenset[str]]:
        events = decode([exchange], specs.values(), accounts).events
        return {
            "order_id": frozenset(event.order_id for event in events if event.order_id),
            "event_id": frozenset(event.event_id for event in events if event.event_id),
            "browser_id": frozenset(value for event in events for value in event.browser_ids.values()),
        }

    def calls_of(exchange: Exchange) -> frozenset[tuple[str, str, str]]:
        events = decode([exchange], specs.values(), accounts).events
        return frozenset((event.vendor, event.channel, event.event) for event in events)

    def settled(conversions: Sequence[Conversion], exchanges: Sequence[Exchange]) -> bool:
        events = decode(exchanges, specs.values(), accounts).events
        return all(
            sum(
                event.vendor == account.vendor
                and event.channel == "capi"
                and event.role is Role.EVENT
                and event.event == name
                for event in events
            )
            >= sum(
                conversion.event == name and ("offline" if conversion.is_offline else "capi") in account.channels
                for conversion in conversions
            )
            for account in snapshot.vendors
            if {"capi", "offline"} & set(account.channels)
            for name in {conversion.event for conversion in conversions}
        )

    return RunJob(
        run=run,
        persona=make_persona(seed_of(run), click_ids_of(snapshot, specs)),
        profile=profiles[run.profile],
        leg_profiles={leg.profile: profiles[leg.profile] for leg in run.scenario.legs if leg.profile},
        site=site_setup(snapshot.site),
        suite_id=suite_id,
        keys_of=keys_of,
        settled=settled,
        may_order=may_order,
        pause=pause if is_live(snapshot.site) else 0.0,
        calls_of=calls_of,
        rows_in=lambda request: rows_in(request, specs.values()),
    )


def site_setup(site: Site) -> SiteSetup:
    if site.demo:
        embedded = demo.site(site.demo, site.options)
        return SiteSetup(
            key=json.dumps([site.demo, site.options], sort_keys=True),
            url=embedded.url,
            hosts=embedded.hosts,
            command=embedded.command,
            data_layer=embedded.data_layer,
        )
    return SiteSetup(
        key=site.url,
        url=site.url,
        hosts=(_host(site.url),),
        data_layer=site.data_layer,
        allow_hosts=site.allow_hosts,
        is_live=is_live(site),
    )


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def store(recorded: RecordedRun, folder: Path, specs: Specs, progress: Progress) -> None:
    """Redact first, then write: nothing raw reaches the disk."""
    recording = recorded.recording
    redactor = redactor_for([persona_of(recording, specs)], recording.run_id, specs)
    safe = redactor.redact_recording(_trimmed(recording))
    write_recording(folder / recording.run_id, safe, recorded.screenshots)
    progress.say(recording.run_id, "recorded")


def _trimmed(recording: Recording) -> Recording:
    """Pages, scripts and pictures of the site are no evidence, and most of the bytes."""
    return replace(
        recording,
        exchanges=tuple(
            replace(exchange, response=replace(exchange.response, body=None))
            if exchange.response is not None and exchange.answered_by != "stand-in"
            else exchange
            for exchange in recording.exchanges
        ),
    )


def persona_of(recording: Recording, specs: Specs) -> Persona:
    return make_persona(recording.persona, click_ids_of(recording.scenario, specs))


def redactor_for(
    personas: Sequence[Persona],
    salt: str,
    specs: Specs,
    strangers: Mapping[str, str] | None = None,
    known_ids: Collection[str] | None = None,
) -> Redactor:
    cookies = {click.cookie for spec in specs.values() for click in spec.click_ids if click.cookie}
    cookies |= {cookie for spec in specs.values() for cookie in spec.browser_ids.values()}
    secrets = {name for spec in specs.values() for name in spec.secrets}
    return Redactor(personas, salt=salt, secrets=secrets, cookies=cookies, strangers=strangers, known_ids=known_ids)


def orphans_of(leftovers: Iterable[SuiteRecording], runs: Collection[Run], specs: Specs) -> tuple[Orphan, ...]:
    personas = [make_persona(seed_of(run), click_ids_of(run.scenario.snapshot, specs)) for run in runs]
    redactor = redactor_for(personas, "orphans", specs)
    return tuple(
        replace(orphan_of(exchange, redactor, specs), late_for=run_id)
        for leftover in leftovers
        for exchange, run_id in leftover.late_or_orphan
        # What a backend of somebody else's says to others than vendors is none of ours.
        if exchange.answered_by or exchange.fate is not Fate.ANSWERED
    )


def orphan_of(exchange: Exchange, redactor: Redactor, specs: Specs) -> Orphan:
    """A call that broke off says so: it may lack the body by which its run would be known."""
    address = f"{exchange.request.method} {exchange.request.url.split('?', 1)[0]}"
    summary = f"{address} (broken off: {exchange.error})" if exchange.error else address
    return Orphan(
        summary=redactor.redact_for_reading(summary),
        vendor=next((event.vendor for event in decode([exchange], specs.values()).events), ""),
        at=exchange.started_at,
    )


def stand_ins(specs: Specs) -> Callable[[Request], Response | None]:
    """What answers in the vendors' places, as their specs say."""
    return lambda sent: answer_for(sent, specs.values(), time.time())


def base_urls(specs: Specs) -> dict[str, str]:
    """What stands for each vendor where a server cannot use a proxy, by the first part of the path."""
    return {name: url for spec in specs.values() for name, url in spec.api.items()}


def libraries(specs: Specs) -> Libraries:
    """The vendors' code, which a site that we did not start has to fetch from them."""
    known = tuple(specs.values())
    return Libraries(has=lambda sent: is_library(sent, known), hosts=library_hosts(known))


def emptied(folder: Path) -> Path:
    """A folder for recordings without those of an earlier suite; anything else in it stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if holds_recording(old):
            shutil.rmtree(old)
    return folder


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where filter lists and our certificate authority live between suites, private to the user."""
    base = environment.get("HARNESS_CACHE") or environment.get("XDG_CACHE_HOME")
    folder = Path(base) if base else Path.home() / ".cache"
    return folder / "conversion-harness"
