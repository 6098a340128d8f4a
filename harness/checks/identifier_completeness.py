"""Did each channel carry every identifier that the visitor gave and the vendor takes?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, copies_in, finding, is_unmatched, listed, titled
from harness.model.facts import Evidence
from harness.model.result import Finding

_SEVERITY = {"required": "error", "recommended": "warning"}


def look(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.vendor.coverage:
        raise Skip("no copy of a conversion arrived in a channel that takes identifiers")
    unknown: dict[str, None] = {}
    for coverage in evidence.vendor.coverage:
        found = list(copies_in(evidence.vendor.copies, coverage.channel))
        events = [event for _, event in found]
        away = all(copies.conversion.is_offline for copies, _ in found)
        for name in coverage.missing:
            identifier = evidence.vendor.spec.identifier(name)
            if identifier is None:
                continue
            importance = identifier.channels[coverage.channel]
            if identifier.persona in evidence.persona.unknown and not _is_sent(evidence, name):
                unknown[titled(identifier)] = None
                continue
            if coverage.channel == "tag" and importance != "required" and is_unmatched(evidence):
                continue  # advanced-matching says it once for all of them
            if away and not identifier.persona:
                continue  # there was no browser
            yield finding(
                evidence,
                CHECK.id,
                # Nobody knows what a till or a call centre was told.
                "info" if away else _SEVERITY.get(importance, "info"),
                f"The {call_word(*events)} carries no {titled(identifier)} ({importance}, tier {identifier.tier}).",
                rule=identifier.rule,
                expected=identifier.title,
                found="nothing",
                parameter=name,
                events=events,
            )
    if unknown and not evidence.persona.identifiers():
        raise Skip("nobody says what the visitor gave", undecided=True)
    if unknown:
        raise Skip(f"nobody says whether the visitor gave {listed(unknown)}", undecided=True)


def _is_sent(evidence: Evidence, name: str) -> bool:
    """Does any copy carry it? Then the visitor gave it."""
    return any(fact.name == name and fact.state != "missing" for fact in evidence.vendor.identifiers)


CHECK = Check(
    id="identifier-completeness",
    title="Identifiers are complete",
    why="Each identifier that is left out lowers the share of conversions the platform can match to an ad.",
    remedy="Pass the value the visitor typed to the tag and to the server call.",
    needs=frozenset({"conversions"}),
    look=look,
)
