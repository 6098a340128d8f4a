"""The whole story: load, plan, record, judge, report. Nothing else strings the rooms together."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from harness import __version__, demo
from harness.checks import CHECKS, judge
from harness.comparators import compare, stripped_parameters
from harness.conformance import conformance, table
from harness.decode import answer_for, decode
from harness.errors import ExitCode, InputError, Mistake
from harness.load.documents import close_match
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenarios
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.event import Decoded
from harness.model.facts import Evidence, VendorFacts
from harness.model.persona import Persona
from harness.model.recording import Conversion, Exchange, Recording
from harness.model.result import Orphan, RunResult, Severity, SpecInfo, SuiteResult, Verdict
from harness.model.scenario import Run, Scenario, ScenarioSnapshot, Site
from harness.model.spec import Role, VendorSpec
from harness.personas import make_persona
from harness.plan import click_ids_of, plan_runs, seed_of
from harness.record.session import (
    RecordedRun,
    RecordSettings,
    RunJob,
    SiteSetup,
    SuiteRecording,
    record_suite,
)
from harness.record.steps import STEP_VERBS
from harness.record.storage import read_recording, write_recording
from harness.redaction import Redactor
from harness.report import REPORTERS
from harness.report.json_result import read_json
from harness.report.terminal import summary_table
from harness.report.vendor_page import render_vendor
from harness.verdicts import run_result, suite_verdict

__all__ = [
    "RunRequest",
    "SuiteOutcome",
    "audit",
    "catalogue",
    "read_corpora",
    "render",
    "run_suite",
    "summary_table",
    "vendor_page",
]

Specs = Mapping[str, VendorSpec]


class Progress(Protocol):
    def say(self, run_id: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the command line asks for. `faults` and `wirings` concern embedded sites only; `profiles_from` is a folder
    with profiles of the user's own."""

    scenarios: tuple[Path, ...]
    out: Path
    profiles: tuple[str, ...] = ()
    workers: int = 2
    browser: str = ""
    headed: bool = False
    enforcer: str = "auto"
    lists: str = "installed"
    fail_on: Severity = Severity.ERROR
    environment: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    wirings: tuple[str, ...] = ()
    profiles_from: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOutcome:
    """The judged suite, the folder of its report, and what the process should answer to the shell."""

    result: SuiteResult
    folder: Path
    exit_code: ExitCode


def run_suite(request: RunRequest, progress: Progress) -> SuiteOutcome:
    """Record and judge scenarios. Interrupted, it judges what was finished until then."""
    specs = load_vendor_specs(packaged_specs())
    profiles = load_profiles() | (load_profiles(request.profiles_from) if request.profiles_from else {})
    scenarios = _chosen(
        load_scenarios(request.scenarios, vendors=specs, profiles=profiles, environment=request.environment), request
    )
    suite_id = secrets.token_hex(5)
    runs = plan_runs(scenarios, request.profiles, suite_token=suite_id, specs=specs)
    recordings = _emptied(request.out / "recordings")
    leftovers = SuiteRecording(late_or_orphan=(), refused_hosts=())
    interrupted = False
    with tempfile.TemporaryDirectory(prefix="harness-") as work:
        settings = RecordSettings(
            workers=request.workers,
            headed=request.headed,
            browser=request.browser or request.environment.get("HARNESS_BROWSER", ""),
            enforcer=request.enforcer,
            lists=request.environment.get("HARNESS_FILTER_LISTS", request.lists),
            cache=_cache(request.environment),
            work=Path(work),
        )
        jobs = [_job(run, specs, profiles[run.profile], suite_id) for run in runs]
        try:
            leftovers = asyncio.run(
                record_suite(
                    jobs,
                    settings,
                    answer=lambda sent: answer_for(sent, specs.values(), time.time()),
                    on_progress=progress.say,
                    on_recorded=lambda recorded: _store(recorded, recordings, specs, progress),
                )
            )
        except KeyboardInterrupt:
            interrupted = True
            progress.say("", "stopped; judging the runs that were finished")
    orphans = _orphans(leftovers, runs, specs)
    folders = sorted(folder for folder in recordings.iterdir() if (folder / "recording.json").is_file())
    result = _judged(folders, request.out, specs, title="Conversion tracking test", suite_id=suite_id)
    result = replace(result, orphans=orphans, refused_hosts=tuple(sorted(leftovers.refused_hosts)))
    if interrupted:
        result = replace(result, verdict=_weaker(result.verdict))
    _write_leftovers(request.out, orphans, result.refused_hosts)
    return _reported(result, request.out, request.fail_on)


