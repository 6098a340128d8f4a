"""Did the tag fire when the data that it needs was complete?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, event_by_id, finding, words_of
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if evidence.vendor.timing is None:
        raise Skip("no data layer was seen when the tag fired")
    for fact in evidence.vendor.timing:
        name = words_of(fact.parameter)
        sent = f"with another {name}" if fact.found else f"without {name}"
        yield finding(
            evidence,
            CHECK.id,
            "error" if fact.found else "warning",
            f"The tag fired {sent}, which the data layer held only afterwards.",
            expected=f"the {name} before the tag fires",
            found=fact.found or "nothing",
            parameter=fact.parameter,
            events=[event_by_id(evidence, fact.event)],
        )


CHECK = Check(
    id="trigger-timing",
    title="The tag fires when its data is complete",
    why="A tag that fires too early sends what is there by then; whether it is complete depends on the visitor's line.",
    remedy="Fire the tag on the event that brings the data, or push the data before the event.",
    needs=frozenset({"conversions", "platform", "tag"}),
    look=look,
)
