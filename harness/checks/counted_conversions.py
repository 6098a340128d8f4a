"""Would the platform count as many conversions as there are orders?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, finding, server_silence, uses
from harness.model.event import Event
from harness.model.facts import DedupPrediction, Evidence
from harness.model.result import Finding
from harness.model.spec import Rule


def look(evidence: Evidence) -> Iterator[Finding]:
    silence = server_silence(evidence)
    for prediction in evidence.vendor.dedup:
        if silence and _lacks_server_call(evidence, prediction) and prediction.counted <= prediction.expected:
            raise silence  # what was not seen may be lost, or be counted beside the tag's copy
        if all(number == prediction.expected for number in (prediction.counted, *prediction.alternatives)):
            continue
        events = [event for group in prediction.groups for event in (group.kept, *group.dropped)]
        yield finding(
            evidence,
            CHECK.id,
            "warning" if prediction.expected in prediction.alternatives else "error",
            _message(prediction),
            rule=_rule(evidence, prediction),
            expected=f"{prediction.expected}",
            found=" or ".join(str(number) for number in prediction.alternatives or (prediction.counted,)),
            events=events,
        )


def _lacks_server_call(evidence: Evidence, prediction: DedupPrediction) -> bool:
    return uses(evidence, "capi") and any(
        not copies.capi for copies in evidence.vendor.copies if copies.conversion.event == prediction.event
    )


def _message(prediction: DedupPrediction) -> str:
    wanted = "1 order" if prediction.expected == 1 else f"{prediction.expected} orders"
    if prediction.expected in prediction.alternatives:
        numbers = " or ".join(str(number) for number in prediction.alternatives)
        reasons = []
        if prediction.undocumented:
            reasons.append("the vendor does not say what repeated or barely late copies do")
        if prediction.hedged:
            reasons.append("the vendor says that it generally takes them for one, not always")
        if prediction.order_sensitive:
            reasons.append("it depends on which copy arrives first")
        reason = " and ".join(reasons)
        return f"{wanted} would be counted as {numbers}: {reason}."
    if prediction.counted == 0:
        return f"{wanted}, and the platform would count none."
    copies = ", ".join(_described(group.kept) for group in prediction.groups)
    return f"{wanted}, but the platform would count {prediction.counted}: {copies}."


def _described(event: Event) -> str:
    where = {"tag": "the tag's copy", "capi": "the server's copy"}[event.channel]
    return f"{where} {event.sent_key}" if event.key else where


def _rule(evidence: Evidence, prediction: DedupPrediction) -> Rule | None:
    applied = next((group.rule for group in prediction.groups if group.rule is not None), None)
    first = evidence.vendor.spec.dedup[0].rule if evidence.vendor.spec.dedup else None
    return applied or first


CHECK = Check(
    id="counted-conversions",
    title="The platform would count each order exactly once",
    why="Wrong counts mislead the platform's bidding and every report made from it.",
    remedy="Mend what the other findings of this vendor name; this one follows from them.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
