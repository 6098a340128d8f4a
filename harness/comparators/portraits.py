"""What does each event look like, with every value replaced by what it is?

Parameters have the names that the vendor spec gives them, so one that moved in the request is the same; what no spec
reads goes by its path. Values that the order or the visitor decides are told by how they relate to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.comparators.digests import digest_of, encoding_of, sha256
from harness.comparators.forensics import explanations
from harness.comparators.hosts import host_of, page_of
from harness.comparators.identifiers import identifier_facts, right_texts
from harness.comparators.kinds import Kinds
from harness.model.event import Event
from harness.model.facts import Difference, IdentifierFact, VendorFacts
from harness.model.recording import Conversion, Item, Origin, Recording
from harness.model.spec import Role

UNREAD = "unread."
SHARED = "event_id on both channels"
_OF_THE_ORDER = ("order_id", "value", "currency", "items", "units")
_CORE = ("account", "name", "event_id", "time", "page_url", *_OF_THE_ORDER)
# How far from a step, in seconds, an event may be and still be of it: pages load while the next step begins.
_MARGIN = 1.5
# The worse the higher; an identifier that is not sent has no trait at all.
_WORTH = {"right": 0, "variant": 0, "unverifiable": 0, "unexplained": 2, "mistaken": 3, "raw": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What one value is; the higher `worth`, the worse. Traits of other texts cannot be ranked by it if it is equal.

    `perhaps` are the texts that would be as true of it: another visitor's value may be needed to tell them apart.
    """

    text: str
    worth: int = 0
    perhaps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """One event. `page` and `steps` are where it fired, `at` when, from the start of the visit; `delay` is how long
    after its order, `age` how old it said it was.

    Only an event that names its page itself `knows_page`: a request that leaves while the next page loads may be of
    either.
    """

    vendor: str
    channel: str
    request: str
    name: str
    event: str
    role: Role
    page: str
    knows_page: bool
    steps: frozenset[int]
    at: float
    delay: float | None
    age: float | None
    traits: dict[str, Trait]

    @property
    def shown(self) -> str:
        return self.name or self.event or self.request


def portraits(facts: VendorFacts, recording: Recording, kinds: Kinds) -> tuple[Portrait, ...]:
    """Every event of one vendor, in order of receipt."""
    painter = _Painter(facts, recording, kinds)
    return tuple(painter.portrait(event) for event in facts.events)


