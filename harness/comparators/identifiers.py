"""Which identifiers did each event carry, and are they the persona's, prepared as the vendor asks?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from harness.comparators.digests import digest_of, encoded, is_digest, sha256
from harness.comparators.forensics import explain, form_mistake
from harness.comparators.normalise import normalised
from harness.model.event import Event
from harness.model.facts import ClickIdFact, Copies, Coverage, Difference, EventPair, IdentifierFact, Matching
from harness.model.persona import Persona
from harness.model.recording import Recording
from harness.model.spec import Identifier, VendorSpec

_WEIGHTS = {"strongest": 3, "medium": 2, "lower": 1}
# The general ranking puts click and browser IDs below email, phone and account IDs.
_CLICK_ID_TIER = "medium"
# Steps are summed up as they were written: no value of the visitor stands there.
_TYPED = re.compile(r"\$\{persona\.(\w+)\}")
_NUMBER = "external_id"
# What these hand over is not in their summaries.
_UNSEEN = ("call", "run", "upload")


def identifier_facts(events: Iterable[Event], spec: VendorSpec, persona: Persona) -> tuple[IdentifierFact, ...]:
    """One fact for every identifier that the spec knows in the event's channel, missing ones included."""
    return tuple(
        _fact(event, identifier, persona)
        for event in events
        for identifier in spec.identifiers
        if event.channel in identifier.channels and _is_readable(event, identifier, spec)
    )


def with_own_numbers(
    facts: Sequence[IdentifierFact], spec: VendorSpec, recording: Recording, persona: Persona
) -> tuple[IdentifierFact, ...]:
    """Facts on a customer number that the visitor did not type: shops number their guests, too, and who knows how?

    What is right, or wrong in a known way, stays so.
    """
    may_be_told = any(step.verb in _UNSEEN for step in recording.steps)
    if may_be_told or _NUMBER in _typed(recording, persona):
        return tuple(facts)
    numbers = {identifier.name for identifier in spec.identifiers if identifier.persona == _NUMBER}
    return tuple(
        replace(fact, state="unverifiable", expected="")
        if fact.state == "unexplained" and fact.name in numbers
        else fact
        for fact in facts
    )


def _is_readable(event: Event, identifier: Identifier, spec: VendorSpec) -> bool:
    request = next((request for request in spec.requests if request.id == event.request), None)
    return request is not None and identifier.name in request.identifiers


def _fact(event: Event, identifier: Identifier, persona: Persona) -> IdentifierFact:
    usual, identifier = identifier, identifier.sent_in(event.channel, event.request)
    identifier, declared = _as_declared(identifier, event)
    values = event.identifiers.get(identifier.name, ())
    right = right_texts(identifier, persona)
    importance = identifier.channels[event.channel]
    if identifier.persona and not getattr(persona, identifier.persona, "") and not _is_unknown(identifier, persona):
        importance = "optional"  # the person has no such thing, so nobody can send it
    expected = _as_sent(identifier, next(iter(right.values()), ""))
    rule = identifier.rule
    if not values:
        state, found, mistake, confidence, variant = "missing", "", "", "", ""
    else:
        verdicts = [_judge(value, identifier, right, persona, declared) for value in values]
        best = min(range(len(values)), key=lambda index: _RANK[verdicts[index][0]])
        found = values[best]
        state, mistake, confidence, variant = verdicts[best]
        if _is_same_text(usual, identifier) and _judge(found, usual, right, persona) == verdicts[best]:
            rule = usual.rule  # the other form of the digest has no part in it
    return IdentifierFact(
        event=event.id,
        channel=event.channel,
        name=identifier.name,
        tier=identifier.tier,
        state=state,
        rule=rule,
        found=found,
        expected=expected,
        mistake=mistake,
        confidence=confidence,
        variant=variant,
        importance=importance,
    )


