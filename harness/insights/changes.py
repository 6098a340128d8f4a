"""Did a share change for good, or for a time, when, and is there enough evidence to say?

For every day but the first, the runs before are held against the runs from then on, and the day with the largest
difference is put to Fisher's exact test. Its probability is multiplied by the number of days that were tried and by the
number of curves on the page that vary at all. Where no day parts the runs so, every stretch of days is held against
what is before and after it, and both its ends must stand the same test. Together all of a page's curves show a change
by chance at most once in a hundred pages. All parts are then looked at in the same way. A curve without variation can
show none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import comb, exp, lgamma, sqrt

from harness.model.insights import Change, DayShare, Share, Trend, TrendState

_CHANCE = 0.01
_LEAST_RUNS = 5
_LEAST_DIFFERENCE = 0.1
# For one day from which on all is otherwise, and for a time between two.
_WAYS = 2


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
    found = _parted(days, curves) or _interrupted(days, curves)
    parts = [days[begin:end] for begin, end in pairwise((0, *(at for at, _ in found), len(days)))]
    for part, (_, chance), before in zip(parts[1:], found, parts, strict=False):
        yield from _changes(before, curves)
        yield Change(day=part[0].day, before=_sum(before), after=_sum(part), chance=chance)
    if found:
        yield from _changes(parts[-1], curves)


def _parted(days: Sequence[DayShare], curves: int) -> list[tuple[int, float]]:
    """The day from which on all is otherwise, if there is one, with its chance."""
    splits = list(_splits(days))
    if not splits:
        return []
    at, before, after = max(splits, key=lambda split: _distance(split[1], split[2]))
    chance = _chance(before, after, len(splits) * curves)
    return [(at, chance)] if _is_change(before, after, chance) else []


def _interrupted(days: Sequence[DayShare], curves: int) -> list[tuple[int, float]]:
    """The first day of a time in which all was otherwise, and the first after it; both must hold by themselves."""
    stretches = list(_stretches(days))
    if not stretches:
        return []
    begin, end, (before, inside, after) = max(
        stretches, key=lambda found: min(_distance(found[2][0], found[2][1]), _distance(found[2][1], found[2][2]))
    )
    tried = len(days) * (len(days) - 1) // 2 * curves
    edges = [(begin, before, inside), (end, inside, after)]
    found = [(at, _chance(one, other, tried)) for at, one, other in edges]
    holds = all(_is_change(one, other, chance) for (_, one, other), (_, chance) in zip(edges, found, strict=True))
    return found if holds else []


def _chance(before: Share, after: Share, tried: int) -> float:
    """Of a difference as large in any of so many comparisons; each curve is searched in two ways."""
    return min(1.0, _by_chance(before, after) * tried * _WAYS)


def _is_change(before: Share, after: Share, chance: float) -> bool:
    return chance <= _CHANCE and abs((after.value or 0) - (before.value or 0)) >= _LEAST_DIFFERENCE


def _stretches(days: Sequence[DayShare]) -> Iterator[tuple[int, int, tuple[Share, Share, Share]]]:
    """Every stretch between two days with enough runs before, in and after it. It begins and ends where the share is
    another than on the day before: within equal days no end is better than theirs."""
    edges = [at for at in range(1, len(days)) if days[at].share.value != days[at - 1].share.value]
    for begin, end in combinations(edges, 2):
        parts = (_sum(days[:begin]), _sum(days[begin:end]), _sum(days[end:]))
        if min(part.runs for part in parts) >= _LEAST_RUNS:
            yield begin, end, parts


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
    while 2 / comb(runs, runs // 2) * (runs - 1) * curves * _WAYS > _CHANCE:
        runs += 1
    return runs


def _sum(days: Sequence[DayShare]) -> Share:
    return Share(hits=sum(day.share.hits for day in days), runs=sum(day.share.runs for day in days))
