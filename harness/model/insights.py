"""What results over time say: what the page of insights is a rendering of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.history import FindingTally, Period, Place, Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """In how many runs something held, of those in which it could have."""

    hits: int
    runs: int

    @property
    def value(self) -> float | None:
        return self.hits / self.runs if self.runs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShare:
    day: str
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From `day` on, a share is another one. `chance` bounds how likely chance alone shows that, on the whole page."""

    day: str
    before: Share
    after: Share
    chance: float

    @property
    def is_better(self) -> bool:
        return (self.after.value or 0) > (self.before.value or 0)


class TrendState(StrEnum):
    STEADY = "steady"
    CHANGED = "changed"
    UNCLEAR = "not enough evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Did a share change? `needed` is how many runs it takes to tell, where there were too few."""

    state: TrendState
    changes: tuple[Change, ...] = ()
    needed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something that holds in a run or not. More is better in all of them."""

    id: str
    title: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Seconds from an order's action to the server's copy; None where there were none."""

    median: float | None = None
    p95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What holds of some runs: of a day, of a place, or of all. `shares` by the measure's ID, `scores` by channel."""

    runs: int
    orders: int
    counted: int
    shares: dict[str, Share]
    calls: dict[str, Share]
    scores: dict[str, float]
    delays: Delays


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFigures:
    place: Place
    figures: Figures
    counted_by_day: tuple[DayShare, ...]
    trends: dict[str, Trend]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change, told once for all places in which it was seen on the same day."""

    subject: str
    day: str
    places: tuple[Place, ...]
    before: Share
    after: Share
    is_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierLine:
    """In which share of runs each channel sent an identifier; None where it never was its to send."""

    name: str
    tag: Share | None
    server: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LossLine:
    """What a profile took: in how many of its runs a channel, a click ID or a browser ID was gone."""

    profile: str
    what: str
    share: Share


class ReadinessVerdict(StrEnum):
    READY = "ready"
    NOT_READY = "not ready"
    UNKNOWN = "not enough evidence"
    NO_TAG = "no tag to drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One condition of readiness: met, not met, or (None) not to be told yet."""

    subject: str
    met: bool | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    vendor: str
    title: str
    verdict: ReadinessVerdict
    reasons: tuple[Reason, ...]
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One kind of conversion of one vendor."""

    vendor: str
    title: str
    event: str
    total: Figures
    days: tuple[tuple[str, Figures], ...]
    places: tuple[PlaceFigures, ...]
    changes: tuple[ChangeLine, ...]
    identifiers: tuple[IdentifierLine, ...]
    losses: tuple[LossLine, ...]
    findings: tuple[FindingTally, ...]
    unclear: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    period: Period
    sections: tuple[Section, ...]
    readiness: tuple[Readiness, ...]
    measures: tuple[Measure, ...]
    thresholds: Thresholds
    runs: int
    untrusted: int
    titles: dict[str, str] = field(default_factory=dict)
