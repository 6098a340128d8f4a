"""What do files that other programs saved say of a visit?

Everything is judged in memory, before anything is written: the visitor is a real one. What is written is the result,
from which he was taken out: what somebody said of him, and what the evidence itself calls a person's.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from harness import __version__
from harness.comparators.suppositions import supposed_conversions
from harness.decode import decode
from harness.errors import InputError, Mistake
from harness.load.call_logs import load_call_logs
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenario
from harness.load.vendor_specs import packaged_specs
from harness.load.visits import load_visit, persona_of
from harness.model.event import Decoded
from harness.model.persona import Persona
from harness.model.profile import Profile
from harness.model.recording import (
    ConsentChoice,
    Conversion,
    EvidenceSource,
    Exchange,
    Fate,
    Origin,
    Recording,
    ServerSource,
)
from harness.model.result import Orphan
from harness.model.scenario import ScenarioSnapshot, Site, VendorAccount
from harness.model.spec import Role
from harness.model.visit import VisitDescription
from harness.pipeline.belonging import Belonging
from harness.pipeline.gaps import SERVERS_UNSEEN, visit_gaps
from harness.pipeline.recording import orphan_of
from harness.pipeline.requests import EvidenceRequest, Specs
from harness.pipeline.strangers import redactor_of
from harness.record.imports import ImportedFile, imported_files
from harness.record.imports.content import steps_of
from harness.redaction import Redactor

# What a visit under an unknown blocker is called; its rules nobody knows.
_AS_FOUND = Profile(
    id="as-visited",
    title="As the visitor's browser was",
    description="Whatever protected the browser that saved the evidence.",
    reviewed="",
    sources=(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedVisit:
    """A visit as files tell of it, with the identifiers in it: in memory only. `orphans` are calls of others."""

    recording: Recording
    persona: Persona
    redactor: Redactor
    orphans: tuple[Orphan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the scenario and the description say, as far as there are any."""

    visit: VisitDescription = field(default_factory=lambda: VisitDescription(persona=persona_of({})))
    scenario: ScenarioSnapshot | None = None
    profile: Profile | None = None


def visit_in(request: EvidenceRequest, specs: Specs) -> ImportedVisit:
    told = _told(request, specs)
    files = [*_files(request)]
    browser = [each for file in files if file.source.origin is Origin.BROWSER for each in file.exchanges]
    persona = _with_click_ids(told.visit.persona, browser, specs)
    belonging = Belonging(
        persona=persona,
        orders=[order.order_id for order in told.visit.orders],
        accounts=_vendors_told(told),
        specs=specs,
    )
    server, left_over = belonging.shared_out(_server_calls(files, bool(browser)), browser)
    exchanges = sorted((*browser, *server), key=lambda each: (each.started_at, each.id))
    if not exchanges:
        raise _nothing_in(request, len(left_over))
    snapshot = _snapshot(request, told, exchanges, persona, specs)
    accounts = {account.vendor: account for account in snapshot.vendors}
    decoded = decode(exchanges, specs.values(), accounts)
    recording = _recording(files, told, snapshot, exchanges, decoded)
    recording = replace(recording, gaps=tuple(_gaps(recording, persona)))
    # A key that is in no file: whoever has the report cannot try out whose fingerprint one is.
    redactor = redactor_of((*exchanges, *left_over), decoded.events, persona, secrets.token_hex(), specs)
    return ImportedVisit(
        recording=redactor.without_tokens(recording),
        persona=persona,
        redactor=redactor,
        orphans=tuple(orphan_of(exchange, redactor, specs) for exchange in left_over),
    )


def _nothing_in(request: EvidenceRequest, of_others: int) -> InputError:
    found, expected = "no request of the web in it", ""
    if of_others:
        found = f"none of its {of_others} calls is about the visit"
        expected = "calls that carry one of its orders or something of its visitor"
    files = (*request.files, *request.server)
    return InputError([Mistake(file=str(file), found=found, expected=expected) for file in files])


def _told(request: EvidenceRequest, specs: Specs) -> _Told:
    profiles = load_profiles()
    told = _Told()
    if request.scenario is not None:
        scenario = load_scenario(request.scenario, vendors=specs, profiles=profiles, environment=request.environment)
        told = replace(told, scenario=scenario.snapshot)
    if request.visit is not None:
        visit = load_visit(request.visit, vendors=specs, profiles=profiles)
        told = replace(told, visit=visit, profile=profiles.get(visit.profile))
    return told


def _files(request: EvidenceRequest) -> Iterator[ImportedFile]:
    forms = load_call_logs(packaged_specs() / "call_logs.yaml")
    number = 0
    for paths, is_servers in ((request.files, False), (request.server, True)):
        for path in paths:
            number += 1
            yield from imported_files(path, number, is_servers=is_servers, origins=request.origins, forms=forms)


def _with_click_ids(persona: Persona, browser: Iterable[Exchange], specs: Specs) -> Persona:
    """The click IDs the visitor came with stand in the addresses of pages; the first of a kind is meant."""
    known = {click.parameter for spec in specs.values() for click in spec.click_ids}
    found: dict[str, str] = {}
    for exchange in browser:
        if exchange.type == "document":
            for name, value in parse_qsl(urlsplit(exchange.request.url).query):
                if name in known:
                    found.setdefault(name, value)
    return replace(persona, click_ids=found)


