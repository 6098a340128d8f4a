"""Does the tag tell the vendor who the visitor is, once the visitor has said so?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, copies_in, finding, is_unmatched
from harness.model.facts import Evidence
from harness.model.result import Finding
from harness.model.spec import Identifier

_TIERS = ("strongest", "medium", "lower")


def look(evidence: Evidence) -> Iterator[Finding]:
    spec = evidence.vendor.spec
    taken = {identifier.persona for identifier in spec.identifiers if "tag" in identifier.channels} - {""}
    if not taken:
        raise Skip("this vendor's tag takes nothing of what a visitor gives")
    if not evidence.vendor.matching.offered and not evidence.vendor.matching.sent:
        if evidence.persona.unknown & taken:
            raise Skip("nobody says what the visitor gave", undecided=True)
        raise Skip("the visitor gave nothing that this tag could have sent")
    if not is_unmatched(evidence):
        return
    offered = [identifier for identifier in spec.identifiers if identifier.name in evidence.vendor.matching.offered]
    offered.sort(key=lambda identifier: _TIERS.index(identifier.tier))
    yield finding(
        evidence,
        CHECK.id,
        "warning",
        f"The browser tag sends nothing of what the visitor gave and the vendor takes: {_by_tier(offered)}.",
        rule=offered[0].rule,
        expected=f"at least {offered[0].title.lower()}",
        found="no identifier",
        events=[event for _, event in copies_in(evidence.vendor.copies, "tag")],
    )


def _by_tier(offered: list[Identifier]) -> str:
    groups = {tier: [each.title.lower() for each in offered if each.tier == tier] for tier in _TIERS}
    return "; ".join(f"{', '.join(titles)} ({tier})" for tier, titles in groups.items() if titles)


CHECK = Check(
    id="advanced-matching",
    title="The tag tells who the visitor is",
    why="Without identifiers the browser's copy is matched by cookies alone, which most protections take away.",
    remedy="Turn on the tag's matching and hand it the values that the visitor typed, prepared as the vendor asks.",
    needs=frozenset({"conversions", "platform", "tag"}),
    look=look,
)
