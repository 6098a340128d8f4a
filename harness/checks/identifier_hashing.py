"""Is every identifier the visitor's own, normalised and hashed as the vendor asks?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, event_by_id, finding, listed, titled
from harness.model.facts import Evidence, IdentifierFact
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    judged = [fact for fact in evidence.vendor.identifiers if fact.state not in ("missing", "unverifiable")]
    unknown = _unknown(evidence)
    if not judged and not unknown:
        raise Skip("no identifier that can be recomputed was sent")
    for fact in judged:
        event = event_by_id(evidence, fact.event)
        known = evidence.vendor.spec.identifier(fact.name)
        if known is None or fact.state not in ("mistaken", "unexplained"):
            continue
        identifier = known.sent_in(event.channel, event.request)
        yield finding(
            evidence,
            CHECK.id,
            identifier.mismatch,
            f"The {titled(identifier)} of the {call_word(event)} is wrong: {_reason(fact)}.",
            rule=fact.rule,
            expected=fact.expected,
            found=fact.found,
            parameter=fact.name,
            events=[event],
        )
    if unknown and not evidence.persona.identifiers():
        raise Skip("nobody says who the visitor was: only the form of the hashes was looked at", undecided=True)
    if unknown:
        reason = f"nobody says what the visitor's {listed(unknown)} is: only the form of the hash was looked at"
        raise Skip(reason, undecided=True)


def _unknown(evidence: Evidence) -> list[str]:
    """What was sent of a person of whom it is not known."""
    sent = {fact.name for fact in evidence.vendor.identifiers if fact.state == "unverifiable"}
    known = [each for each in evidence.vendor.spec.identifiers if each.name in sent]
    return [titled(each) for each in known if each.persona in evidence.persona.unknown]


def _reason(fact: IdentifierFact) -> str:
    return fact.mistake or "it is not what the visitor typed, and no known mistake explains it"


CHECK = Check(
    id="identifier-hashing",
    title="Identifiers are normalised and hashed as the vendor asks",
    why="A hash that is made in another way matches nobody; the vendor accepts it in silence.",
    remedy="Apply the vendor's steps in their order, then hash once with SHA-256.",
    needs=frozenset({"conversions"}),
    look=look,
)
