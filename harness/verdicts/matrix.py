"""What stands in one cell of the matrix: one vendor in one run?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from harness.model.facts import DedupPrediction, VendorFacts
from harness.model.recording import Fate
from harness.model.result import Certainty, CheckOutcome, EventCount, MatrixRow, Outcome, RowState, Severity

_COUNT_CHECK = "counted-conversions"


def matrix_row(facts: VendorFacts, outcomes: Sequence[Outcome]) -> MatrixRow:
    copies = (*facts.copies, *facts.refused)
    predictions = facts.dedup
    return MatrixRow(
        vendor=facts.spec.id,
        title=facts.spec.title,
        kind=facts.spec.kind,
        # A vendor need not hear of what happened away from the web.
        orders=sum(prediction.expected for prediction in predictions) if predictions else len(facts.copies),
        tag_events=sum(len(copy.tag) for copy in copies),
        capi_events=sum(len(copy.capi) for copy in copies),
        collect_events=sum(len(copy.collect) for copy in copies),
        blocked_events=sum(event.fate is Fate.BLOCKED for event in facts.events),
        counted=sum(prediction.counted for prediction in predictions) if predictions else None,
        alternatives=_alternatives(predictions),
        certainty=_certainty(predictions),
        coverage={entry.channel: entry for entry in facts.coverage},
        stripped_click_ids=tuple(sorted({fact.parameter for fact in facts.click_ids if fact.state == "stripped"})),
        click_ids=tuple(sorted({fact.parameter for fact in facts.click_ids if fact.state == "carried"})),
        browser_ids=tuple(
            sorted(
                {
                    name
                    for copy in copies
                    for event in (*copy.tag, *copy.capi, *copy.collect)
                    for name, value in event.browser_ids.items()
                    if value
                }
            )
        ),
        note=_note(facts),
        state=row_state(outcomes),
        counts=tuple(
            EventCount(event=each.event, orders=each.expected, counted=each.counted, alternatives=each.alternatives)
            for each in predictions
        ),
        is_open=any(outcome.undecided for outcome in outcomes if outcome.check == _COUNT_CHECK),
    )


def _alternatives(predictions: Sequence[DedupPrediction]) -> tuple[int, ...]:
    """Every sum that the numbers of all event names can make."""
    if not predictions:
        return ()
    numbers = (prediction.alternatives or (prediction.counted,) for prediction in predictions)
    return tuple(sorted({sum(chosen) for chosen in product(*numbers)}))


def _certainty(predictions: Sequence[DedupPrediction]) -> Certainty:
    if any(prediction.undocumented for prediction in predictions):
        return Certainty.UNDOCUMENTED
    if any(prediction.order_sensitive for prediction in predictions):
        return Certainty.ORDER_SENSITIVE
    likely = any(
        prediction.doubtful or any(group.certainty in ("likely", "clock") for group in prediction.groups)
        for prediction in predictions
    )
    return Certainty.LIKELY if likely else Certainty.CERTAIN


def row_state(outcomes: Sequence[Outcome]) -> RowState:
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    counting = {finding.severity for finding in findings if finding.waived is None}
    if Severity.ERROR in counting:
        return RowState.FAILED
    if any(outcome.undecided for outcome in outcomes):
        return RowState.INCONCLUSIVE
    if Severity.WARNING in counting:
        return RowState.WARNING
    if any(finding.severity is not Severity.INFO for finding in findings):
        return RowState.WAIVED
    judged = any(outcome.outcome is CheckOutcome.PASSED for outcome in outcomes)
    return RowState.PASSED if judged else RowState.SKIPPED


_NOTES = {
    Certainty.UNDOCUMENTED: "the vendor does not say what repeated or barely late copies do",
    Certainty.ORDER_SENSITIVE: "it depends on which copy arrives first",
    Certainty.LIKELY: "the vendor says this holds generally, not always",
}


def _note(facts: VendorFacts) -> str:
    if facts.spec.kind != "platform":
        return ""
    if not facts.dedup:
        return "no conversion was confirmed"
    certainty = _certainty(facts.dedup)
    groups = (group for prediction in facts.dedup for group in prediction.groups)
    if certainty is Certainty.LIKELY and (clock := next((each for each in groups if each.certainty == "clock"), None)):
        return clock.note
    return _NOTES.get(certainty, "")
