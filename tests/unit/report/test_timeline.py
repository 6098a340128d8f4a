"""The picture of a run: lanes in order, marks inside, nothing lost."""

from __future__ import annotations

from dataclasses import replace

from report_builders import START, a_run

from harness.model.result import TimelineEntry
from harness.report.timeline import timeline_of


def entry(kind: str, at: float, vendor: str = "") -> TimelineEntry:
    return TimelineEntry(kind=kind, at=at, until=at + 0.2, label=f"{kind} at {at}", vendor=vendor)


def test_lanes_stand_in_a_fixed_order_with_one_for_each_vendor() -> None:
    entries = (
        entry("blocked", 3),
        entry("capi", 5, "x"),
        entry("tag", 4, "x"),
        entry("tag", 3, "meta"),
        entry("step", 1),
    )
    line = timeline_of(a_run(timeline=entries), {"meta": "Meta"})

    assert [lane.label for lane in line.lanes] == ["Steps", "Tag: Meta", "Tag: x", "Server: x", "Blocked"]


def test_two_calls_too_close_to_tell_apart_are_counted() -> None:
    line = timeline_of(a_run(timeline=(entry("tag", 4.0, "x"), entry("tag", 4.01, "x"), entry("tag", 9, "x"))), {})
    (lane,) = line.lanes

    assert [mark.count for mark in lane.marks] == [2, 1]
    assert "tag at 4.01" in lane.marks[0].title
    assert len(line.moments) == 3


def test_a_late_call_widens_the_picture() -> None:
    line = timeline_of(a_run(seconds=5, timeline=(entry("capi", 90, "x"),)), {})

    assert line.seconds > 90
    assert all(0 <= mark.x + mark.width <= 100 for lane in line.lanes for mark in lane.marks)
    assert all(0 <= x <= 100 for x, _ in line.ticks)


def test_unix_times_are_read_as_well() -> None:
    relative = a_run(timeline=(entry("tag", 4.0, "x"),))
    absolute = replace(relative, timeline=(entry("tag", START + 4.0, "x"),))

    assert timeline_of(absolute, {}).lanes[0].marks[0].x == timeline_of(relative, {}).lanes[0].marks[0].x


def test_a_run_without_anything_has_no_lanes() -> None:
    assert timeline_of(a_run(timeline=(), seconds=0), {}).lanes == ()
