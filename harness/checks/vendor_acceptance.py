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
        if evidence.vendor.retried.get(event.id):
            yield _taken_at_last(evidence, event)
        elif event.fate is Fate.FAILED:
            yield finding(evidence, CHECK.id, "error", f"The {word} {name} could not be delivered.", events=[event])
        elif event.answer.accepted is False:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The vendor refuses the {word} {name}: {event.answer.detail}",
                rule=rules.get(event.request),
                expected="an answer that accepts the call",
                found=event.answer.detail,
                events=[event],
            )
    if unanswered:
        raise Skip(f"the answers to {len(unanswered)} of its calls were not handed over", undecided=True)


def _taken_at_last(evidence: Evidence, event: Event) -> Finding:
    """What was taken when it was sent again as it was: its sender did what is to be done then."""
    trouble = event.answer.detail if event.fate is Fate.ANSWERED else "it could not be delivered"
    return finding(
        evidence,
        CHECK.id,
        "info",
        f"The {call_word(event)} {event.name or event.request} was not taken at first: {trouble}. Sent again, it was.",
        expected="an answer that accepts the call",
        found=trouble,
        events=[event],
    )


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
