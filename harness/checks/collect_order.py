"""Does the collector's hit leave after the vendors' tags?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, finding, order
from harness.model.event import Event
from harness.model.facts import Copies, Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    rule = next((rule for rule in evidence.vendor.spec.rules().values() if rule.id.endswith(".collect-last")), None)
    if rule is None:
        raise Skip("this transport does not ask for an order")
    judged = 0
    for copies in evidence.vendor.copies:
        for number, hit in enumerate(copies.collect):
            tags = _tags_beside(evidence, copies, number)
            judged += bool(tags)
            later = [event for event in tags if event.received_at > hit.received_at]
            if not later:
                continue
            vendors = ", ".join(sorted({event.vendor for event in later}))
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The Collect call for {order(copies)} left before the tags of {vendors}.",
                rule=rule,
                expected="Collect last",
                found=f"Collect before {vendors}",
                events=[hit, *later],
            )
    if not judged:
        raise Skip("no tag of another vendor arrived to compare with")


def _tags_beside(evidence: Evidence, copies: Copies, number: int) -> list[Event]:
    """The tag calls of the same firing: when everything fired twice, the second hit goes with the second calls."""
    firings = [
        other.tag
        for facts in evidence.all_vendors.values()
        for other in facts.copies
        if other.conversion == copies.conversion
    ]
    return [tags[number] for tags in firings if number < len(tags)]


CHECK = Check(
    id="collect-order",
    title="Collect fires after the vendor tags",
    why="The tags make the event IDs; a Collect call that leaves first carries none, or an old one.",
    remedy="Put the Collect tag last in the load order, and the vendor tags in the prioritised scope.",
    needs=frozenset({"conversions", "transport", "collect"}),
    look=look,
)
