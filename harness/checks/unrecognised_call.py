"""Does a vendor's host receive calls that its spec does not know?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, times
from harness.model.facts import Evidence
from harness.model.result import Finding, Severity


def look(evidence: Evidence) -> Iterator[Finding]:
    alike: dict[tuple[str, str], list[str]] = {}
    for call in evidence.decoded.unrecognised:
        if call.vendor == evidence.vendor.spec.id:
            alike.setdefault((call.summary, call.lacks), []).append(call.exchange)
    if not alike and not evidence.vendor.events:
        raise Skip("no call to this vendor was seen that could be an event")
    for (summary, lacks), exchanges in alike.items():
        why = f"is no event, since it lacks {lacks}" if lacks else "is not described in the vendor's spec"
        yield Finding(
            check=CHECK.id,
            vendor=evidence.vendor.spec.id,
            severity=Severity.INFO,
            message=f"{summary} {why} ({times(len(exchanges))}).",
            found=summary,
            exchanges=tuple(exchanges),
        )


CHECK = Check(
    id="unrecognised-call",
    title="Every call to the vendor is understood",
    why="Vendors change their requests; a call that nobody reads may be the one that matters.",
    remedy="Look at the call: send what it lacks; or if it is an event, the vendor's spec needs a rule.",
    needs=frozenset(),
    look=look,
)
