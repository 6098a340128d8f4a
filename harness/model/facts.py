"""What the comparators found: statements without opinion, which the checks judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.event import Decoded, Event
from harness.model.persona import Persona
from harness.model.recording import Conversion, Recording
from harness.model.scenario import VendorAccount
from harness.model.spec import Rule, VendorSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPair:
    """A tag copy and a server copy of one event, and the field by which they were paired (`event_id`, `nearest`)."""

    tag: Event
    capi: Event
    paired_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """All copies of one conversion that reached one vendor, and those blocked on the way."""

    conversion: Conversion
    tag: tuple[Event, ...]
    capi: tuple[Event, ...]
    collect: tuple[Event, ...]
    enhancements: tuple[Event, ...]
    blocked: tuple[Event, ...]
    pairs: tuple[EventPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Copies of one event that reached one vendor, as far as they tell by themselves that they are one.

    `joined_by` is `event_id` or `order_id`, or `nearest` where only their time says so; empty for a copy alone.
    `ids` says whether the tag's and the server's copies share the vendor's key: `same`, `differ`, `missing` on one
    side, `unused` where the vendor has none, and empty as long as one of the two copies has not come.
    """

    vendor: str
    event: str
    copies: tuple[Event, ...]
    joined_by: str = ""
    ids: str = ""

    def of(self, *channels: str) -> tuple[Event, ...]:
        return tuple(event for event in self.copies if event.channel in channels)

    @property
    def order_id(self) -> str:
        return next((event.order_id for event in self.copies if event.order_id), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DedupGroup:
    """Copies that the platform would make one of: `kept` of them all, `dropped` by `rule`.

    `certainty` is `certain`, `likely`, `clock` (if both copies fall into one slot of a clock that is not known) or
    `undocumented`; `note` says what is unusual about it.
    """

    kept: Event
    dropped: tuple[Event, ...]
    rule: Rule | None = None
    certainty: str = "certain"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredEvent:
    """An event that one of the vendor's filters caught, and what caught it: `field` and `value`, or the request.

    `counted` is `never`, `perhaps` or `always`; what only an inferred rule says to be lost is perhaps counted.
    """

    event: str
    channel: str
    rule: Rule
    counted: str
    field: str = ""
    value: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DedupPrediction:
    """What the platform would count for one event name of one vendor in one run.

    `counted` is the number of groups, `alternatives` all numbers that are possible: `order_sensitive` where another
    order of arrival gives another number, `undocumented` where the vendor does not say what happens, `by_clock` where
    it does not say when its day or slot ends, `hedged` where it says that a rule holds generally. `filtered` are the
    copies that are never counted, or that are `doubtful`: counted perhaps.
    """

    event: str
    groups: tuple[DedupGroup, ...]
    counted: int
    expected: int
    order_sensitive: bool = False
    undocumented: bool = False
    by_clock: bool = False
    hedged: bool = False
    doubtful: bool = False
    filtered: tuple[FilteredEvent, ...] = ()
    alternatives: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierFact:
    """One identifier in one event.

    `state`: `right`, `variant` (right by an accepted variant), `mistaken` (a known mistake was made, named in
    `mistake`), `raw` (plain where a digest is due), `unexplained`, `unverifiable`, `missing`.
    `expected` and `found` are as sent, i.e. digests where digests are due. `rule` is what the value was judged by: the
    vendor's own for the channel or the kind of request, where that makes a difference.
    """

    event: str
    channel: str
    name: str
    tier: str
    state: str
    rule: Rule
    found: str = ""
    expected: str = ""
    mistake: str = ""
    confidence: str = ""
    variant: str = ""
    importance: str = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the identifiers that could have been sent were sent, in one channel of one vendor.

    Click IDs count among them, by their URL parameter.
    `score` weighs tiers 3:2:1 and is ours alone: it is no vendor's match quality.
    """

    channel: str
    sent: tuple[str, ...]
    missing: tuple[str, ...]
    score: float
    by_tier: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A parameter that is not what it should be. `against` is `order` (the truth) or `tag` (the other copy)."""

    event: str
    parameter: str
    against: str
    found: str
    expected: str
    path: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickIdFact:
    """Where a click ID of the landing URL got to. `state`: `carried`, `altered`, `missing`, `stripped`, `foreign`."""

    event: str
    channel: str
    parameter: str
    state: str
    found: str = ""
    expected: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFact:
    """What the visitor had answered when an event was sent, and what the event tells the vendor of it.

    `answer` is `granted`, `denied`, `withdrawn`, or `unanswered` before any choice. A server call is about its
    conversion, so the answer then is what counts; `late` says that it was sent after a consent that came later.
    `told` is `granted`, `denied` or empty, by `value` of `field`, under `rule`.
    """

    event: str
    channel: str
    answer: str
    late: bool = False
    told: str = ""
    field: str = ""
    value: str = ""
    rule: Rule | None = None

    @property
    def is_refused(self) -> bool:
        return self.answer not in ("", "granted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What the tag's copies could have carried of what the visitor had given, and what they did carry, by name."""

    offered: tuple[str, ...]
    sent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingFact:
    """A parameter or identifier of a tag's event that the data layer held only after the tag had fired.

    `found` is what was sent in its place, if anything.
    """

    event: str
    parameter: str
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFact:
    """Plain values of the visitor in a page's data layer: their names, after which step, and who reads along.

    `strangers` are hosts of scripts on that page that belong neither to the site nor to a vendor of the scenario.
    """

    step: int
    url: str
    names: tuple[str, ...]
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFact:
    """A page of the site on which the visitor stood with consent, and whether the vendor's tag ran there.

    `leg` is that of the journey, `click_ids` are the vendor's that stood in its address.
    """

    url: str
    is_tagged: bool
    leg: int = 0
    click_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The way of one value of one conversion, hop by hop: where it was, and after which hop it was gone.

    `hops` are (hop, state) in order; the hop is `data layer`, `tag`, `collect` or `capi`, the state `there`, `absent`,
    or `not observable`. `lost_at` names the first hop that lacks what the hop `last_seen` had, empty if none does.
    """

    order_id: str
    parameter: str
    value: str
    hops: tuple[tuple[str, str], ...]
    last_seen: str = ""
    lost_at: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFacts:
    """Everything stated about one vendor in one run.

    `copies` are those of the conversions that the vendor is to hear of, `refused` those of conversions made without
    consent: nothing is demanded of them. `wanted_accounts` are those that events must name, by the event's ID.
    `further` are events for another account beside those for the one that is meant; they are copies of nothing.
    `retried` are events that were taken when they were sent again, and whether that was the same call word for word.
    `timing` is None where no data layer was seen when a tag fired.
    """

    spec: VendorSpec
    account: VendorAccount
    events: tuple[Event, ...]
    copies: tuple[Copies, ...]
    stray: tuple[Event, ...]
    dedup: tuple[DedupPrediction, ...]
    identifiers: tuple[IdentifierFact, ...]
    coverage: tuple[Coverage, ...]
    differences: tuple[Difference, ...]
    click_ids: tuple[ClickIdFact, ...]
    trails: tuple[Trail, ...] = ()
    filtered: tuple[FilteredEvent, ...] = ()
    refused: tuple[Copies, ...] = ()
    consent: tuple[ConsentFact, ...] = ()
    pages: tuple[PageFact, ...] = ()
    timing: tuple[TimingFact, ...] | None = None
    wanted_accounts: dict[str, str] = field(default_factory=dict)
    further: tuple[Event, ...] = ()
    retried: dict[str, bool] = field(default_factory=dict)
    matching: Matching = Matching(offered=(), sent=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Where values of the visitor stood plain in a request of the browser, in whatever encoding.

    `place` is `address`, `referrer` or `body`; `names` are the persona's names of the values. `is_own` tells the site's
    own hosts from everybody else's, `is_page` a page from what it loads. `is_met` says that the host shows the visitor
    something of its own in a frame, as a payment provider does. `vendors` are those that read events in the request.
    """

    exchange: str
    host: str
    place: str
    names: tuple[str, ...]
    is_own: bool
    is_page: bool = False
    is_met: bool = False
    vendors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a check may look at: one run, and one vendor of it at a time.

    `other_orders` maps an event ID to the orders of other runs that used it.
    """

    recording: Recording
    persona: Persona
    decoded: Decoded
    vendor: VendorFacts
    all_vendors: Mapping[str, VendorFacts]
    other_orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvidence:
    """What a check of a whole run may look at. `baseline` is the same visit without blocking, if there was one."""

    recording: Recording
    persona: Persona
    decoded: Decoded
    vendors: Mapping[str, VendorFacts]
    exposures: tuple[Exposure, ...] = ()
    layers: tuple[LayerFact, ...] = ()
    baseline: Recording | None = None
