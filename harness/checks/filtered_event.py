"""Is a conversion sent in a way that is not meant for conversions, such as a test?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, event_by_id, finding, marked_as, order
from harness.model.facts import Evidence, FilteredEvent
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.vendor.spec.filters:
        raise Skip("nothing is known of this vendor that it takes without counting it")
    sent = {
        event.id: copies
        for copies in evidence.vendor.copies
        for event in (*copies.tag, *copies.capi, *copies.collect, *copies.enhancements)
    }
    if not sent:
        raise Skip("no copy of a conversion arrived")
    for found in evidence.vendor.filtered:
        if not found.field and not found.request:
            continue  # it lacks a field, which the check of that field says
        event, mark = event_by_id(evidence, found.event), marked_as(found)
        word = call_word(event)
        yield finding(
            evidence,
            CHECK.id,
            "error",
            f"The {word} for {order(sent[found.event])} is sent with {mark}; {_consequence(evidence, found)}.",
            rule=found.rule,
            expected=f"a {word} without it",
            found=mark,
            parameter=found.field,
            events=[event],
        )


def _consequence(evidence: Evidence, found: FilteredEvent) -> str:
    verb = "passes it on" if evidence.vendor.spec.kind == "transport" else "counts it"
    return {
        "never": f"the vendor takes it and never {verb}",
        "perhaps": f"the vendor does not say that it {verb}",
        "always": f"the vendor {verb} like any other",
    }[found.counted]


CHECK = Check(
    id="filtered-event",
    title="Conversions are sent in earnest, not as tests",
    why="What is marked as a test is answered like a conversion and lost in silence, or counted among the real ones.",
    remedy="Take the mark out of what is live, and keep it in the set-up for tests only.",
    needs=frozenset({"conversions"}),
    look=look,
)