def _server_calls(files: Iterable[ImportedFile], with_browser: bool) -> list[Exchange]:
    """What a collector received is no call of a server's, and the browser's own calls tell of it."""
    return [
        each
        for file in files
        if file.source.origin is Origin.SERVER and not (file.is_received and with_browser)
        for each in file.exchanges
    ]


def _vendors_told(told: _Told) -> tuple[VendorAccount, ...]:
    own = {account.vendor: account for account in told.scenario.vendors} if told.scenario is not None else {}
    return tuple((own | {account.vendor: account for account in told.visit.vendors}).values())


def _snapshot(
    request: EvidenceRequest, told: _Told, exchanges: Sequence[Exchange], persona: Persona, specs: Specs
) -> ScenarioSnapshot:
    files = (*request.files, *request.server)
    vendors = _vendors_told(told) or _vendors_seen(exchanges, specs)
    site = told.visit.site or (told.scenario.site.url if told.scenario is not None else "") or _site_of(exchanges)
    landing = {click.parameter for account in vendors for click in specs[account.vendor].click_ids}
    title = told.visit.title or (told.scenario.title if told.scenario is not None else f"Visit in {files[0].name}")
    name = told.scenario.id if told.scenario is not None else files[0].stem
    return ScenarioSnapshot(
        id=name,
        title=title,
        site=Site(url=site),
        vendors=vendors,
        landing_parameters=tuple(sorted(landing & persona.click_ids.keys())),
    )


def _vendors_seen(exchanges: Sequence[Exchange], specs: Specs) -> tuple[VendorAccount, ...]:
    """Every vendor that anything was told of; on which channels the site means to tell it, nobody says."""
    events = decode(exchanges, specs.values()).events
    seen = dict.fromkeys(event.vendor for event in events if event.role is not Role.AUXILIARY)
    return tuple(
        VendorAccount(vendor=vendor, channels=("collect",) if specs[vendor].kind == "transport" else ("tag", "capi"))
        for vendor in seen
    )


def _site_of(exchanges: Iterable[Exchange]) -> str:
    page = next((exchange.request.url for exchange in exchanges if exchange.type == "document"), "")
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}" if page else ""


def _recording(
    files: Sequence[ImportedFile],
    told: _Told,
    snapshot: ScenarioSnapshot,
    exchanges: Sequence[Exchange],
    decoded: Decoded,
) -> Recording:
    started_at = exchanges[0].started_at
    finished_at = max(each.ended_at or each.started_at for each in exchanges)
    browser = [each for each in exchanges if each.origin is Origin.BROWSER]
    digest = hashlib.sha256("\n".join(f"{each.started_at} {each.id}" for each in exchanges).encode()).hexdigest()
    consent = told.visit.consent
    return Recording(
        run_id=f"{snapshot.id}--{digest[:8]}",
        suite_id=digest[:10],
        scenario=snapshot,
        profile=_profile(told, exchanges),
        persona=told.visit.persona.seed,
        started_at=started_at,
        finished_at=finished_at,
        harness_version=__version__,
        steps=steps_of(browser, finished_at),
        consents=(ConsentChoice(state=consent, at=started_at, step=0),) if consent else (),
        conversions=_conversions(told.visit.orders, exchanges, decoded),
        exchanges=tuple(exchanges),
        server_source=_server_source(files, told.visit),
        sources=tuple(_source(file, bool(browser)) for file in files),
    )


def _profile(told: _Told, exchanges: Iterable[Exchange]) -> Profile:
    if told.profile is not None:
        return told.profile
    if any(exchange.fate is Fate.BLOCKED for exchange in exchanges):
        return replace(_AS_FOUND, title=f"{_AS_FOUND.title}: it blocked requests", extensions=("its own",))
    return _AS_FOUND


def _conversions(
    orders: Sequence[Conversion], exchanges: Sequence[Exchange], decoded: Decoded
) -> tuple[Conversion, ...]:
    """The orders at the times that are said, else when the first call named them; without any, what calls tell of."""
    if not orders:
        return supposed_conversions(decoded.events)
    first = {event.order_id: event.received_at for event in reversed(decoded.events) if event.order_id}
    end = exchanges[-1].started_at
    return tuple(replace(order, at=order.at or first.get(order.order_id, end)) for order in orders)


def _server_source(files: Sequence[ImportedFile], visit: VisitDescription) -> ServerSource:
    names = [file.source.name for file in files if file.source.origin is Origin.SERVER]
    if not names:
        note = "no file tells what the site's servers sent"
        return ServerSource(kind="none", budget=0.0, observable=False, note=note)
    settled = visit.server_calls_complete
    note = f"{', '.join(names)}; {'said to be' if settled else 'nobody says that this is'} all that was sent"
    return ServerSource(kind="files", budget=0.0, settled=settled, note=note)


def _gaps(recording: Recording, persona: Persona) -> Iterator[str]:
    """What nobody says of the visit, and what therefore stays open."""
    if not recording.saw_browser:
        yield "what the browser sent: no tag can be missed, and none compared with a server call"
    if recording.server_source is not None and not recording.server_source.observable:
        yield SERVERS_UNSEEN
    elif recording.server_source is not None and not recording.server_source.settled:
        yield "whether the server calls are complete: one that is not there may be missing in the file alone"
    yield from visit_gaps(recording, persona)


def _source(file: ImportedFile, with_browser: bool) -> EvidenceSource:
    if not (file.is_received and with_browser):
        return file.source
    lack = "what the collector received was left out: the browser's own calls tell of it"
    return replace(file.source, taken=0, lacks=(*file.source.lacks, lack))