def _as_declared(identifier: Identifier, event: Event) -> tuple[Identifier, str]:
    """The identifier in the encodings that the event's own request declares, and its word for them, if there is one."""
    if identifier.declared is None:
        return identifier, ""
    said = str(event.fields.get(identifier.declared.field, ""))
    encodings = identifier.declared.values.get(said)
    return (replace(identifier, encodings=encodings), said) if encodings else (identifier, "")


def _is_unknown(identifier: Identifier, persona: Persona) -> bool:
    """Has nobody said what the visitor's value is, or that he gave none?"""
    return identifier.persona in persona.unknown


def _is_same_text(one: Identifier, other: Identifier) -> bool:
    """Are both made of the same text in the same way, however the digest is written?"""
    return (one.hashing, one.normalisations, one.suffix) == (other.hashing, other.normalisations, other.suffix)


# Of several values sent for one identifier, one right value is enough.
_RANK = {"right": 0, "variant": 1, "unverifiable": 2, "raw": 3, "mistaken": 4, "unexplained": 5}


def right_texts(identifier: Identifier, persona: Persona) -> dict[str, str]:
    """The accepted plain texts by the name of the normalisation, the vendor's own rule first."""
    raw = getattr(persona, identifier.persona, "") if identifier.persona else ""
    return {
        normalisation.name: normalised(raw, normalisation.steps, persona.country)
        for normalisation in identifier.normalisations
        if raw
    }


def _as_sent(identifier: Identifier, text: str) -> str:
    if not text or identifier.hashing == "forbidden":
        return text
    return encoded(sha256(text), identifier.encodings[0])


def _judge(
    value: str, identifier: Identifier, right: dict[str, str], persona: Persona, declared: str = ""
) -> tuple[str, str, str, str]:
    """(state, mistake, confidence, variant) of one value, of a request that may have declared its encoding."""
    core = re.sub(identifier.suffix + "$", "", value) if identifier.suffix else value
    hashed = is_digest(core)
    if not right:
        is_anybodys = identifier.persona == "" or _is_unknown(identifier, persona)
        if identifier.hashing == "forbidden" and hashed and is_anybodys and len(core) == 64:
            return "mistaken", "hashed where the plain value is due", "certain", ""
        mistake = form_mistake(core, identifier.encodings) if _is_unknown(identifier, persona) else None
        if mistake is None or identifier.hashing == "forbidden" or (identifier.hashing == "optional" and not hashed):
            return "unverifiable", "", "", ""
        state = "raw" if mistake.name in ("not-hashed", "placeholder") else "mistaken"
        return state, mistake.says, mistake.confidence, ""
    first = next(iter(right))
    for name, text in right.items():
        accepted = {text} if identifier.hashing != "required" else set()
        if identifier.hashing != "forbidden":
            accepted |= {encoded(sha256(text), encoding) for encoding in identifier.encodings}
        if core in accepted or ("base64url" in identifier.encodings and core.rstrip("=") in accepted):
            return ("right", "", "", name) if name == first else ("variant", "", "", name)
    if identifier.hashing == "forbidden":
        if hashed:
            return "mistaken", "hashed where the plain value is due", "certain", ""
        return "unexplained", "", "", ""
    for text in right.values():
        mistake = explain(core, identifier.persona, text, persona, identifier.encodings)
        if mistake is not None:
            state = "raw" if mistake.name in ("not-hashed", "placeholder") else "mistaken"
            if state == "raw" and identifier.hashing == "optional":
                return "unexplained", "", "", ""
            against = f", and the call declares {declared}" if declared and mistake.name == "wrong-encoding" else ""
            return state, mistake.says + against, mistake.confidence, ""
    if hashed or identifier.hashing == "optional":
        return "unexplained", "", "", ""
    return "raw", "a plain value was sent where a hash is due", "likely", ""


