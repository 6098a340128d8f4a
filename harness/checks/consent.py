"""Does the vendor hear only what the visitor agreed to?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, event_by_id, finding, order, server_silence, uses
from harness.model.event import Event
from harness.model.facts import ConsentFact, Evidence
from harness.model.result import Finding

_MOMENTS = {
    "denied": "After the visitor denied consent",
    "withdrawn": "After the visitor withdrew consent",
    "unanswered": "Before the visitor answered the question of consent",
}


def look(evidence: Evidence) -> Iterator[Finding]:
    facts = {fact.event: fact for fact in evidence.vendor.consent}
    pairs = [
        (facts[pair.tag.id], facts[pair.capi.id])
        for copies in (*evidence.vendor.copies, *evidence.vendor.refused)
        for pair in copies.pairs
        if facts[pair.tag.id].told and facts[pair.capi.id].told
    ]
    if not evidence.recording.consents and not pairs:
        raise Skip("the journey answered no question of consent, and no two copies tell of one")
    yield from _against_the_answer(evidence)
    yield from _late(evidence)
    for tag, capi in pairs:
        if tag.told != capi.told:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The tag tells the vendor that consent was {tag.told}, the server call that it was {capi.told}.",
                rule=capi.rule,
                expected=f"{tag.told} ({tag.field}: {tag.value})",
                found=f"{capi.told} ({capi.field}: {capi.value})",
                parameter=capi.field,
                events=[event_by_id(evidence, tag.event), event_by_id(evidence, capi.event)],
            )
    silence = server_silence(evidence)
    if silence and evidence.vendor.refused and uses(evidence, "capi"):
        raise silence


def _against_the_answer(evidence: Evidence) -> Iterator[Finding]:
    """Calls of one channel that are wrong alike are one finding: the cause is one."""
    alike: dict[tuple[str, str, str], list[ConsentFact]] = {}
    for fact in evidence.vendor.consent:
        if (fact.is_refused and fact.told != "denied" and not fact.late) or _is_denied_for_nothing(fact):
            alike.setdefault((fact.channel, fact.answer, fact.told), []).append(fact)
    for (_, answer, told), facts in alike.items():
        events = [event_by_id(evidence, fact.event) for fact in facts]
        sent = f"{len(events)} {call_word(*events)}{'' if len(events) == 1 else 's'}"
        if answer == "granted":
            message = f"The visitor granted consent, but {sent} ({_names(events)}) told the vendor that it was denied."
        else:
            saying = ", saying that it was granted" if told else ""
            went = "was" if len(events) == 1 else "were"
            message = f"{_MOMENTS[answer]}, {sent} ({_names(events)}) {went} sent{saying}."
        yield finding(
            evidence,
            CHECK.id,
            _severity(evidence, answer, told),
            message,
            rule=facts[0].rule if answer == "granted" else None,
            expected="granted" if answer == "granted" else _wanted(evidence),
            found=f"{facts[0].field}: {facts[0].value}" if told else sent,
            parameter=facts[0].field,
            events=events,
        )


def _is_denied_for_nothing(fact: ConsentFact) -> bool:
    return fact.answer == "granted" and fact.told == "denied"


def _severity(evidence: Evidence, answer: str, told: str) -> str:
    """A collector may still hold back what it was given without a word about consent: what it is told decides."""
    if answer == "granted":
        return "warning"
    return "warning" if evidence.vendor.spec.kind == "transport" and not told else "error"


def _wanted(evidence: Evidence) -> str:
    signals = [f"{signal.field} like {signal.denied}" for signal in evidence.vendor.spec.consent if signal.denied]
    return " or ".join(["no call", *(f"one with {signal}" for signal in dict.fromkeys(signals))])


def _late(evidence: Evidence) -> Iterator[Finding]:
    for copies in evidence.vendor.refused:
        sent = {event.id for event in (*copies.tag, *copies.capi, *copies.collect)}
        late = [fact for fact in evidence.vendor.consent if fact.event in sent and fact.late and fact.told != "denied"]
        if late:
            yield finding(
                evidence,
                CHECK.id,
                "warning",
                f"{order(copies)[0].upper()}{order(copies)[1:]} was made without consent and sent once the visitor "
                "had agreed to something later.",
                expected="consent for what comes after it",
                found=f"{len(late)} calls about what came before",
                events=[event_by_id(evidence, fact.event) for fact in late],
            )


def _names(events: list[Event]) -> str:
    return ", ".join(dict.fromkeys(event.name or event.request for event in events))


CHECK = Check(
    id="consent",
    title="Vendors hear only what the visitor agreed to",
    why="A call without consent is unlawful in many places, on the server as in the browser; and one that tells of a "
    "refusal that was none is lost for bidding.",
    remedy="Ask the same consent before the tag and before the server call, and hand both the answer as it was.",
    needs=frozenset(),
    look=look,
)