def audit(folders: Sequence[Path], out: Path, *, fail_on: Severity, progress: Progress) -> SuiteOutcome:
    """Judge stored recordings again with today's specs; `folders` are recordings or folders that hold some."""
    specs = load_vendor_specs(packaged_specs())
    found = [recording for folder in folders for recording in _recordings_in(folder)]
    progress.say("", f"judging {len(found)} recordings")
    return _reported(_judged(found, out, specs, title="Audit of recordings"), out, fail_on)


def render(result_path: Path, out: Path) -> SuiteOutcome:
    """Render a stored result again; pictures are looked for beside it."""
    try:
        text = result_path.read_text("utf-8")
    except OSError as error:
        raise InputError(
            [Mistake(file=str(result_path), found=str(error.strerror), expected="a result.json")]
        ) from None
    return _reported(read_json(text, str(result_path)), out, Severity.ERROR, pictures=result_path.parent)


def catalogue(kind: str) -> list[tuple[str, str]]:
    """Names and one line about each, for `harness list`."""
    if kind == "faults":
        return [(fault.name, fault.title) for fault in demo.FAULTS.values()]
    if kind == "wirings":
        return list(demo.WIRINGS.items())
    if kind == "checks":
        return [(check.id, check.title) for check in CHECKS.values()]
    if kind == "profiles":
        return [(profile.id, profile.title) for profile in load_profiles().values()]
    if kind == "steps":
        return [(verb, (function.__doc__ or "").strip().splitlines()[0]) for verb, function in STEP_VERBS.items()]
    specs = load_vendor_specs(packaged_specs())
    if kind == "vendors":
        return [(spec.id, f"{spec.title}, reviewed {spec.reviewed}") for spec in specs.values()]
    scenarios = load_scenarios([_shipped_scenarios()], vendors=specs, profiles=load_profiles(), environment={})
    return [(scenario.id, scenario.snapshot.title) for scenario in scenarios]


def vendor_page(name: str) -> str:
    """The Markdown page of one vendor."""
    specs = load_vendor_specs(packaged_specs())
    if name not in specs:
        raise InputError(
            [
                Mistake(
                    file="vendor",
                    found=f'unknown vendor "{name}"',
                    expected=f"one of {', '.join(specs)}",
                    remedy=close_match(name, list(specs)),
                )
            ]
        )
    return render_vendor(specs[name])


def write_vendor_pages(folder: Path) -> list[Path]:
    """One Markdown page for each vendor spec; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    specs = load_vendor_specs(packaged_specs())
    paths = [folder / f"{name}.md" for name in specs]
    for path, spec in zip(paths, specs.values(), strict=True):
        _write(path, render_vendor(spec))
    return paths


def read_corpora(paths: Sequence[Path]) -> list[str]:
    """How well the specs read requests of other people's making (JSON lines), as a table."""
    lines = [line for path in paths for line in _text_of(path).splitlines()]
    return list(table(conformance(lines, load_vendor_specs(packaged_specs()))))


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InputError([Mistake(file=str(path), found=str(error.strerror), expected="JSON lines")]) from None


# --- planning and recording ---------------------------------------------------------------------------------------


def _chosen(scenarios: Sequence[Scenario], request: RunRequest) -> list[Scenario]:
    """The scenarios with the wanted wiring, broken as asked."""
    mistakes = [
        Mistake(file="--wiring", found=f'unknown wiring "{name}"', expected=f"one of {', '.join(demo.WIRINGS)}")
        for name in request.wirings
        if name not in demo.WIRINGS
    ]
    if mistakes:
        raise InputError(mistakes)
    chosen = []
    for scenario in scenarios:
        site = scenario.snapshot.site
        if request.wirings and site.options.get("wiring") not in request.wirings:
            continue
        scenario = replace(scenario, snapshot=replace(scenario.snapshot, file=_file_to_name(scenario)))
        if request.faults and site.demo:
            wiring = site.options.get("wiring", "")
            suitable = [
                name for name in request.faults if name not in demo.FAULTS or wiring in demo.FAULTS[name].wirings
            ]
            if not suitable:
                continue
            site = replace(site, options={**site.options, "faults": ",".join(suitable)})
            scenario = replace(scenario, snapshot=replace(scenario.snapshot, site=site))
        chosen.append(scenario)
    if not chosen:
        raise InputError(
            [Mistake(file="scenarios", found="no scenario is left", expected="a wiring in which the fault can occur")]
        )
    return chosen


