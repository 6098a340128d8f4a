"""Would the platform count as many conversions as there are orders?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.check import (
    Check,
    Skip,
    browser_silence,
    event_by_id,
    finding,
    goes_elsewhere,
    is_expected,
    marked_as,
    nameless,
    no_conversion,
    not_confirmed,
    order,
    server_silence,
    uses,
)
from harness.model.event import Event
from harness.model.facts import DedupGroup, DedupPrediction, Evidence
from harness.model.recording import Fate, Origin
from harness.model.result import Finding
from harness.model.spec import Rule


def look(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.vendor.dedup:
        raise no_conversion(evidence)
    silence, unseen = server_silence(evidence), browser_silence(evidence)
    unknown: Skip | None = None
    for prediction in evidence.vendor.dedup:
        is_short = prediction.counted <= prediction.expected
        if unseen and uses(evidence, "tag") and is_short:
            raise unseen
        if silence and _lacks_server_call(evidence, prediction) and is_short:
            raise silence  # what was not seen may be lost, or be counted beside the tag's copy
        if is_short and evidence.recording.sources and any(map(_may_be_lost, prediction.groups)):
            raise Skip("nobody knows whether the tag's call arrived: no answer to it was handed over", undecided=True)
        unknown = unknown or _unrecognisable(evidence, prediction)
        if unknown and prediction.counted < prediction.expected:
            continue
        if all(number == prediction.expected for number in (prediction.counted, *prediction.alternatives)):
            continue
        events = [event for group in prediction.groups for event in (group.kept, *group.dropped)]
        elsewhere = _elsewhere(evidence, prediction)
        filtered = [event_by_id(evidence, found.event) for found in prediction.filtered]
        yield finding(
            evidence,
            CHECK.id,
            "warning" if prediction.expected in prediction.alternatives else "error",
            _message(evidence, prediction, elsewhere),
            rule=_rule(evidence, prediction, elsewhere),
            expected=f"{prediction.expected}",
            found=" or ".join(str(number) for number in prediction.alternatives or (prediction.counted,)),
            events=[*events, *(event for event in filtered if event not in events), *elsewhere],
        )
    yield from _repeated_by_file(evidence)
    unsure = unknown or not_confirmed(evidence)
    if unsure:
        raise unsure


def _may_be_lost(group: DedupGroup) -> bool:
    """Were all copies sent by a browser of which nobody knows whether it had to give up, or was stopped?"""
    copies = (group.kept, *group.dropped)
    return all(copy.fate is Fate.PENDING and copy.origin is Origin.BROWSER for copy in copies)


def _lacks_server_call(evidence: Evidence, prediction: DedupPrediction) -> bool:
    known = (*evidence.vendor.copies, *evidence.vendor.refused)
    copies = [each for each in known if each.conversion.event == prediction.event]
    if not copies:
        return uses(evidence, "capi")
    return any(not each.capi for each in copies if is_expected(evidence, each))


def _unrecognisable(evidence: Evidence, prediction: DedupPrediction) -> Skip | None:
    copies = [each for each in evidence.vendor.copies if each.conversion.event == prediction.event]
    found = (nameless(evidence, each, channel) for each in copies for channel in _COPIES if uses(evidence, channel))
    return next((skip for skip in found if skip), None)


def _elsewhere(evidence: Evidence, prediction: DedupPrediction) -> list[Event]:
    """The copies that count for another account, if anywhere: what this one lacks."""
    if prediction.counted >= prediction.expected:
        return []
    copies = (event for event in evidence.vendor.events if event.event == prediction.event)
    return [event for event in copies if event.channel in _COPIES and goes_elsewhere(evidence, event)]


def _repeated_by_file(evidence: Evidence) -> Iterator[Finding]:
    """Rows of a file for what was reported in another way, too, and which the vendor takes for copies of it."""
    known = (*evidence.vendor.copies, *evidence.vendor.refused)
    for prediction in evidence.vendor.dedup:
        for group in prediction.groups:
            copies = [group.kept, *group.dropped]
            rows = [event for event in copies if event.place]
            repeated = next((each for each in known if rows and rows[0] in each.capi), None)
            if repeated is not None and len(rows) < len(copies):
                yield finding(
                    evidence,
                    CHECK.id,
                    "info",
                    f"A file repeats {order(repeated)}: {' and '.join(map(_described, copies))} report it; "
                    "the vendor takes them for one.",
                    rule=group.rule,
                    events=copies,
                )


def _message(evidence: Evidence, prediction: DedupPrediction, elsewhere: Sequence[Event]) -> str:
    wanted = _orders(prediction.expected) + (" with consent" if evidence.vendor.refused else "")
    if prediction.expected in prediction.alternatives:
        numbers = " or ".join(str(number) for number in prediction.alternatives)
        reasons = []
        if prediction.undocumented:
            reasons.append("the vendor does not say what repeated or barely late copies do")
        if prediction.by_clock:
            reasons.append("it depends on whether the vendor's day or slot of the clock ends between the copies")
        if prediction.hedged:
            reasons.append("the vendor says that it generally takes them for one, not always")
        if prediction.order_sensitive:
            reasons.append("it depends on which copy arrives first")
        if prediction.doubtful:
            reasons.append(f"the vendor does not say that it counts {_filtered(prediction, 'perhaps')}")
        reason = " and ".join(reasons)
        return f"{wanted} would be counted as {numbers}: {reason}."
    if prediction.counted == 0:
        return f"{wanted}, and the platform would count none{_lost(prediction, elsewhere)}."
    copies = ", ".join(_described(group.kept) for group in prediction.groups)
    return f"{wanted}, but the platform would count {prediction.counted}: {copies}{_lost(prediction, elsewhere)}."


def _orders(number: int) -> str:
    return {0: "No order", 1: "1 order"}.get(number, f"{number} orders")


def _lost(prediction: DedupPrediction, elsewhere: Sequence[Event]) -> str:
    """Copies that are never counted, or for another account, are the reason why too few are."""
    if prediction.counted >= prediction.expected:
        return ""
    lost = _filtered(prediction, "never")
    reasons = [f"it does not count {lost}"] if lost else []
    for event in elsewhere:
        copy = _COPIES[event.channel]
        reasons.append(f"another account gets {copy}" if event.account else f"{copy} names no account")
    return f", as {' and '.join(dict.fromkeys(reasons))}" if reasons else ""


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


def _rule(evidence: Evidence, prediction: DedupPrediction, elsewhere: Sequence[Event]) -> Rule | None:
    decisive = "perhaps" if prediction.doubtful else "never" if prediction.counted < prediction.expected else ""
    caught = next((found.rule for found in prediction.filtered if found.counted == decisive), None)
    if caught is not None:
        return caught
    if elsewhere:
        return None  # the scenario says which account is meant, no rule of the vendor
    applied = next((group.rule for group in prediction.groups if group.rule is not None), None)
    first = evidence.vendor.spec.dedup[0].rule if evidence.vendor.spec.dedup else None
    return applied or first


CHECK = Check(
    id="counted-conversions",
    title="The platform would count each order exactly once",
    why="Wrong counts mislead the platform's bidding and every report made from it.",
    remedy="Mend what the other findings of this vendor name; this one follows from them.",
    needs=frozenset({"platform"}),
    look=look,
)
