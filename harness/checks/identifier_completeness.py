"""Did each channel carry every identifier that the visitor gave and the vendor takes?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.check import Check, Skip, call_word, copies_in, finding, is_unmatched, listed, order, titled
from harness.model.event import Event
from harness.model.facts import Copies, Evidence
from harness.model.result import Finding

_SEVERITY = {"required": "error", "recommended": "warning"}


def look(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.vendor.coverage:
        raise Skip("no copy of a conversion arrived in a channel that takes identifiers")
    unknown: dict[str, None] = {}
    for coverage in evidence.vendor.coverage:
        found = _judged(evidence, coverage.channel)
        away = all(copies.conversion.is_offline for copies, _ in found)
        for identifier in evidence.vendor.spec.identifiers:
            name = identifier.name
            poor = [(copies, event) for copies, event in found if _is_lacking(evidence, copies, coverage.channel, name)]
            if not poor:
                continue
            events = [event for _, event in poor]
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
                f"The {call_word(*events)}{_of_some(poor, found)} carries no {titled(identifier)} "
                f"({importance}, tier {identifier.tier}).",
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


def _judged(evidence: Evidence, channel: str) -> list[tuple[Copies, Event]]:
    """The copies in this channel; of conversions away from the web only where there are no others."""
    found = list(copies_in(evidence.vendor.copies, channel))
    return [(copies, event) for copies, event in found if not copies.conversion.is_offline] or found


def _is_lacking(evidence: Evidence, copies: Copies, channel: str, name: str) -> bool:
    """Is it in none of the conversion's calls of this channel, though it ought to be?"""
    calls = {event.id for _, event in copies_in([copies], channel, "enhancements")}
    facts = [
        fact
        for fact in evidence.vendor.identifiers
        if fact.event in calls and fact.channel == channel and fact.name == name
    ]
    is_missing = all(fact.state == "missing" for fact in facts)
    return is_missing and any(fact.importance != "optional" for fact in facts)


def _of_some(poor: Sequence[tuple[Copies, Event]], found: Sequence[tuple[Copies, Event]]) -> str:
    """Which conversions are meant, where others have it."""
    orders, all_orders = ({order(copies): None for copies, _ in each} for each in (poor, found))
    return f" for {listed(orders)}" if orders != all_orders else ""


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
