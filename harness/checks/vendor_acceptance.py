"""Did the vendor take every call?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, finding
from harness.model.event import Event
from harness.model.facts import Evidence
from harness.model.recording import Fate
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    unanswered = _of_unknown_answer(evidence)
    sent = [event for event in evidence.vendor.events if event.fate in (Fate.ANSWERED, Fate.FAILED)]
    sent = [event for event in sent if not event.place or event.answer.accepted is False]  # nobody answers a file
    if not sent and not unanswered:
        raise Skip("no call of this vendor was answered")
    rules = {request.id: request.rule for request in evidence.vendor.spec.requests}
    for event in sent:
        word = call_word(event)
        name = event.name or event.request
        is_mended = _is_taken_later(evidence, event)
        severity, later = ("info", " (it takes a later one for the same order)") if is_mended else ("error", "")
        if event.fate is Fate.FAILED:
            message = f"The {word} {name} could not be delivered{later or '.'}"
            yield finding(evidence, CHECK.id, severity, message, events=[event])
        elif event.answer.accepted is False:
            yield finding(
                evidence,
                CHECK.id,
                severity,
                f"The vendor refuses the {word} {name}: {event.answer.detail}{later}",
                rule=rules.get(event.request),
                expected="an answer that accepts the call",
                found=event.answer.detail,
                events=[event],
            )
    if unanswered:
        raise Skip(f"the answers to {len(unanswered)} of its calls were not handed over", undecided=True)


def _is_taken_later(evidence: Evidence, event: Event) -> bool:
    """Did the sender try again, and with success?"""
    tries = next(
        (calls for copies in evidence.vendor.copies for calls in (copies.tag, copies.capi) if event in calls), ()
    )
    return any(other.answer.accepted and other.received_at > event.received_at for other in tries)


def _of_unknown_answer(evidence: Evidence) -> list[Event]:
    """What a recording of ours has no answer to was left unanswered; another program may just not have kept it."""
    if not evidence.recording.sources:
        return []
    return [
        event
        for event in evidence.vendor.events
        if event.fate in (Fate.ANSWERED, Fate.PENDING) and event.answer.accepted is None and not event.place
    ]


CHECK = Check(
    id="vendor-acceptance",
    title="The vendor accepts every call",
    why="A refused call is not counted, whatever it says.",
    remedy="Read the vendor's answer in the evidence; it names the field or the token.",
    needs=frozenset(),
    look=look,
)
