"""What stands in one cell of the matrix: one vendor in one run?"""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.facts import VendorFacts
from harness.model.recording import Fate, Recording
from harness.model.result import CheckOutcome, MatrixRow, Outcome, Severity


def matrix_row(facts: VendorFacts, recording: Recording, outcomes: Sequence[Outcome]) -> MatrixRow:
    copies = facts.copies
    predictions = facts.dedup
    return MatrixRow(
        vendor=facts.spec.id,
        title=facts.spec.title,
        orders=len(recording.conversions),
        tag_events=sum(len(copy.tag) for copy in copies),
        capi_events=sum(len(copy.capi) for copy in copies),
        collect_events=sum(len(copy.collect) for copy in copies),
        blocked_events=sum(event.fate is Fate.BLOCKED for event in facts.events),
        counted=sum(prediction.counted for prediction in predictions) if predictions else None,
        coverage={entry.channel: entry.score for entry in facts.coverage},
        missing_identifiers={entry.channel: entry.missing for entry in facts.coverage if entry.missing},
        note=_note(facts),
        state=_state(outcomes),
    )


def _state(outcomes: Sequence[Outcome]) -> str:
    severities = {finding.severity for outcome in outcomes for finding in outcome.findings}
    if Severity.ERROR in severities:
        return "failed"
    if any(outcome.undecided for outcome in outcomes):
        return "inconclusive"
    if Severity.WARNING in severities:
        return "warning"
    judged = any(outcome.outcome is CheckOutcome.PASSED for outcome in outcomes)
    return "passed" if judged else "skipped"


def _note(facts: VendorFacts) -> str:
    notes = [
        f"{prediction.event}: {' or '.join(str(number) for number in prediction.alternatives)}, it depends"
        for prediction in facts.dedup
        if len(prediction.alternatives) > 1
    ]
    stripped = sorted({fact.parameter for fact in facts.click_ids if fact.state == "stripped"})
    if stripped:
        notes.append(f"{', '.join(stripped)} taken away by the profile")
    return "; ".join(notes)
