"""Who has to be taken out of what is written on a visit that a real person made?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator

from harness.comparators.digests import encoded, is_digest
from harness.decode import personal_texts
from harness.model.event import Event
from harness.model.persona import Persona
from harness.model.recording import Exchange
from harness.pipeline.recording import redactor_for
from harness.pipeline.requests import Specs
from harness.redaction import Redactor, person_values, personal_name

_NOBODY = frozenset(("null", "undefined", "none", "nan", "true", "false", "yes", "unknown", "n/a", "[object object]"))
_SHORTEST, _LONGEST = 3, 200
_SHORTEST_NUMBER = 5
_FUNCTIONS = ("sha256", "sha1", "md5")


def redactor_of(
    exchanges: Iterable[Exchange], events: Iterable[Event], persona: Persona, salt: str, specs: Specs
) -> Redactor:
    """Takes out what was said of the visitor, whatever the evidence itself shows to be a person's, and the hashes."""
    events, told = tuple(events), person_values(persona)
    strangers = strangers_in(exchanges, events, specs) | told
    return redactor_for([], salt, specs, strangers=strangers, known_ids=ids_in(events, told))


def ids_in(events: Iterable[Event], told: Collection[str] = ()) -> frozenset[str]:
    """What copies, orders and clicks are told apart by, and can have a hash's form: not so where it is a person's."""
    found: set[str] = set()
    persons = {digest for value in told for text in (value, value.strip().lower()) for digest in _digests_of(text)}
    for event in events:
        found |= {event.event_id, event.key, event.order_id, *event.click_ids.values(), *event.browser_ids.values()}
        persons |= {value.lower() for values in event.identifiers.values() for value in values}
    return frozenset(text for text in found if text and text.lower() not in persons)


def _digests_of(text: str) -> Iterator[str]:
    """In lower case, base64 too: two that differ in nothing else are nobody's IDs."""
    for function in _FUNCTIONS:
        digest = hashlib.new(function, text.encode(), usedforsecurity=False).digest()
        yield from (encoded(digest, encoding).lower() for encoding in ("hex", "base64", "base64url"))


def strangers_in(exchanges: Iterable[Exchange], events: Iterable[Event], specs: Specs) -> dict[str, str]:
    """What the evidence itself shows to be a person's, by value, with what it is called."""
    found = {**dict(_named(exchanges)), **dict(_identifiers(events, specs))}
    return {value: name for value, name in found.items() if _tells_of_somebody(value)}


def _named(exchanges: Iterable[Exchange]) -> Iterator[tuple[str, str]]:
    for exchange in exchanges:
        yield from personal_texts(exchange, personal_name)


def _identifiers(events: Iterable[Event], specs: Specs) -> Iterator[tuple[str, str]]:
    """What vendors take to recognise somebody by, wherever they want it."""
    for event in events:
        known = {each.name: each.persona for each in specs[event.vendor].identifiers if each.persona}
        for name, values in event.identifiers.items():
            if name in known:
                yield from ((value.strip(), known[name].replace("_", " ")) for value in values)


def _tells_of_somebody(value: str) -> bool:
    """A digest is what is compared, and very short texts stand everywhere."""
    shortest = _SHORTEST_NUMBER if value.isdigit() else _SHORTEST
    return shortest <= len(value) <= _LONGEST and not is_digest(value) and value.lower() not in _NOBODY
