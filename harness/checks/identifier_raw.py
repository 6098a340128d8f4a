"""Is any identifier sent plain where its hash is due?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, event_by_id, finding, word_of
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    judged = [fact for fact in evidence.vendor.identifiers if fact.state != "missing"]
    if not judged:
        raise Skip("no identifier was sent")
    for fact in judged:
        identifier = evidence.vendor.spec.identifier(fact.name)
        if identifier is None or fact.state != "raw":
            continue
        event = event_by_id(evidence, fact.event)
        yield finding(
            evidence,
            CHECK.id,
            "error",
            f"The {identifier.title.lower()} of the {word_of(event)} is not hashed: {fact.mistake}.",
            rule=fact.rule,
            expected=fact.expected,
            found=fact.found,
            parameter=fact.name,
            events=[event],
        )


CHECK = Check(
    id="identifier-raw",
    title="No identifier is sent plain where its hash is due",
    why="Plain personal data breaks the vendor's terms and the visitor's trust, and it matches nobody.",
    remedy="Hash the value before it leaves the site, and check who has seen it already.",
    needs=frozenset({"conversions"}),
    look=look,
)
