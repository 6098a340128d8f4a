"""How often is the harness right, on all faults of the catalogue and on recordings that are healthy?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from harness.accuracy import (
    CATALOGUE,
    VISIT_FAULTS,
    Accuracy,
    Trial,
    Visit,
    healthy_alarms,
    pairs_of,
    summarised,
    trials_of,
    visit_alarms,
    visit_trials,
)
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.persona import Persona
from harness.model.recording import Recording
from harness.pipeline.judging import recordings_in, restored
from harness.pipeline.requests import Progress, Specs
from harness.record.storage import read_recording
from harness.redaction import identifiers_named


def measured(folders: Sequence[Path], progress: Progress) -> Accuracy:
    """The accuracy on these healthy recordings; each vendor of each recording is judged in a process of its own.

    So are the mistakes that are about the visit as a whole.
    """
    found = list({path.resolve(): path for folder in folders for path in recordings_in(folder)}.values())
    tasks = [(path, vendor) for path in found for vendor in _vendors(path)]
    progress.say("", f"trying {len(CATALOGUE) + len(VISIT_FAULTS)} faults on {len(tasks)} healthy orders")
    trials: list[Trial] = []
    pairs: list[Trial] = []
    alarms: list[str] = []
    with ProcessPoolExecutor() as pool:
        for seeded, paired, healthy in pool.map(_tried, tasks):
            trials += seeded
            pairs += paired
            alarms += healthy
        for seeded, healthy in pool.map(_visited, found):
            trials += seeded
            alarms += healthy
    return summarised(trials, healthy=len(tasks), false_alarms=alarms, pairs=pairs)


def _tried(task: tuple[Path, str]) -> tuple[list[Trial], list[Trial], list[str]]:
    path, vendor = task
    recording, persona = _read(path)
    singles = trials_of(recording, persona, _specs(), CATALOGUE, vendor)
    return (
        singles,
        pairs_of(recording, persona, _specs(), CATALOGUE, singles),
        healthy_alarms(recording, persona, _specs(), vendor),
    )


def _visited(path: Path) -> tuple[list[Trial], list[str]]:
    stored = read_recording(path)
    recording, persona, redactor = restored(stored, _specs())
    visit = Visit(
        recording=recording,
        stored=stored,
        persona=persona,
        redact=redactor.redact_recording,
        named=identifiers_named,
    )
    return visit_trials(visit, _specs(), VISIT_FAULTS), visit_alarms(visit, _specs())


def _vendors(path: Path) -> Iterator[str]:
    recording, _ = _read(path)
    if not recording.conversions:
        return
    yield from (account.vendor for account in recording.scenario.vendors)


@cache
def _specs() -> Specs:
    return load_vendor_specs(packaged_specs())


@cache
def _read(path: Path) -> tuple[Recording, Persona]:
    recording, persona, _ = restored(read_recording(path), _specs())
    return recording, persona
