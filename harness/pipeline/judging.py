"""What do stored recordings say, with today's specs?"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness import __version__
from harness.checks import judge, judge_run
from harness.checks.check import cite
from harness.comparators import compare, exposures, layer_facts, without_strangers
from harness.decode import decode
from harness.errors import InputError, Mistake
from harness.model.event import Decoded
from harness.model.facts import Evidence, Exposure, LayerFact, RunEvidence, VendorFacts
from harness.model.persona import Persona
from harness.model.recording import Recording
from harness.model.result import RunResult, SpecInfo, SuiteResult
from harness.model.scenario import ScenarioSnapshot
from harness.pipeline.evidence import ImportedVisit
from harness.pipeline.recording import persona_of, redactor_for
from harness.pipeline.requests import Specs
from harness.pipeline.strangers import ids_in
from harness.record.storage import RECORDING_FILE, holds_recording, read_recording
from harness.redaction import Redactor, identifiers_named
from harness.verdicts import baseline_of, last_attempts, losses, run_result, suite_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecording:
    """One recording with its identifiers put back, in memory only. It is a `Visit`, so it can be a baseline."""

    recording: Recording
    folder: Path | None
    persona: Persona
    redactor: Redactor
    decoded: Decoded
    facts: Mapping[str, VendorFacts]
    exposures: tuple[Exposure, ...]
    layers: tuple[LayerFact, ...]

    @property
    def scenario(self) -> str:
        return self.recording.scenario.id

    @property
    def profile(self) -> str:
        return self.recording.profile.id

    @property
    def blocking(self) -> bool:
        return self.recording.profile.is_blocking

    @property
    def attempt(self) -> int:
        return self.recording.attempt

    @property
    def refused(self) -> int:
        return max((len(facts.refused) for facts in self.facts.values()), default=0)


def judged(
    folders: Sequence[Path],
    out: Path,
    specs: Specs,
    *,
    title: str,
    suite_id: str = "",
    visits: Sequence[ImportedVisit] = (),
) -> SuiteResult:
    """The recordings in the folders, and the visits that other programs have seen."""
    read = [*(read_evidence(folder, specs) for folder in folders), *(_of_visit(visit, specs) for visit in visits)]
    # Whatever is compared with another run is compared with the last attempt at it.
    latest_first = sorted(read, key=lambda entry: -entry.recording.attempt)
    judged_runs = [(_suite_and_run(entry), _judged_run(entry, latest_first, out, specs)) for entry in read]
    runs = last_attempts(judged_runs)
    return SuiteResult(
        suite_id=suite_id or (read[0].recording.suite_id if read else ""),
        title=title,
        verdict=suite_verdict(runs),
        runs=runs,
        losses=losses(runs),
        orphans=tuple(orphan for visit in visits for orphan in visit.orphans),
        specs=tuple(
            SpecInfo(
                vendor=spec.id,
                title=spec.title,
                kind=spec.kind,
                reviewed=spec.reviewed,
                digest=spec.digest,
                dedup=tuple(cite(spec, rule.rule) for rule in spec.dedup),
            )
            for spec in specs.values()
        ),
        harness_version=__version__,
        created_at=time.time(),
    )


def _suite_and_run(entry: ReadRecording) -> tuple[str, str, str]:
    """What all attempts at one run have in common."""
    return entry.recording.suite_id, entry.recording.scenario.id, entry.recording.profile.id


def read_evidence(folder: Path, specs: Specs) -> ReadRecording:
    stored = read_recording(folder)
    _known_vendors(stored.scenario, specs, folder)
    recording, persona, redactor = restored(stored, specs)
    read = _understood(recording, stored, folder, persona, redactor, specs)
    return read if persona.identifiers() else replace(read, redactor=_of_nobody(read, specs))


def _of_nobody(read: ReadRecording, specs: Specs) -> Redactor:
    """Nobody knows whom the harness listened to: what is in the recording to be compared is no reader's business."""
    return redactor_for([read.persona], secrets.token_hex(), specs, known_ids=ids_in(read.decoded.events))


