"""Does the collector hear of each conversion exactly once?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import (
    Check,
    Skip,
    browser_silence,
    finding,
    nameless,
    not_confirmed,
    on_the_web,
    order,
    tag_was_blocked,
    times,
    uses,
)
from harness.model.facts import Copies, Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if not uses(evidence, "collect"):
        raise Skip("the scenario does not expect Collect calls")
    absence = not_confirmed(evidence) or browser_silence(evidence)
    unseen: Skip | None = None
    for copies in on_the_web(evidence):
        unknown = (absence or nameless(evidence, copies, "collect")) if not copies.collect else None
        unseen = unseen or unknown
        if len(copies.collect) == 1 or unknown:
            continue
        yield finding(
            evidence,
            CHECK.id,
            "error",
            _message(evidence, copies),
            expected="1 call",
            found=f"{len(copies.collect)} calls" if copies.collect else "none",
            events=[*copies.collect, *copies.blocked],
        )
    unsure = unseen or not_confirmed(evidence)
    if unsure:
        raise unsure


def _message(evidence: Evidence, copies: Copies) -> str:
    if copies.collect:
        return f"The collector heard of {order(copies)} {times(len(copies.collect))}."
    reason = ", as the profile blocks it" if tag_was_blocked(evidence, copies) else ""
    return f"The collector did not hear of {order(copies)}{reason}."


CHECK = Check(
    id="collect-once",
    title="The collector hears of each conversion once",
    why="Every server call starts from the collector's event: what it does not hear, no vendor hears.",
    remedy="Serve the collector under the site's own host name, and fire it once per confirmed order.",
    needs=frozenset({"conversions", "transport"}),
    look=look,
)