def _file_to_name(scenario: Scenario) -> str:
    """The scenario's file as a command would name it from here; none for the embedded shop's own."""
    file = Path(scenario.place.file)
    if file.resolve().is_relative_to((_shipped_scenarios() / "demo").resolve()):
        return ""
    here = Path.cwd()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()


def _shipped_scenarios() -> Path:
    specs = packaged_specs()
    return specs.parent / ("_scenarios" if specs.name.startswith("_") else "scenarios")


def _job(run: Run, specs: Specs, profile: Any, suite_id: str) -> RunJob:
    snapshot = run.scenario.snapshot
    accounts = {account.vendor: account for account in snapshot.vendors}

    def keys_of(exchange: Exchange) -> dict[str, frozenset[str]]:
        events = decode([exchange], specs.values(), accounts).events
        return {
            "order_id": frozenset(event.order_id for event in events if event.order_id),
            "event_id": frozenset(event.event_id for event in events if event.event_id),
            "browser_id": frozenset(value for event in events for value in event.browser_ids.values()),
        }

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
            >= sum(conversion.event == name for conversion in conversions)
            for account in snapshot.vendors
            if "capi" in account.channels
            for name in {conversion.event for conversion in conversions}
        )

    return RunJob(
        run=run,
        persona=make_persona(seed_of(run), click_ids_of(snapshot, specs)),
        profile=profile,
        site=_site_setup(snapshot.site),
        suite_id=suite_id,
        keys_of=keys_of,
        settled=settled,
    )


def _site_setup(site: Site) -> SiteSetup:
    if site.demo:
        embedded = demo.site(site.options)
        return SiteSetup(
            key=json.dumps(site.options, sort_keys=True),
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
    )


def _host(url: str) -> str:
    return url.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0]


def _store(recorded: RecordedRun, folder: Path, specs: Specs, progress: Progress) -> None:
    """Redact first, then write: nothing raw reaches the disk."""
    recording = recorded.recording
    redactor = _redactor([_persona_of(recording, specs)], recording.run_id, specs)
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


def _persona_of(recording: Recording, specs: Specs) -> Persona:
    return make_persona(recording.persona, click_ids_of(recording.scenario, specs))


def _redactor(personas: Sequence[Persona], salt: str, specs: Specs) -> Redactor:
    cookies = {click.cookie for spec in specs.values() for click in spec.click_ids if click.cookie}
    cookies |= {cookie for spec in specs.values() for cookie in spec.browser_ids.values()}
    return Redactor(
        personas, salt=salt, secrets={name for spec in specs.values() for name in spec.secrets}, cookies=cookies
    )


def _orphans(leftovers: SuiteRecording, runs: Collection[Run], specs: Specs) -> tuple[Orphan, ...]:
    personas = [make_persona(seed_of(run), click_ids_of(run.scenario.snapshot, specs)) for run in runs]
    redactor = _redactor(personas, "orphans", specs)
    return tuple(
        Orphan(
            summary=redactor.redact_for_reading(f"{exchange.request.method} {exchange.request.url.split('?', 1)[0]}"),
            vendor=next((event.vendor for event in decode([exchange], specs.values()).events), ""),
            at=exchange.started_at,
            late_for=run_id,
        )
        for exchange, run_id in leftovers.late_or_orphan
    )


# --- judging and reporting ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One recording with its identifiers put back, in memory only."""

    recording: Recording
    folder: Path
    persona: Persona
    redactor: Redactor
    decoded: Decoded
    facts: Mapping[str, VendorFacts]


def _judged(folders: Sequence[Path], out: Path, specs: Specs, *, title: str, suite_id: str = "") -> SuiteResult:
    read = [_read(folder, specs) for folder in folders]
    runs = tuple(_judged_run(entry, read, out, specs) for entry in read)
    return SuiteResult(
        suite_id=suite_id or (read[0].recording.suite_id if read else ""),
        title=title,
        verdict=suite_verdict(runs),
        runs=runs,
        specs=tuple(
            SpecInfo(vendor=spec.id, title=spec.title, kind=spec.kind, reviewed=spec.reviewed, digest=spec.digest)
            for spec in specs.values()
        ),
        harness_version=__version__,
        created_at=time.time(),
    )


def _read(folder: Path, specs: Specs) -> _Read:
    stored = read_recording(folder)
    _known_vendors(stored.scenario, specs, folder)
    persona = _persona_of(stored, specs)
    redactor = _redactor([persona], stored.run_id, specs)
    recording = redactor.restore_recording(stored)
    accounts = {account.vendor: account for account in recording.scenario.vendors}
    decoded = decode(recording.exchanges, specs.values(), accounts)
    return _Read(
        recording=recording,
        folder=folder,
        persona=persona,
        redactor=redactor,
        decoded=decoded,
        facts=compare(recording, decoded, persona, specs),
    )


