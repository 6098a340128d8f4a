"""Does the collector's hit leave after the vendors' tags?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, copies_in, finding, order
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    rule = next((rule for rule in evidence.vendor.spec.rules().values() if rule.id.endswith(".collect-last")), None)
    judged = 0
    for copies, hit in copies_in(evidence.vendor.copies, "collect"):
        tags = [
            event
            for facts in evidence.all_vendors.values()
            for other, event in copies_in(facts.copies, "tag")
            if other.conversion == copies.conversion
        ]
        if not tags:
            continue
        judged += 1
        later = [event for event in tags if event.received_at > hit.received_at]
        if later:
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


CHECK = Check(
    id="collect-order",
    title="Collect fires after the vendor tags",
    why="The tags make the event IDs; a Collect call that leaves first carries none, or an old one.",
    remedy="Put the Collect tag last in the load order, and the vendor tags in the prioritised scope.",
    needs=frozenset({"conversions", "transport", "collect"}),
    look=look,
)
