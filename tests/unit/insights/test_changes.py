"""A change is told where the evidence is overwhelming, and never where there is none."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from harness.insights.changes import trend, varies
from harness.model.insights import DayShare, Share, TrendState


def series(*shares: tuple[int, int]) -> tuple[DayShare, ...]:
    start = date(2026, 1, 1)
    return tuple(
        DayShare(day=(start + timedelta(days=number)).isoformat(), share=Share(hits=hits, runs=runs))
        for number, (hits, runs) in enumerate(shares)
    )


@given(runs=st.lists(st.integers(1, 20), max_size=120), is_all=st.booleans(), others=st.integers(0, 5000))
def test_a_constant_series_never_changes(runs: list[int], is_all: bool, others: int) -> None:
    days = series(*((count if is_all else 0, count) for count in runs))
    told = trend(days, others)
    assert not told.changes
    assert not varies(days)
    assert (told.state is TrendState.UNCLEAR) == (sum(runs) < told.needed)


@given(seed=st.integers(0, 10**6), order=st.permutations(range(40)))
def test_the_same_runs_in_any_order_change_only_where_they_part(seed: int, order: list[int]) -> None:
    """Whatever is told stands between at least five runs on each side that differ by at least ten points."""
    hits = [random.Random(seed).random() < 0.5 for _ in range(40)]
    for change in trend(series(*((int(hits[at]), 1) for at in order)), 1).changes:
        assert min(change.before.runs, change.after.runs) >= 5
        assert abs((change.before.value or 0) - (change.after.value or 0)) >= 0.1
        assert change.chance <= 0.01


def test_chance_alone_shows_a_change_at_most_once_in_a_hundred_series() -> None:
    told = 0
    for seed in range(600):
        dice = random.Random(seed)
        told += bool(trend(series(*((int(dice.random() < 0.7), 1) for _ in range(60))), 1).changes)
    assert told <= 6


def test_a_break_is_told_on_its_day() -> None:
    told = trend(series(*[(4, 4)] * 60, *[(0, 4)] * 30), 500)
    assert [(change.day, change.before, change.after, change.is_better) for change in told.changes] == [
        ("2026-03-02", Share(hits=240, runs=240), Share(hits=0, runs=120), False)
    ]


def test_a_break_that_is_mended_is_told_as_two_changes() -> None:
    told = trend(series(*[(1, 1)] * 30, *[(0, 1)] * 30, *[(1, 1)] * 30), 1)
    assert [(change.day, change.is_better) for change in told.changes] == [("2026-01-31", False), ("2026-03-02", True)]


def test_some_broken_days_of_many_are_told_though_most_days_are_as_before() -> None:
    told = trend(series(*[(2, 2)] * 20, *[(0, 2)] * 6, *[(2, 2)] * 19), 100)
    assert [(change.day, change.before, change.after, change.is_better) for change in told.changes] == [
        ("2026-01-21", Share(hits=40, runs=40), Share(hits=0, runs=12), False),
        ("2026-01-27", Share(hits=0, runs=12), Share(hits=38, runs=38), True),
    ]


def test_a_break_whose_last_days_are_good_by_chance_is_not_told_as_mended() -> None:
    worse = [(1, 1), (0, 1), (0, 1), (1, 1), (0, 1)] * 6
    told = trend(series(*[(1, 1)] * 40, *worse, *[(1, 1)] * 5), 1)
    assert [(change.day, change.is_better) for change in told.changes] == [("2026-02-11", False)]


def test_too_few_runs_say_how_many_it_takes() -> None:
    few = trend(series(*[(1, 1)] * 6), 1)
    assert (few.state, few.changes) == (TrendState.UNCLEAR, ())
    assert trend(series(*[(1, 1)] * few.needed), 1).state is TrendState.STEADY
    half = few.needed // 2
    assert trend(series(*[(1, 1)] * half, *[(0, 1)] * (few.needed - half)), 1).state is TrendState.CHANGED


def test_the_more_series_a_page_has_the_more_it_takes() -> None:
    days = series(*[(1, 1)] * 9, *[(0, 1)] * 7)
    assert trend(days, 1).changes
    assert not trend(days, 1000).changes


def test_a_difference_of_few_points_is_no_change_however_sure() -> None:
    assert not trend(series(*[(1000, 1000)] * 30, *[(950, 1000)] * 30), 1).changes