def _of_visit(visit: ImportedVisit, specs: Specs) -> ReadRecording:
    """What is written of it is the result alone: it is in no folder."""
    stored = visit.redactor.redact_recording(visit.recording)
    return _understood(visit.recording, stored, None, visit.persona, visit.redactor, specs)


def _understood(
    recording: Recording, stored: Recording, folder: Path | None, persona: Persona, redactor: Redactor, specs: Specs
) -> ReadRecording:
    accounts = {account.vendor: account for account in recording.scenario.vendors}
    decoded = decode(recording.exchanges, specs.values(), accounts, recording.legs)
    decoded = without_strangers(decoded, recording, persona, specs)
    return ReadRecording(
        recording=recording,
        folder=folder,
        persona=persona,
        redactor=redactor,
        decoded=decoded,
        facts=compare(recording, decoded, persona, specs),
        exposures=exposures(stored, decoded, identifiers_named),
        layers=layer_facts(stored, identifiers_named, [specs[name] for name in accounts]),
    )


def restored(stored: Recording, specs: Specs) -> tuple[Recording, Persona, Redactor]:
    """The recording with its identifiers put back, in memory only, its persona, and what hides them again."""
    persona = persona_of(stored, specs)
    redactor = redactor_for([persona], stored.run_id, specs)
    return redactor.restore_recording(stored), persona, redactor


def _known_vendors(snapshot: ScenarioSnapshot, specs: Specs, folder: Path) -> None:
    for account in snapshot.vendors:
        if account.vendor not in specs:
            raise InputError(
                [
                    Mistake(
                        file=str(folder / RECORDING_FILE),
                        found=f'there is no spec for the vendor "{account.vendor}"',
                        expected=f"one of {', '.join(specs)}",
                    )
                ]
            )


def _judged_run(entry: ReadRecording, all_read: Sequence[ReadRecording], out: Path, specs: Specs) -> RunResult:
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
                other_orders=_orders_by_key(vendor, [other for other in all_read if other is not entry]),
            )
        )
    ]
    baseline = baseline_of(entry, all_read)
    outcomes += judge_run(
        RunEvidence(
            recording=entry.recording,
            persona=entry.persona,
            decoded=entry.decoded,
            vendors=entry.facts,
            exposures=entry.exposures,
            layers=entry.layers,
            baseline=baseline.recording if baseline is not None else None,
        )
    )
    result = run_result(entry.recording, entry.decoded, entry.facts, outcomes, specs, _relative(entry.folder, out))
    return entry.redactor.redact_structure(result)


def _orders_by_key(vendor: str, others: Sequence[ReadRecording]) -> dict[str, tuple[str, ...]]:
    """Which orders of other runs used which event ID."""
    found: dict[str, dict[str, None]] = {}
    for other in others:
        for copies in other.facts[vendor].copies if vendor in other.facts else ():
            for event in (*copies.tag, *copies.capi):
                if event.key:
                    found.setdefault(event.key, {})[copies.conversion.order_id] = None
    return {key: tuple(orders) for key, orders in found.items()}


def _relative(folder: Path | None, out: Path) -> str:
    """Where a recording is from the report's point of view, also when it is kept beside or above it."""
    if folder is None:
        return ""
    try:
        return Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()
    except ValueError:  # on another drive
        return folder.name


def is_recording(path: Path) -> bool:
    """A folder, or the file of a recording itself; any other file is of another program's making."""
    return path.is_dir() or path.name == RECORDING_FILE or not (path.suffix or path.exists())


def recordings_in(folder: Path) -> list[Path]:
    if holds_recording(folder):
        return [folder]
    found = sorted(path.parent for path in folder.glob(f"**/{RECORDING_FILE}"))
    if not found:
        expected = f"a folder with {RECORDING_FILE}, or above one"
        raise InputError([Mistake(file=str(folder), found="no recording here", expected=expected)])
    return found