class _Painter:
    """What is looked up for each event of a vendor."""

    def __init__(self, facts: VendorFacts, recording: Recording, kinds: Kinds) -> None:
        self._recording, self._kinds, self._events, self._spec = recording, kinds, facts.events, facts.spec
        self._exchanges = {exchange.id: exchange for exchange in recording.exchanges}
        copies = [*facts.copies, *facts.refused]
        self._conversions = {
            event.id: copy.conversion
            for copy in copies
            for event in (*copy.tag, *copy.capi, *copy.collect, *copy.enhancements, *copy.blocked)
        }
        self._differences = {
            (entry.event, entry.parameter): entry for entry in facts.differences if entry.against == "order"
        }
        self._identifiers: dict[str, list[IdentifierFact]] = {}
        for fact in identifier_facts(facts.events, facts.spec, kinds.persona):
            self._identifiers.setdefault(fact.event, []).append(fact)
        self._literal = {"account", "name", *(signal.field for signal in facts.spec.consent)}

    def portrait(self, event: Event) -> Portrait:
        conversion = self._conversions.get(event.id)
        exchange = self._exchanges[event.exchange]
        page = event.page_url or exchange.page
        return Portrait(
            vendor=event.vendor,
            channel=event.channel,
            request=event.request,
            name=event.name,
            event=event.event,
            role=event.role,
            page=self._page(page) if event.origin is Origin.BROWSER else "",
            knows_page=bool(event.page_url),
            steps=self._steps(event.received_at) if event.origin is Origin.BROWSER else frozenset(),
            at=event.received_at - self._recording.started_at,
            delay=event.received_at - conversion.at if conversion and event.role is Role.EVENT else None,
            age=event.received_at - event.time if event.time is not None else None,
            traits=dict(self._traits(event, conversion)),
        )

    def _page(self, url: str) -> str:
        host, path = page_of(url)
        return self._kinds.of(f"{host}{path}/") if host_of(url) else ""

    def _steps(self, at: float) -> frozenset[int]:
        return frozenset(
            step.index for step in self._recording.steps if step.started_at - _MARGIN <= at <= step.ended_at + _MARGIN
        )

    def _traits(self, event: Event, conversion: Conversion | None) -> Iterator[tuple[str, Trait]]:
        if event.account:
            yield "account", Trait(text=event.account)
        yield from self._event_id(event)
        for name in _OF_THE_ORDER:
            text = self._against_order(event, name, conversion)
            if text:
                yield name, Trait(text=text, worth=int(text != _AS_ORDERED))
        if event.page_url:
            yield "page_url", Trait(text=self._kinds.of(event.page_url))
        for field, value in self._other_fields(event):
            yield field, Trait(text=value if field in self._literal else self._kinds.of(value))
        for fact in self._identifiers.get(event.id, ()):
            if fact.state != "missing":
                yield f"identifier.{fact.name}", self._identifier(fact)
        yield from self._unread(event)
        yield "fate", Trait(text=event.fate.value)
        yield "answer", self._answer(event)
        yield "schema", self._schema(event)

    def _event_id(self, event: Event) -> Iterator[tuple[str, Trait]]:
        if not event.event_id:
            return
        others = [
            other
            for other in self._events
            if event.key and other.event == event.event and other.key and other.channel != event.channel
        ]
        is_shared = any(other.key == event.key for other in others)
        yield "event_id", Trait(text=self._kinds.of(event.event_id))
        if others:
            yield SHARED, Trait(text="the same" if is_shared else "different", worth=int(not is_shared))

    def _against_order(self, event: Event, name: str, conversion: Conversion | None) -> str:
        problem = next((entry for entry in event.problems if entry.field == name), None)
        sent = event.fields.get(name) if name == "units" else getattr(event, name)
        if problem is not None:
            return f"unreadable: {self._kinds.of(problem.found)}"
        if not sent:
            return ""
        found = self._differences.get((event.id, name))
        if found is not None:
            return self._unlike(found)
        has_truth = conversion is not None and (name == "units" or bool(getattr(conversion, name)))
        return _AS_ORDERED if has_truth else self._kinds.of(_shown(sent))

    def _unlike(self, difference: Difference) -> str:
        found = self._kinds.of(difference.found)
        return f"{found}, not the order's" + (f": {difference.explanation}" if difference.explanation else "")

    def _other_fields(self, event: Event) -> Iterator[tuple[str, str]]:
        """Fields beside those that every vendor has; two names of one place are one."""
        told = {event.paths[name] for name in _CORE if name in event.paths}
        for name, value in event.fields.items():
            is_again = event.paths.get(name) in told and not name.startswith(("click_id.", "browser_id."))
            if name not in _CORE and not is_again and value not in ("", None, ()):
                yield name, _shown(value)

    def _unread(self, event: Event) -> Iterator[tuple[str, Trait]]:
        sent = {value for values in event.identifiers.values() for value in values}
        read = [path.split("/") for path in event.paths.values()]
        found: dict[str, set[str]] = {}
        for path, value in _leaves(event.payload, ()):
            text = _shown(value)
            if text and text not in sent and not any(_is_below(path, known) for known in read):
                name = "/".join("*" if part.isdigit() else part for part in path)
                found.setdefault(name, set()).add(self._kinds.loosely(text))
        for name, texts in found.items():
            yield UNREAD + self._kinds.of(name), Trait(text=", ".join(sorted(texts)))

    def _identifier(self, fact: IdentifierFact) -> Trait:
        form = f" ({written})" if (written := encoding_of(fact.found)) else ""
        said = {
            "right": "right",
            "variant": f"right, as {fact.variant}",
            "mistaken": fact.mistake,
            "raw": "plain where a hash is due",
            "unexplained": "not the visitor's",
        }
        known = self._spec.identifier(fact.name)
        perhaps: set[str] = set()
        if known is not None and fact.state in ("right", "variant", "mistaken"):
            person = self._kinds.persona
            texts = right_texts(known.sent_in(fact.channel, ""), person)
            digest = digest_of(fact.found)
            perhaps |= {f"right, as {name}" for name, text in texts.items() if digest == sha256(text)}
            perhaps |= explanations(fact.found, known.persona, next(iter(texts.values()), ""), person)
        return Trait(
            text=said.get(fact.state, "sent") + form,
            worth=_WORTH[fact.state],
            perhaps=frozenset(text + form for text in perhaps),
        )

    def _answer(self, event: Event) -> Trait:
        if event.answer.accepted is None:
            return Trait(text="not known")
        if event.answer.accepted:
            return Trait(text="accepted")
        return Trait(text=f"refused: {self._kinds.of(event.answer.detail)}".rstrip(": "), worth=1)

    def _schema(self, event: Event) -> Trait:
        faults = [*event.schema_faults, *event.request_faults]
        texts = sorted({f"{fault.path}: {self._kinds.of(fault.found)}, expected {fault.expected}" for fault in faults})
        return Trait(text="; ".join(texts) or "kept", worth=len(texts))


_AS_ORDERED = "the order's"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return ", ".join(entry.text if isinstance(entry, Item) else _shown(entry) for entry in value)
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, str(index)))
    else:
        yield path, value


def _is_below(path: Iterable[str], known: list[str]) -> bool:
    """Does a leaf of the payload stand at a path of the request that a spec reads, or below it?

    The payload may be an event of a batch: what the path begins with is not of the payload.
    """
    path = list(path)
    return any(known[-length:] == path[:length] for length in range(min(len(path), len(known) - 1), 0, -1))
