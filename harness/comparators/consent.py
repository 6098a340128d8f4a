"""What had the visitor answered to the site's question of consent, and what do the calls tell of it?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from harness.comparators.event_values import values_of
from harness.model.event import Event
from harness.model.facts import ConsentFact, Copies
from harness.model.recording import Conversion, Fate, Recording
from harness.model.spec import VendorSpec


def answer_at(recording: Recording, at: float, leg: int) -> str:
    """The last answer on this device until then, `unanswered` before the first, empty if none was ever asked for.

    Where a device was never asked, what the visitor said elsewhere holds.
    """
    device = _device(recording, leg)
    own = [choice for choice in recording.consents if _device(recording, choice.leg) == device]
    choices = own or recording.consents
    if not choices:
        return ""
    return next((choice.state for choice in reversed(choices) if choice.at <= at), "unanswered")


def is_refused(recording: Recording, conversion: Conversion) -> bool:
    """Was the conversion made while the visitor had not agreed?"""
    return answer_at(recording, conversion.at, conversion.leg) not in ("", "granted")


def consent_facts(
    events: Iterable[Event], copies: Iterable[Copies], spec: VendorSpec, recording: Recording
) -> tuple[ConsentFact, ...]:
    """One fact for every event that was sent; a blocked one tells nobody anything."""
    conversions = {
        event.id: copy.conversion
        for copy in copies
        for event in (*copy.tag, *copy.capi, *copy.collect, *copy.enhancements)
    }
    exchanges = {exchange.id: exchange for exchange in recording.exchanges}
    facts: list[tuple[Event, ConsentFact]] = []
    for event in events:
        if event.fate is Fate.BLOCKED:
            continue
        exchange, conversion = exchanges[event.exchange], conversions.get(event.id)
        leg = conversion.leg if conversion and event.channel == "capi" else exchange.leg
        sent = answer_at(recording, event.received_at, leg)
        made = answer_at(recording, conversion.at, conversion.leg) if conversion else sent
        late = sent == "granted" and made != sent
        answer = made if late or event.channel == "capi" else sent
        facts.append((event, _told(event, spec, answer, late)))
    return tuple(fact for _, fact in facts) if not recording.sources else _but_before_the_answer(facts)


def _but_before_the_answer(facts: Sequence[tuple[Event, ConsentFact]]) -> tuple[ConsentFact, ...]:
    """Of a visit that another program has seen nobody says when the visitor answered.

    A consent is there when a tag first tells of it: what told of a refusal before came before the answer.
    """
    agreed = min((event.received_at for event, fact in facts if fact.told == "granted"), default=0.0)
    return tuple(
        replace(fact, answer="") if event.received_at < agreed and _is_taken_back(fact) else fact
        for event, fact in facts
    )


def _is_taken_back(fact: ConsentFact) -> bool:
    return fact.answer == "granted" and fact.told == "denied"


def _told(event: Event, spec: VendorSpec, answer: str, late: bool) -> ConsentFact:
    """A refusal that stands in any field outweighs a consent in another one."""
    for told in ("denied", "granted"):
        for signal in spec.consent:
            pattern = getattr(signal, told)
            for value in sorted(values_of(event, signal.field, spec)) if pattern else ():
                if re.fullmatch(pattern, value):
                    return ConsentFact(
                        event=event.id,
                        channel=event.channel,
                        answer=answer,
                        late=late,
                        told=told,
                        field=signal.field,
                        value=value,
                        rule=signal.rule,
                    )
    return ConsentFact(event=event.id, channel=event.channel, answer=answer, late=late)


def _device(recording: Recording, leg: int) -> str:
    return recording.legs[leg].device if leg < len(recording.legs) else ""