def _known_vendors(snapshot: ScenarioSnapshot, specs: Specs, folder: Path) -> None:
    for account in snapshot.vendors:
        if account.vendor not in specs:
            raise InputError(
                [
                    Mistake(
                        file=str(folder / "recording.json"),
                        found=f'there is no spec for the vendor "{account.vendor}"',
                        expected=f"one of {', '.join(specs)}",
                    )
                ]
            )


def _judged_run(entry: _Read, all_read: Sequence[_Read], out: Path, specs: Specs) -> RunResult:
    stripped = stripped_parameters(entry.recording)
    outcomes = [
        outcome
        for vendor, facts in entry.facts.items()
        for outcome in judge(
            Evidence(
                recording=entry.recording,
                persona=entry.persona,
                decoded=entry.decoded,
                vendor=facts,
                all_vendors=entry.facts,
                stripped=stripped,
                blocked_tag=vendor in entry.decoded.blocked_vendors,
                other_orders=_orders_by_key(vendor, [other for other in all_read if other is not entry]),
            )
        )
    ]
    result = run_result(entry.recording, entry.decoded, entry.facts, outcomes, specs, _relative(entry.folder, out))
    return entry.redactor.redact_structure(result)


def _orders_by_key(vendor: str, others: Sequence[_Read]) -> dict[str, tuple[str, ...]]:
    """Which orders of other runs used which event ID."""
    found: dict[str, dict[str, None]] = {}
    for other in others:
        for copies in other.facts[vendor].copies if vendor in other.facts else ():
            for event in (*copies.tag, *copies.capi):
                if event.key:
                    found.setdefault(event.key, {})[copies.conversion.order_id] = None
    return {key: tuple(orders) for key, orders in found.items()}


def _relative(folder: Path, out: Path) -> str:
    """Where a recording is from the report's point of view, also when it is kept beside or above it."""
    try:
        return Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()
    except ValueError:  # on another drive
        return folder.name


def _reported(result: SuiteResult, out: Path, fail_on: Severity, pictures: Path | None = None) -> SuiteOutcome:
    out.mkdir(parents=True, exist_ok=True)
    images = {
        f"{run.folder}/{step.screenshot}": path.read_bytes()
        for run in result.runs
        for step in run.steps
        if step.screenshot
        for path in [(pictures or out) / run.folder / step.screenshot]
        if path.is_file()
    }
    for reporter in REPORTERS.values():
        _write(out / reporter.file_name, reporter.render(result, images))
    return SuiteOutcome(result=result, folder=out, exit_code=exit_code(result, fail_on))


def exit_code(result: SuiteResult, fail_on: Severity) -> ExitCode:
    """1 as soon as a finding reaches the gate, 3 if something could not be judged, else 0."""
    trusted = [run for run in result.runs if run.verdict is not Verdict.INCONCLUSIVE]
    if any(finding.severity.weight >= fail_on.weight for run in trusted for finding in run.findings):
        return ExitCode.FAILED
    return ExitCode.INCONCLUSIVE if result.verdict is Verdict.INCONCLUSIVE else ExitCode.PASSED


def _weaker(verdict: Verdict) -> Verdict:
    """A suite that was stopped never passes."""
    return Verdict.INCONCLUSIVE if verdict is Verdict.PASSED else verdict


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never meets half a report."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def _write_leftovers(out: Path, orphans: Sequence[Orphan], refused: Sequence[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = [{"summary": orphan.summary, "vendor": orphan.vendor, "late_for": orphan.late_for} for orphan in orphans]
    _write(out / "leftovers.json", json.dumps({"orphans": lines, "refused_hosts": list(refused)}, indent=2) + "\n")


def _recordings_in(folder: Path) -> list[Path]:
    if (folder / "recording.json").is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob("**/recording.json"))
    if not found:
        raise InputError(
            [
                Mistake(
                    file=str(folder), found="no recording here", expected="a folder with recording.json, or above one"
                )
            ]
        )
    return found


def _emptied(folder: Path) -> Path:
    """A folder for recordings without those of an earlier suite; anything else in it stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if (old / "recording.json").is_file():
            shutil.rmtree(old)
    return folder


def _cache(environment: Mapping[str, str]) -> Path:
    """Where filter lists and our certificate authority live between suites, private to the user."""
    base = environment.get("HARNESS_CACHE") or environment.get("XDG_CACHE_HOME")
    folder = Path(base) if base else Path.home() / ".cache"
    return folder / "conversion-harness"
