"""Did a share change for good, when, and is there enough evidence to say?

For every day but the first, the runs before are held against the runs from then on, and the day with the largest
difference is put to Fisher's exact test. Its probability is multiplied by the number of days that were tried and by the
number of curves on the page that vary at all, so that all of a page's curves together show a change by chance at most
once in a hundred pages. Both sides are then looked at in the same way. A curve without variation can
show none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb, exp, lgamma, sqrt

from harness.model.insights import Change, DayShare, Share, Trend, TrendState

_CHANCE = 0.01
_LEAST_RUNS = 5
_LEAST_DIFFERENCE = 0.1


def trend(days: Sequence[DayShare], curves: int) -> Trend:
    """`days` are in order; `curves` is how many curves of the page vary."""
    found = tuple(_changes(days, max(curves, 1)))
    if found:
        return Trend(state=TrendState.CHANGED, changes=found)
    needed = _needed(max(curves, 1))
    if _sum(days).runs < needed:
        return Trend(state=TrendState.UNCLEAR, needed=needed)
    return Trend(state=TrendState.STEADY)


def varies(days: Sequence[DayShare]) -> bool:
    return 0 < _sum(days).hits < _sum(days).runs


def _changes(days: Sequence[DayShare], curves: int) -> Iterator[Change]:
    """In order of time."""
    splits = list(_splits(days))
    if not splits:
        return
    at, before, after = max(splits, key=lambda split: _distance(split[1], split[2]))
    chance = min(1.0, _by_chance(before, after) * len(splits) * curves)
    if chance > _CHANCE or abs((after.value or 0) - (before.value or 0)) < _LEAST_DIFFERENCE:
        return
    yield from _changes(days[:at], curves)
    yield Change(day=days[at].day, before=before, after=after, chance=chance)
    yield from _changes(days[at:], curves)


def _splits(days: Sequence[DayShare]) -> Iterator[tuple[int, Share, Share]]:
    """Every day on which enough runs are on both sides."""
    whole = _sum(days)
    hits = runs = 0
    for at in range(1, len(days)):
        hits += days[at - 1].share.hits
        runs += days[at - 1].share.runs
        if runs >= _LEAST_RUNS and whole.runs - runs >= _LEAST_RUNS:
            yield at, Share(hits=hits, runs=runs), Share(hits=whole.hits - hits, runs=whole.runs - runs)


def _distance(before: Share, after: Share) -> float:
    """The two-proportion statistic, without its sign."""
    runs = before.runs + after.runs
    pooled = (before.hits + after.hits) / runs
    spread = sqrt(pooled * (1 - pooled) * (1 / before.runs + 1 / after.runs))
    return abs((before.value or 0) - (after.value or 0)) / spread if spread else 0.0


def _by_chance(before: Share, after: Share) -> float:
    """Fisher's exact probability of a difference as large, in either direction: twice the tail it lies in."""
    hits, runs = before.hits + after.hits, before.runs + after.runs
    least, most = max(0, hits - after.runs), min(hits, before.runs)
    is_high = before.hits * runs >= hits * before.runs
    tail = range(before.hits, most + 1) if is_high else range(least, before.hits + 1)
    total = _log_comb(runs, before.runs)
    return min(1.0, 2 * sum(exp(_log_comb(hits, k) + _log_comb(runs - hits, before.runs - k) - total) for k in tail))


def _log_comb(whole: int, part: int) -> float:
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)


def _needed(curves: int) -> int:
    """How many runs it takes until a change of everything in the middle would be told."""
    runs = 2 * _LEAST_RUNS
    while 2 / comb(runs, runs // 2) * (runs - 1) * curves > _CHANCE:
        runs += 1
    return runs


def _sum(days: Sequence[DayShare]) -> Share:
    return Share(hits=sum(day.share.hits for day in days), runs=sum(day.share.runs for day in days))
