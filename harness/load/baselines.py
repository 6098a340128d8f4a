"""What was agreed that a result is held to?"""

from __future__ import annotations

import json
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

from harness.errors import InputError
from harness.load.documents import close_match, mistake_at, mistakes_in, read_document
from harness.model.gate import AgreedCoverage, Baseline, KnownFinding, KnownRun, MinimumCoverage, MustRun
from harness.model.result import Severity


def load_baseline(path: Path, *, checks: Collection[str]) -> Baseline:
    """The baseline in a file; an `InputError` names every mistake.

    Only what people write is held to the names of today's checks: a finding of one that is gone is fixed.
    """
    document = read_document(path)
    schema = json.loads((files("harness.load") / "schemas" / "baseline.json").read_text("utf-8"))
    mistakes = list(mistakes_in(document, schema))
    for index, entry in enumerate(document.data.get("must_run", ()) if not mistakes else ()):
        if entry["check"] not in checks:
            near = close_match(entry["check"], checks)
            expected = "" if near else f"one of {', '.join(sorted(checks))}"
            place = document.place(("must_run", index, "check"))
            mistakes.append(mistake_at(place, f'unknown check "{entry["check"]}"', expected, near))
    if mistakes:
        raise InputError(mistakes)
    data = document.data
    known = ({**entry, "severity": Severity(entry["severity"])} for entry in data["findings"])
    return Baseline(
        must_run=tuple(MustRun(**entry) for entry in data.get("must_run", ())),
        minimum_coverage=tuple(MinimumCoverage(**entry) for entry in data.get("minimum_coverage", ())),
        runs=tuple(KnownRun(**entry) for entry in data["runs"]),
        findings=tuple(KnownFinding(**entry) for entry in known),
        coverage=tuple(AgreedCoverage(**entry) for entry in data["coverage"]),
    )
