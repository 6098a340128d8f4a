"""A vendor spec: what one vendor's requests look like, how it deduplicates and which identifiers it takes.

Vendor knowledge is data. Every rule has an ID, a source, a review date and a confidence; a rule that is only
inferred never yields an error. The meaning of each word is in `vendor_specs/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Confidence(StrEnum):
    """`high`: the vendor says so or several captures agree; `low`: one weak source or an inference."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Basis(StrEnum):
    """What a rule stands on."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    title: str
    url: str = ""
    read: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A citable statement of a spec; `sources` are keys of the spec's source table.

    `at_most` is the gravest a finding that stands on it may be (a severity word; empty: as grave as the check says).
    """

    id: str
    says: str
    sources: tuple[str, ...]
    basis: Basis = Basis.DOCUMENTED
    confidence: Confidence = Confidence.HIGH
    reviewed: str = ""
    at_most: str = ""


class Role(StrEnum):
    """What a matched request is: `event` counts, `mirror` repeats an event on another host, `enhancement` enriches
    one without adding a count, `auxiliary` is none of these (scripts, configuration, cookie matches)."""

    EVENT = "event"
    MIRROR = "mirror"
    ENHANCEMENT = "enhancement"
    AUXILIARY = "auxiliary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which requests a rule reads. Patterns are regular expressions that must match the whole value.

    `where` maps a document path to a pattern its value must match; `absent` lists paths that must not exist.
    Named groups of `path` are readable as `path/<name>`.
    """

    hosts: tuple[str, ...] = (".*",)
    path: str = ".*"
    methods: tuple[str, ...] = ("GET", "POST")
    where: dict[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """Undo one more encoding: the value at document path `at` is read `using` a codec and replaced by the result."""

    at: str
    using: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """Where a field stands: the first path that has a value wins.

    `using` is a field codec of `harness.decode.codecs` with `options`. Where nothing stands at the paths, the field is
    read as `otherwise` says, of another place in another form.
    """

    paths: tuple[str, ...]
    using: str = "text"
    options: dict[str, Any] = field(default_factory=dict)
    otherwise: FieldRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a stand-in says something.

    `where` maps document paths to patterns; `schema_fault` is a name that a schema gives to a violation
    (`x-answer`); `stale` holds when an event is older than the spec's `event_time` allows.
    """

    where: dict[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    schema_fault: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWhen(Condition):
    """How a vendor answers in one case. The first of a request's answers whose conditions hold is given.

    The answer without conditions is the success. Bodies may hold `{detail}`, `{index}`, `{count}` and the lists of
    `per_event`.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry(Condition):
    """What an answer says of one event: `adds` maps the name of a list to the entry the event adds to it."""

    adds: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """How to tell from an answer that the vendor took the event.

    `where` and `absent` look at the answer's `body`; `{index}` in a path is the event's place in its batch.
    """

    statuses: tuple[int, ...] = (200, 201, 202, 204, 302)
    where: dict[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """How a file is laid out that people hand to the vendor instead of calling its API.

    `csv`: a table whose line of names is known by the columns `told_by`; `columns` are all that are documented.
    `only` maps columns to patterns: other rows are no conversions.
    `jsonl`: one event a line, as the API takes it; or the body of a call a line, which has its events `within`.
    """

    format: str
    told_by: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    separator: str = ","
    only: dict[str, str] = field(default_factory=dict)
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRule:
    """How copies of one event on other hosts are folded into it: the same `key` fields within `within` seconds."""

    of: tuple[str, ...]
    key: tuple[str, ...]
    within: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRule:
    """How one kind of request is recognised, read, validated and answered.

    The answers hold lists to which each event adds the entries of the first case of `per_event` that it is.
    `schema` describes one event, `request_schema` the whole request: how many events, and what stands beside them.
    `lacks` says what an auxiliary request would need to be an event; without it, it is none by design. `is_library` is
    true of those that fetch the vendor's own code: they tell it of no event.
    `upload` is the layout of a file, each row of which is an event.
    """

    id: str
    channel: str
    role: Role
    match: Match
    rule: Rule
    decodings: tuple[Decoding, ...] = ()
    events: str = ""
    fields: dict[str, FieldRule] = field(default_factory=dict)
    identifiers: dict[str, FieldRule] = field(default_factory=dict)
    schema: str = ""
    request_schema: str = ""
    per_event: tuple[EventEntry, ...] = ()
    answers: tuple[AnswerWhen, ...] = ()
    acceptance: Acceptance = Acceptance()
    mirror: MirrorRule | None = None
    lacks: str = ""
    is_library: bool = False
    upload: Upload | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickId:
    """A click ID the vendor appends to landing URLs.

    `example` says how to make one: {"prefix", "alphabet" (mixed | upper | hex | uuid | digits), "length"}.
    `required` maps a channel to the severity word when the ID was there at the landing but not in the event.
    `cookie` names the first-party cookie it is kept in.
    """

    parameter: str
    rule: Rule
    example: dict[str, Any] = field(default_factory=dict)
    case_sensitive: bool = True
    cookie: str = ""
    lifetime: str = ""
    required: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalisation:
    """One accepted way to prepare a value: ordered `steps`, each a name or {name: argument}."""

    name: str
    steps: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredEncodings:
    """The encodings of a digest by what the request says in `field` that it used."""

    field: str
    values: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One identifier the vendor takes.

    `persona` names the persona value it is made of (empty: cannot be recomputed, e.g. an IP address).
    `hashing` is `required`, `optional` or `forbidden`; `encodings` are the accepted forms of a digest, `declared` those
    of a request that says which it used.
    `suffix` is a pattern of characters a library may append, ignored in comparison.
    `channels` maps a channel to `required`, `recommended` or `optional`.
    `mismatch` is the severity of a value that is neither right nor explained away.
    `differs` holds the identifier as it is to be sent in one channel or one kind of request, where that is otherwise.
    """

    name: str
    tier: str
    rule: Rule
    persona: str = ""
    hashing: str = "required"
    encodings: tuple[str, ...] = ("hex",)
    declared: DeclaredEncodings | None = None
    normalisations: tuple[Normalisation, ...] = ()
    suffix: str = ""
    channels: dict[str, str] = field(default_factory=dict)
    mismatch: str = "error"
    title: str = ""
    differs: dict[str, Identifier] = field(default_factory=dict)

    def sent_in(self, channel: str, request: str) -> Identifier:
        """The identifier as this kind of request takes it, else as this channel does."""
        return self.differs.get(request) or self.differs.get(channel) or self


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEvents:
    """The generic events something holds for: `only` these (empty: all) but `never` those."""

    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def __contains__(self, event: str) -> bool:
        return event not in self.never and (not self.only or event in self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCondition:
    """What a copy must be for a rule of deduplication to look at it.

    Its fields match `where` and do not match `unlike`; it lacks a field of `without`, if there is one; when it was
    received it was `older` than so many seconds, or `not_older` (a copy without a time of its own is not).
    """

    where: dict[str, str] = field(default_factory=dict)
    unlike: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    older: float | None = None
    not_older: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DedupRule:
    """One rule by which the vendor drops copies of an event.

    `key`: fields that must all be present and equal. `any_of`: beside it, one of these must be equal.
    `unless`: the rule does not apply to a pair in which both copies have this field.
    `events`: the generic events it holds for; both copies must be one of them.
    `copies`: what a copy of a channel must be, by channel.
    `across`: `channels` (only copies of different channels), `any`.
    `window`: seconds the window stays open (None: unlimited), counted on `clock` (`received` or `event-time`,
    the latter falling back to receipt). `opens_after`: seconds before which nothing is dropped.
    `against`: the copies of a group that a later one is compared with, the `first` or `any`, also a dropped one.
    `slots`: in place of a window, the seconds of fixed slots of the clock (a calendar day: 86400), one of which both
    copies must fall into. `zone` is whose clock it is: `UTC`, or empty where the vendor does not say.
    `mode`: `group` (all copies in the window are one) or `pairwise` (one tag copy cancels one server copy).
    `order`: `any` or `tag-first` (a server copy that came first stays).
    `keep`: `first`, `tag`, `capi`, `last` or `unknown`; `prefer_tag_within` overrides it inside that many seconds.
    `sure` is False when the vendor hedges: the comparator then says `likely`.
    `repeat` says what a repeat inside one channel does for this rule: `dropped`, `counted` or `undocumented`.
    """

    rule: Rule
    key: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    unless: str = ""
    events: ForEvents = ForEvents()
    copies: dict[str, CopyCondition] = field(default_factory=dict)
    across: str = "channels"
    window: float | None = None
    slots: float | None = None
    zone: str = ""
    opens_after: float = 0.0
    clock: str = "received"
    against: str = "first"
    mode: str = "group"
    order: str = "any"
    keep: str = "first"
    prefer_tag_within: float = 0.0
    edge: float = 0.0
    sure: bool = True
    repeat: str = "undocumented"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRule:
    """Events that the vendor takes and treats as no conversion, or that must not be sent in earnest.

    It catches events of these `requests` (empty: of all) whose fields match `where` and, if there is a `without`, that
    lack one of its fields. `counted`: `never`, `perhaps` where the vendor does not say, or `always`, when they count
    like any other.
    """

    rule: Rule
    requests: tuple[str, ...] = ()
    where: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    counted: str = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSignal:
    """How a call tells the vendor what the visitor answered about consent.

    A value of `field` that matches `denied` asks the vendor to use the event in a limited way only; one that matches
    `granted` says that the visitor agreed.
    """

    rule: Rule
    field: str
    denied: str = ""
    granted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventId:
    """The vendor's event ID. `used` is False for vendors that have none; `pattern` is what a good one looks like.

    `generated` is a pattern of IDs that the tag makes up when the site gives none. `events` are those that have the ID.
    """

    rule: Rule
    used: bool = True
    field: str = "event_id"
    pattern: str = ".+"
    generated: str = ""
    unique_per_order: bool = True
    same_on_both: bool = True
    events: ForEvents = ForEvents()

    def serves(self, event: str) -> bool:
        """Are copies of this generic event joined by the ID?"""
        return self.used and event in self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNames:
    """How generic events (GA4 names) are called here.

    `names` maps a generic event to all of the vendor's names of it, the first one being the usual one.
    `differs` maps it, where they are not the same everywhere, to the names in a channel or a kind of request.
    `any_case` are the channels and requests in which the case of a name does not matter.
    `chosen_by_site`: names come from the scenario (conversion labels, action IDs) and differ by channel.
    `open`: the names are the usual ones, and the site may have chosen others.
    """

    rule: Rule
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    differs: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    any_case: tuple[str, ...] = ()
    chosen_by_site: bool = False
    open: bool = False

    def sent_in(self, channel: str, request: str, event: str) -> tuple[str, ...]:
        """The names of a generic event in this kind of request, else in this channel, else anywhere."""
        places = self.differs.get(event, {})
        return places.get(request) or places.get(channel) or self.names.get(event, ())

    def is_case_free(self, channel: str, request: str) -> bool:
        return channel in self.any_case or request in self.any_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """From which age on, in seconds, the vendor still takes a server event, but not as it would have: `means` says so.

    `means` completes the words "after that time".
    """

    rule: Rule
    after: float
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Earliness:
    """Up to which age, in seconds, the vendor is not ready for a server event yet, and what then becomes of it.

    `means` completes the words "before that time".
    """

    rule: Rule
    before: float
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """How old a server event may be, in seconds, and how far in the future. None: the vendor names no greatest age."""

    rule: Rule
    max_age: float | None = None
    max_future: float = 300.0
    late: Lateness | None = None
    early: Earliness | None = None

    def rules(self) -> list[Rule]:
        return [self.rule, *(each.rule for each in (self.late, self.early) if each)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTimeLimit(TimeLimit):
    """A limit of its own for events of these `requests` (empty: of all) whose fields match `where`."""

    requests: tuple[str, ...] = ()
    where: dict[str, str] = field(default_factory=dict)

    def is_for(self, request: str, fields: Mapping[str, Any]) -> bool:
        return (not self.requests or request in self.requests) and all(
            re.fullmatch(pattern, str(fields.get(name) or ""), re.DOTALL) for name, pattern in self.where.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTime(TimeLimit):
    """The limit of most events; the first of `differs` that is for an event holds in its place."""

    differs: tuple[OtherTimeLimit, ...] = ()

    def limit_for(self, request: str, fields: Mapping[str, Any]) -> TimeLimit:
        return next((limit for limit in self.differs if limit.is_for(request, fields)), self)

    def fields(self) -> frozenset[str]:
        """The fields that decide which limit holds."""
        return frozenset(name for limit in self.differs for name in limit.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSource:
    """The vendor's words for where a conversion happened, by ours (`website`, `physical_store`, ...).

    `severity` is that of a word for another place: an error only where its effect is documented.
    """

    rule: Rule
    values: dict[str, tuple[str, ...]]
    severity: str = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRule:
    """A parameter of an event. `required_for` maps a channel to generic events that must carry it;
    `*` means every event. `leaves_out` is what the vendor has left out of an amount: `shipping`, `tax`."""

    parameter: str
    rule: Rule
    required_for: dict[str, tuple[str, ...]] = field(default_factory=dict)
    severity: str = "error"
    leaves_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorSpec:
    """One vendor (`kind: platform`) or transport (`kind: transport`).

    `api` maps a name to the base URL that servers call: where a server cannot use a proxy, a path of that name stands
    for it.
    """

    id: str
    title: str
    kind: str
    reviewed: str
    sources: dict[str, Source]
    hosts: tuple[str, ...]
    requests: tuple[RequestRule, ...]
    event_names: EventNames
    event_id: EventId | None = None
    event_time: EventTime | None = None
    action_source: ActionSource | None = None
    dedup: tuple[DedupRule, ...] = ()
    filters: tuple[FilterRule, ...] = ()
    consent: tuple[ConsentSignal, ...] = ()
    click_ids: tuple[ClickId, ...] = ()
    browser_ids: dict[str, str] = field(default_factory=dict)
    identifiers: tuple[Identifier, ...] = ()
    parameters: tuple[ParameterRule, ...] = ()
    api: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    also_called: tuple[str, ...] = ()
    further_rules: tuple[Rule, ...] = ()
    schemas: dict[str, Any] = field(default_factory=dict)
    digest: str = ""

    def identifier(self, name: str) -> Identifier | None:
        return next((entry for entry in self.identifiers if entry.name == name), None)

    def time_limits(self) -> tuple[TimeLimit, ...]:
        """The limits of an event's age, that of most events last."""
        return (*self.event_time.differs, self.event_time) if self.event_time else ()

    @property
    def takes_offline(self) -> bool:
        """Is there a way to report a conversion that happened away from the web?"""
        away = self.action_source is not None and bool(self.action_source.values.keys() - {"website"})
        return away or any(request.upload for request in self.requests)

    def rules(self) -> dict[str, Rule]:
        """Every citable rule of the spec, by ID."""
        found: list[Rule] = [*self.further_rules, *(request.rule for request in self.requests)]
        found += [self.event_names.rule]
        found += [part.rule for part in (self.event_id, self.action_source) if part is not None]
        found += [rule for limit in self.time_limits() for rule in limit.rules()]
        found += [entry.rule for entry in self.dedup]
        found += [entry.rule for entry in self.filters]
        found += [entry.rule for entry in self.consent]
        found += [entry.rule for entry in self.click_ids]
        found += [one.rule for entry in self.identifiers for one in (entry, *entry.differs.values())]
        found += [entry.rule for entry in self.parameters]
        return {rule.id: rule for rule in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMiss:
    """A request of other people's making that no rule reads, what it is (`says`) and why it is not read (`because`).

    `request` is a pattern for the method and the URL with a blank between them; `channel` is `tag` or `server`.
    """

    vendor: str
    channel: str
    request: str
    says: str
    because: str
