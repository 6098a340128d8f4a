"""What a notification tells, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Who sees it knows whether conversions are counted, and nothing of any visitor.

    `previous` is the verdict of the suite before, empty if none is known. `failing` names vendors with the checks that
    have errors, `*` standing for the run as a whole.
    """

    id: str
    title: str
    suite_id: str
    series: str
    verdict: str
    previous: str
    started_at: str
    runs: int
    orders: int
    errors: int
    warnings: int
    failing: dict[str, tuple[str, ...]]

    @property
    def is_change(self) -> bool:
        return self.verdict != self.previous
