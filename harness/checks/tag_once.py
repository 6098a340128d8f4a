"""Does the browser tag report each conversion exactly once?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import (
    Check,
    Skip,
    browser_silence,
    counting,
    finding,
    nameless,
    not_confirmed,
    on_the_web,
    order,
    server_silence,
    tag_was_blocked,
    times,
    uses,
)
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if not uses(evidence, "tag"):
        raise Skip("the scenario does not expect a tag of this vendor")
    judged = 0
    unseen: Skip | None = None
    absence = not_confirmed(evidence) or _collectors_silence(evidence) or browser_silence(evidence)
    for copies in on_the_web(evidence):
        if not copies.tag and tag_was_blocked(evidence, copies):
            continue
        judged += 1
        calls = counting(evidence, copies.tag)
        unknown = absence or nameless(evidence, copies, "tag")
        if not calls and unknown:
            unseen = unknown
        elif not calls:
            yield finding(
                evidence, CHECK.id, "error", f"The tag did not report {order(copies)}.", expected="1 call", found="none"
            )
        elif len(calls) > 1:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The tag reported {order(copies)} {times(len(calls))}.",
                expected="1 call",
                found=f"{len(calls)} calls",
                events=calls,
            )
    unsure = unseen or not_confirmed(evidence)
    if unsure:
        raise unsure
    if not judged:
        raise Skip("the profile blocked the tag, so its absence is no fault")


def _collectors_silence(evidence: Evidence) -> Skip | None:
    """The collector's server may call the vendor as the tag would."""
    return server_silence(evidence) if evidence.vendor.spec.id in evidence.decoded.handed_over else None


CHECK = Check(
    id="tag-once",
    title="The tag fires once per conversion",
    why="A missing tag call loses the browser's signal; a repeated one can be counted again.",
    remedy="Fire the tag from one place, after the order is confirmed, and remember orders already reported.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
