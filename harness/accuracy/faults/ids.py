"""Mistakes with event IDs and order IDs: what platforms recognise copies by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from harness.accuracy.case import Case
from harness.accuracy.editing import GONE, NotThereError
from harness.accuracy.fault import Fault, never
from harness.model.recording import Recording
from harness.model.result import Severity

_FOLLOWS = frozenset({
    "counted-conversions", "event-id", "event-id-match", "schema", "vendor-acceptance", "value-trail",
    "parameter-agreement", "order-parameters", "event-id-unique", "blocked-delivery",
})  # fmt: skip


def _key_field(case: Case) -> str:
    """The field this vendor joins copies by, where the tag sends it and the server, too."""
    wanted = case.spec.event_id
    if wanted is None or not wanted.serves(case.order.event):
        raise NotThereError("event_id")
    # Both copies must have it in a place of its own: an ID made of other fields cannot be edited.
    return "event_id"


def _edit(channel: str, change: Callable[[Any], Any]) -> Callable[[Case], Recording]:
    def spoil(case: Case) -> Recording:
        field = _key_field(case)
        other = case.of("tag" if channel == "capi" else "capi")
        if not other.key:
            raise NotThereError(field)
        return case.edited(channel, field, change)

    return spoil


def _by_digest(channel: str, *, hashed: bool | None) -> Callable[[Case], str]:
    """Such a vendor compares digests of trimmed IDs: what leaves the digest as it is does no harm.

    `hashed` says whether the mistake is one only where the ID is sent hashed, or only where it is not.
    """

    def reason(case: Case) -> str:
        event = case.of(channel)
        rule = next(each for each in case.spec.requests if each.id == event.request)
        field = case.spec.event_id.field if case.spec.event_id is not None else ""
        if rule.fields[field].using != "digest":
            return ""
        is_digest = event.event_id == event.key
        return "this vendor compares the digests of trimmed IDs" if hashed in (None, is_digest) else ""

    return reason


def _one_side(
    name: str,
    says: str,
    change: Callable[[Any], Any],
    finds: tuple[str, ...],
    harmless: Callable[[str], Callable[[Case], str]] = lambda channel: never,
) -> Iterator[Fault]:
    for channel, word in (("capi", "server"), ("tag", "tag")):
        yield Fault(
            id=f"event-id-{name}-{word}",
            family="event IDs",
            says=f"{says} on the {word}'s side",
            spoil=_edit(channel, change),
            finds=finds,
            follows=_FOLLOWS,
            harmless=harmless(channel),
        )


def _other_case(value: Any) -> str:
    text = str(value)
    return text.upper() if text != text.upper() else text.lower()


def _hashed(value: Any) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()


def _made_up(value: Any) -> str:
    return "e7c1a2f0-5b1d-4e0a-9c3b-2f6d8a417b90"


def _shared(case: Case) -> Recording:
    """Two orders with one event ID."""
    _key_field(case)
    if not (case.of("tag").event_id and case.of("capi").event_id):
        raise NotThereError("event_id")
    return case.another_order("CS-SECOND2", shared_event_id=True)


def _misplaced(channel: str) -> Callable[[Case], Recording]:
    def spoil(case: Case) -> Recording:
        if case.order.is_offline:
            raise NotThereError("another copy")
        return case.misplaced(channel, _key_field(case), "misplaced_event_id")

    return spoil


def _numbered(case: Case) -> Recording:
    """One number as ID, which the server sends as a number of JSON and the tag as text."""
    field = _key_field(case)
    if not case.of("capi").paths.get(field, "").startswith("body/"):
        raise NotThereError(field)
    tagged = case.edited("tag", field, lambda value: "4711081512")
    return replace(case, recording=tagged).edited("capi", field, lambda value: 4711081512)


def _of_two_kinds(case: Case) -> Recording:
    """An event of another kind, beside the order, with the order's ID."""
    _key_field(case)
    event = case.of("tag")
    kinds = [kind for kind in case.spec.event_names.names if kind not in (case.order.event, "page_view", "refund")]
    names = [name for kind in kinds for name in case.spec.event_names.sent_in("tag", event.request, kind)]
    others = [
        name for name in names if name not in case.spec.event_names.sent_in("tag", event.request, case.order.event)
    ]
    if not event.event_id or case.spec.event_id is None or case.spec.event_id.field != "event_id" or not others:
        raise NotThereError("another kind")
    return case.again("tag", 0.5, "name", lambda value: others[0])


def _tells_kinds_apart(case: Case) -> str:
    by_id_alone = any(rule.key == ("event_id",) and rule.across == "any" for rule in case.spec.dedup)
    return "" if by_id_alone else "this vendor tells events of one ID apart by their kind"


_MATCH = ("event-id-match", "event-id")

FAULTS = (
    Fault(
        id="event-id-of-two-orders",
        family="event IDs",
        says="one event ID for two orders of a visitor",
        spoil=_shared,
        finds=("event-id-unique", "counted-conversions"),
        follows=_FOLLOWS | {"tag-once", "server-call-once", "collect-once"},
        # A further ID could be that of the second order.
        takes=("number of IDs",),
    ),
    *(
        Fault(
            id=f"event-id-misplaced-{word}",
            family="event IDs",
            says=f"the event ID stands elsewhere in the {word}'s copy, where it has no effect",
            spoil=_misplaced(channel),
            finds=("event-id",),
            follows=_FOLLOWS,
            least=Severity.ERROR,
        )
        for channel, word in (("capi", "server"), ("tag", "tag"))
    ),
    Fault(
        id="event-id-number-server",
        family="event IDs",
        says="the server's event ID is a number, the tag's the same as text",
        spoil=_numbered,
        finds=("event-id", "schema"),
        follows=_FOLLOWS,
    ),
    Fault(
        id="event-id-of-two-kinds",
        family="event IDs",
        says="one event ID for the order and for an event of another kind beside it",
        spoil=_of_two_kinds,
        finds=("event-id-unique",),
        follows=_FOLLOWS,
        harmless=_tells_kinds_apart,
        needs=("tag",),
    ),
    *_one_side("missing", "no event ID", lambda value: GONE, ("event-id",)),
    *_one_side("mismatch", "an event ID of its own", _made_up, _MATCH),
    *_one_side("case", "the event ID in another case", _other_case, _MATCH, partial(_by_digest, hashed=True)),
    *_one_side(
        "blank", "a blank behind the event ID", lambda value: f"{value} ", _MATCH, partial(_by_digest, hashed=None)
    ),
    *_one_side("truncated", "the event ID cut off", lambda value: str(value)[:-3], _MATCH),
    *_one_side("hashed", "the event ID hashed", _hashed, _MATCH, partial(_by_digest, hashed=False)),
    *_one_side("prefixed", "a prefix before the event ID", lambda value: f"web-{value}", _MATCH),
    *_one_side("null", "the word null as event ID", lambda value: "null", _MATCH),
    *_one_side("undefined", "the word undefined as event ID", lambda value: "undefined", _MATCH),
    *_one_side("empty", "an empty event ID", lambda value: "", _MATCH),
)
