"""What is known of results over time: what a history holds, as the room of insights reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where figures come from: only runs of one scenario under one profile are compared over time."""

    scenario: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One kind of conversion of one vendor in one trusted run.

    `told_by_tag`, `told_by_server` and `told_by_both` count the orders of which a copy arrived, `deduplicated` those
    told by both of which one copy is counted. `answers` are calls with an answer and `refused` those that the vendor
    refused, by channel (`tag`, `capi`). `delays` are the seconds from an order until the server's copy of it was seen.
    `coverage` is our identifier score by channel.
    """

    vendor: str
    title: str
    kind: str
    event: str
    place: Place
    blocking: bool
    started_at: str
    orders: int
    counted: int | None
    told_by_tag: int
    told_by_server: int
    told_by_both: int
    deduplicated: int
    answers: dict[str, int]
    refused: dict[str, int]
    coverage: dict[str, float]
    delays: tuple[float, ...] = ()

    @property
    def day(self) -> str:
        return self.started_at[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierDay:
    """In how many runs of a day a channel of a vendor sent an identifier, of those in which it could have."""

    vendor: str
    place: Place
    blocking: bool
    channel: str
    name: str
    day: str
    sent: int
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LossTally:
    """In how many runs a profile took the same things from a vendor; what stays unprotected is not in here."""

    vendor: str
    place: Place
    gone: tuple[str, ...]
    click_ids: tuple[str, ...]
    browser_ids: tuple[str, ...]
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTally:
    """How many runs a check had findings in, and when it had the last."""

    vendor: str
    check: str
    severity: str
    runs: int
    last_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteLine:
    """One suite as `harness history show` lists it. `series` is the same for suites of the same runs."""

    key: str
    suite_id: str
    series: str
    title: str
    verdict: str
    started_at: str
    judged_at: str
    runs: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one day to another, both included, as `2026-01-31`."""

    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a history holds of a period; `untrusted` runs are in no figure."""

    period: Period
    visits: tuple[Visit, ...]
    identifiers: tuple[IdentifierDay, ...]
    losses: tuple[LossTally, ...]
    findings: tuple[FindingTally, ...]
    runs: int
    untrusted: int
    titles: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What must hold before a tag can be dropped; docs/insights.md says why these are the defaults.

    Shares are from 0 to 1. `counted_alone` is of the runs in which no tag's copy arrived, `identifier_points` how far
    the server's identifier score may be below the tag's.
    """

    days: int = 90
    runs: int = 80
    blocking_profiles: int = 1
    server_told: float = 0.95
    counted_alone: float = 0.95
    server_refused: float = 0.05
    identifier_points: float = 5.0
    lost_identifiers: int = 0
