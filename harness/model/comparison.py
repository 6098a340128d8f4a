"""What differs between two releases of a site's tracking, said without a value of anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What a change is about. The order is that of reports."""

    VENDOR_REMOVED = "vendor-removed"
    VENDOR_ADDED = "vendor-added"
    DEDUP = "dedup"
    EVENT_REMOVED = "event-removed"
    EVENT_ADDED = "event-added"
    EVENT_RENAMED = "event-renamed"
    ACCEPTANCE = "acceptance"
    ACCOUNT = "account"
    IDENTIFIER_LOST = "identifier-lost"
    IDENTIFIER_CHANGED = "identifier-changed"
    IDENTIFIER_GAINED = "identifier-gained"
    PARAMETER_REMOVED = "parameter-removed"
    PARAMETER_CHANGED = "parameter-changed"
    PARAMETER_ADDED = "parameter-added"
    PLACE = "place"
    ORDER = "order"
    TIMING = "timing"
    VERSION = "version"
    CONVERSIONS = "conversions"


class Direction(StrEnum):
    """Whether a change is for the worse, as far as the facts alone can tell."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `before` and `after` say what a value is, never the value of a visitor or an order.

    `event` is the vendor's name of the event, `parameter` the spec's name of the field, or the path in the request of
    what no spec reads (`is_read` False). `times` is how many events of the run show it. `matters` is the verdict.
    """

    kind: ChangeKind
    vendor: str
    channel: str = ""
    event: str = ""
    parameter: str = ""
    before: str = ""
    after: str = ""
    direction: Direction = Direction.OTHER
    is_read: bool = True
    times: int = 1
    matters: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """One scenario under one profile in both releases. `gaps` is what could not be compared, and why."""

    scenario: str
    title: str
    profile: str
    profile_title: str
    events: tuple[int, int]
    changes: tuple[Change, ...]
    gaps: tuple[str, ...] = ()

    @property
    def mattering(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.matters)

    @property
    def notes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if not change.matters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One of the two sides: where its recordings are, when they were made, and on what."""

    name: str
    suite_id: str
    started_at: float
    site: str
    browser: str
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `harness compare` found. `missing` are runs that only the first release has, `new` those of the second."""

    before: Release
    after: Release
    runs: tuple[RunComparison, ...]
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    vendor_titles: dict[str, str]
    harness_version: str = ""

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for run in self.runs for change in run.changes)

    @property
    def mattering(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.matters)

    @property
    def is_whole(self) -> bool:
        """Was everything of the first release found in the second, and could it be compared?"""
        return not self.missing and not any(run.gaps for run in self.runs)
