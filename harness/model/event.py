"""One conversion signal as a vendor would read it, whatever its transport."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from harness.model.recording import Fate, Item, Origin
from harness.model.spec import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """A field that stands there but cannot be read as what it should be."""

    field: str
    path: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """One violation of the vendor's JSON Schema. `rule` is the ID given by the schema's `x-rule`, if any."""

    path: str
    found: str
    expected: str
    rule: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the receiver said: whether it took the call, and in which words if not."""

    accepted: bool | None
    status: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of one channel.

    `id` is unique in a recording (`<exchange>#<number>`: of a batch, or of the readings of several vendors).
    `name` is the vendor's word, `event` the generic
    one (`purchase`) or empty. `value` is canonical decimal text. `time` is the event's own clock in Unix seconds,
    `received_at` when the request was seen. `identifiers` maps a name to the values sent, exactly as sent.
    `key` is the field by which this vendor joins copies (its event ID, or the order ID), empty where it has none.
    `paths` says where each field stood. `mirrors` are exchanges folded into this event.
    `place` says which row of which file it is (`row 3 of sales.csv`), empty for calls.
    `schema_faults` are those of the event itself, `request_faults` those of the request it came in.
    """

    id: str
    vendor: str
    channel: str
    origin: Origin
    role: Role
    request: str
    exchange: str
    received_at: float
    fate: Fate
    account: str = ""
    name: str = ""
    event: str = ""
    event_id: str = ""
    key: str = ""
    event_id_is_text: bool = True
    order_id: str = ""
    value: str = ""
    currency: str = ""
    items: tuple[Item, ...] = ()
    time: float | None = None
    page_url: str = ""
    place: str = ""
    click_ids: dict[str, str] = field(default_factory=dict)
    browser_ids: dict[str, str] = field(default_factory=dict)
    identifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()
    schema_faults: tuple[SchemaFault, ...] = ()
    request_faults: tuple[SchemaFault, ...] = ()
    answer: Answer = Answer(accepted=None)
    mirrors: tuple[str, ...] = ()
    payload: Any = None

    @property
    def sent_key(self) -> str:
        """The key as it was sent: a vendor that takes an ID both raw and hashed compares the digests."""
        digest = hashlib.sha256(self.event_id.strip().encode("utf-8", "replace")).hexdigest()
        return self.event_id if self.key == digest else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrecognisedCall:
    """A request to a host of a known vendor that no rule of its spec reads: the vendor may have changed.

    `lacks` is what it would need to be an event, where a rule knows that.
    """

    vendor: str
    exchange: str
    summary: str
    lacks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """All events of one recording, in order of receipt, and what could not be read.

    `blocked` are the vendors of whose requests, scripts included, a filter rule stopped at least one, and on which legs
    of the journey; each device has its own protection. `handed_over`
    are those for whom a collector took an event that was not seen to be handed on, `bodiless` those to whom a request
    went of whose body nobody kept more than its size, with who sent it.
    """

    events: tuple[Event, ...]
    blocked: dict[str, frozenset[int]] = field(default_factory=dict)
    handed_over: frozenset[str] = frozenset()
    unrecognised: tuple[UnrecognisedCall, ...] = ()
    bodiless: frozenset[tuple[str, Origin]] = frozenset()
