"""Would the platform count as many conversions as there are orders?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, event_by_id, finding, is_expected, marked_as, order, server_silence
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
        filtered = [event_by_id(evidence, found.event) for found in prediction.filtered]
        yield finding(
            evidence,
            CHECK.id,
            "warning" if prediction.expected in prediction.alternatives else "error",
            _message(prediction),
            rule=_rule(evidence, prediction),
            expected=f"{prediction.expected}",
            found=" or ".join(str(number) for number in prediction.alternatives or (prediction.counted,)),
            events=[*events, *(event for event in filtered if event not in events)],
        )
    yield from _repeated_by_file(evidence)


def _lacks_server_call(evidence: Evidence, prediction: DedupPrediction) -> bool:
    return any(
        not copies.capi
        for copies in evidence.vendor.copies
        if copies.conversion.event == prediction.event and is_expected(evidence, copies)
    )


def _repeated_by_file(evidence: Evidence) -> Iterator[Finding]:
    """Rows of a file for what was reported in another way, too, and which the vendor takes for copies of it."""
    for prediction in evidence.vendor.dedup:
        for group in prediction.groups:
            copies = [group.kept, *group.dropped]
            rows = [event for event in copies if event.place]
            if rows and len(rows) < len(copies):
                repeated = next(each for each in evidence.vendor.copies if rows[0] in each.capi)
                yield finding(
                    evidence,
                    CHECK.id,
                    "info",
                    f"A file repeats {order(repeated)}: {' and '.join(map(_described, copies))} report it; "
                    "the vendor takes them for one.",
                    rule=group.rule,
                    events=copies,
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
        if prediction.doubtful:
            reasons.append(f"the vendor does not say that it counts {_filtered(prediction, 'perhaps')}")
        reason = " and ".join(reasons)
        return f"{wanted} would be counted as {numbers}: {reason}."
    if prediction.counted == 0:
        return f"{wanted}, and the platform would count none{_lost(prediction)}."
    copies = ", ".join(_described(group.kept) for group in prediction.groups)
    return f"{wanted}, but the platform would count {prediction.counted}: {copies}{_lost(prediction)}."


def _lost(prediction: DedupPrediction) -> str:
    """Copies that are never counted are the reason why too few are."""
    lost = _filtered(prediction, "never")
    return f", as it does not count {lost}" if lost and prediction.counted < prediction.expected else ""


def _filtered(prediction: DedupPrediction, counted: str) -> str:
    caught = (found for found in prediction.filtered if found.counted == counted)
    return " and ".join(
        dict.fromkeys(
            f"{_COPIES[found.channel]} with {marked_as(found)}"
            if found.field or found.request
            else _COPIES[found.channel]
            for found in caught
        )
    )


_COPIES = {"tag": "the tag's copy", "capi": "the server's copy"}


def _described(event: Event) -> str:
    where = event.place or _COPIES[event.channel]
    return f"{where} {event.sent_key}" if event.key else where


def _rule(evidence: Evidence, prediction: DedupPrediction) -> Rule | None:
    decisive = "perhaps" if prediction.doubtful else "never" if prediction.counted < prediction.expected else ""
    caught = next((found.rule for found in prediction.filtered if found.counted == decisive), None)
    if caught is not None:
        return caught
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