def identifier_differences(
    copies: Iterable[Copies], facts: Iterable[IdentifierFact], spec: VendorSpec
) -> Iterator[Difference]:
    """Hashes of one value that differ between two copies: whose they are nobody knows, but one of them is wrong."""
    digests = {
        (fact.event, fact.name): digest
        for fact in facts
        if fact.state == "unverifiable"
        for digest in [digest_of(fact.found)]
        if digest is not None
    }
    for copy in copies:
        for pair in copy.pairs:
            for identifier in spec.identifiers:
                tag, capi = (digests.get((event.id, identifier.name)) for event in (pair.tag, pair.capi))
                if tag is not None and capi is not None and tag != capi and _is_made_alike(identifier, pair):
                    yield Difference(
                        event=pair.capi.id,
                        parameter=identifier.name,
                        against="tag",
                        found=capi.hex(),
                        expected=tag.hex(),
                        path=pair.capi.paths.get(identifier.name, ""),
                    )


def _is_made_alike(identifier: Identifier, pair: EventPair) -> bool:
    """Does the vendor want one text hashed on both channels, and one only?"""
    tag, capi = (identifier.sent_in(event.channel, event.request) for event in (pair.tag, pair.capi))
    return _is_same_text(tag, capi) and len(tag.normalisations) == 1


def matching(facts: Sequence[IdentifierFact], spec: VendorSpec, recording: Recording, persona: Persona) -> Matching:
    """Known is what the visitor typed into a field before the end, and what the server's copy knows of him.

    Of a visit that was not recorded here, somebody tells what the visitor gave.
    """
    typed = _typed(recording, persona)
    told = {fact.name for fact in facts if fact.channel == "capi" and fact.state != "missing"}
    mine = [fact for fact in facts if fact.channel == "tag"]
    personal = {identifier.name: identifier.persona for identifier in spec.identifiers if identifier.persona}
    return Matching(
        offered=tuple(
            name
            for name, persona in personal.items()
            if any(fact.name == name for fact in mine) and (persona in typed or name in told)
        ),
        sent=tuple(name for name in personal if any(fact.name == name and fact.state != "missing" for fact in mine)),
    )


def _typed(recording: Recording, persona: Persona) -> set[str]:
    typed = {name for step in recording.steps for name in _TYPED.findall(step.summary)}
    typed |= {"phone"} if "phone_national" in typed else set()
    return typed | (set(persona.identifiers()) if recording.sources else set())


def coverage(channel: str, facts: Sequence[IdentifierFact], clicks: Sequence[ClickIdFact]) -> Coverage | None:
    """Our own coverage figure of one channel: the weighed share of identifiers sent in at least one event.

    What nobody could send is no gap: optional identifiers, and click IDs that the profile took away. None if there
    was nothing to send.
    """
    mine = [fact for fact in facts if fact.channel == channel]
    tiers = {fact.name: fact.tier for fact in mine}
    sent = {fact.name: fact.state != "missing" for fact in sorted(mine, key=lambda fact: fact.state != "missing")}
    wanted = {fact.name for fact in mine if sent[fact.name] or fact.importance != "optional"}
    for click in (fact for fact in clicks if fact.channel == channel and fact.state != "stripped"):
        tiers[click.parameter] = _CLICK_ID_TIER
        sent[click.parameter] = sent.get(click.parameter, False) or click.state != "missing"
        wanted.add(click.parameter)
    total = sum(_WEIGHTS[tiers[name]] for name in wanted)
    if not total:
        return None
    present = [name for name in tiers if name in wanted and sent[name]]
    return Coverage(
        channel=channel,
        sent=tuple(present),
        missing=tuple(name for name in tiers if name in wanted and not sent[name]),
        score=round(100 * sum(_WEIGHTS[tiers[name]] for name in present) / total, 1),
        by_tier={
            tier: (sum(tiers[name] == tier for name in present), sum(tiers[name] == tier for name in wanted))
            for tier in _WEIGHTS
        },
    )
