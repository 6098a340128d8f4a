"""Does every value arrive that set out?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, event_by_id, finding, words_of
from harness.model.facts import Evidence
from harness.model.result import Finding

_WORDS = {"data layer": "data layer", "tag": "tag", "collect": "Collect call", "capi": "server call"}


def look(evidence: Evidence) -> Iterator[Finding]:
    trails = evidence.vendor.trails
    if not trails:
        raise Skip("no value was seen at two hops")
    for trail in trails:
        if trail.lost_at:
            seen = ", ".join(f"{_WORDS[hop]} {'yes' if state == 'there' else state}" for hop, state in trail.hops)
            yield finding(
                evidence,
                CHECK.id,
                "info",
                f"The {words_of(trail.parameter)} of order {trail.order_id} did not get from the "
                f"{_WORDS[trail.last_seen]} to the {_WORDS[trail.lost_at]} ({seen}).",
                expected=trail.value,
                found=f"not in the {_WORDS[trail.lost_at]}",
                parameter=trail.parameter,
                events=[event_by_id(evidence, event) for event in trail.events],
            )


CHECK = Check(
    id="value-trail",
    title="Values arrive at every hop",
    why="Where a value disappears is where it has to be mended; the other findings say what its loss costs.",
    remedy="Look at the mapping of the hop that lacks the value.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
