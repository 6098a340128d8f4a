"""Do the tag's copy and the server's copy carry the same event ID?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, finding
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    wanted = evidence.vendor.spec.event_id
    if wanted is None or not wanted.used or not wanted.same_on_both:
        raise Skip("this vendor has no event ID that both copies share")
    served = [copies for copies in evidence.vendor.copies if wanted.serves(copies.conversion.event)]
    if not served:
        raise Skip(f"this vendor has no event ID for {evidence.vendor.copies[0].conversion.event}")
    pairs = [pair for copies in served for pair in copies.pairs if pair.tag.key and pair.capi.key]
    if not pairs:
        raise Skip("an ID is missing on one side, see event-id")
    for pair in pairs:
        tag, capi = pair.tag.sent_key, pair.capi.sent_key
        if pair.tag.key != pair.capi.key:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The tag says {tag}, the server says {capi}{_how(tag, capi)}.",
                rule=wanted.rule,
                expected=tag,
                found=capi,
                parameter=wanted.field,
                events=[pair.tag, pair.capi],
            )


def _how(tag: str, capi: str) -> str:
    if tag.lower() == capi.lower():
        return ", which differs in case only"
    if tag.strip() == capi.strip():
        return ", which differs in blanks only"
    if tag in capi or capi in tag:
        return ", one with something put around it"
    return ""


CHECK = Check(
    id="event-id-match",
    title="Tag and server copies share one event ID",
    why="The platform takes copies with different IDs for two conversions.",
    remedy="Make the ID once and hand the same text to both; do not let each side make its own.",
    needs=frozenset({"conversions", "platform", "pairs"}),
    look=look,
)
