"""When did what happen in a run? Lanes and marks of the picture; the template draws them.

Positions are percentages of the width, so the picture fits any screen without distorting its text.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.result import RunResult, TimelineEntry
from harness.report.wording import since_start

LANE_HEIGHT = 26
AXIS_HEIGHT = 24
_LANES = (
    ("step", "Steps"),
    ("conversion", "Conversions"),
    ("tag", "Tag"),
    ("capi", "Server"),
    ("collect", "Collect"),
    ("blocked", "Blocked"),
)
_WITH_VENDOR = ("tag", "capi", "collect")
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)
_MOST_TICKS = 9
_TOO_CLOSE = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One or more entries too close to tell apart. `x` and `width` are percentages."""

    kind: str
    x: float
    width: float
    title: str
    count: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    kind: str
    label: str
    marks: tuple[Mark, ...]
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An entry as a line of the text table."""

    at: float
    until: float
    lane: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    conversions: tuple[float, ...]
    moments: tuple[Moment, ...]
    height: int
    seconds: float


def timeline_of(run: RunResult, titles: dict[str, str]) -> Timeline:
    entries = sorted(run.timeline, key=lambda entry: entry.at)
    ends = [since_start(run, max(entry.at, entry.until)) for entry in entries]
    # A little air on the right keeps the last mark inside the picture.
    seconds = max([run.seconds, *ends, 0.1]) * 1.02
    sorted_lanes: dict[tuple[str, str], list[TimelineEntry]] = {}
    for kind, _ in _LANES:
        for entry in entries:
            if entry.kind == kind:
                sorted_lanes.setdefault((kind, entry.vendor if kind in _WITH_VENDOR else ""), []).append(entry)
    words = dict(_LANES)
    names = {
        lane: f"{words[lane[0]]}: {titles.get(lane[1], lane[1])}" if lane[1] else words[lane[0]]
        for lane in sorted_lanes
    }
    lanes = tuple(
        Lane(kind=lane[0], label=names[lane], marks=_marks(run, members, seconds), top=index * LANE_HEIGHT)
        for index, (lane, members) in enumerate(sorted_lanes.items())
    )
    moments = tuple(
        Moment(
            at=since_start(run, entry.at),
            until=since_start(run, entry.until),
            lane=names.get((entry.kind, entry.vendor if entry.kind in _WITH_VENDOR else ""), entry.kind),
            label=entry.label,
        )
        for entry in entries
    )
    return Timeline(
        lanes=lanes,
        ticks=_ticks(seconds),
        conversions=tuple(_x(run, entry.at, seconds) for entry in entries if entry.kind == "conversion"),
        moments=moments,
        height=len(lanes) * LANE_HEIGHT + AXIS_HEIGHT,
        seconds=seconds,
    )


def _x(run: RunResult, at: float, seconds: float) -> float:
    return round(min(100.0, max(0.0, since_start(run, at) / seconds * 100)), 2)


def _marks(run: RunResult, entries: list[TimelineEntry], seconds: float) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for index, entry in enumerate(entries, start=1):
        x, end = _x(run, entry.at, seconds), _x(run, max(entry.at, entry.until), seconds)
        title = f"{since_start(run, entry.at):.2f} s: {entry.label}"
        label = str(index) if entry.kind == "step" else ""
        mark = Mark(kind=entry.kind, x=x, width=round(end - x, 2), title=title, count=1, label=label)
        previous = marks[-1] if marks else None
        if previous and entry.kind != "step" and x - previous.x < _TOO_CLOSE:
            marks[-1] = Mark(
                kind=previous.kind,
                x=previous.x,
                width=round(max(previous.x + previous.width, end) - previous.x, 2),
                title=f"{previous.title}\n{title}",
                count=previous.count + 1,
            )
        else:
            marks.append(mark)
    return tuple(marks)


def _ticks(seconds: float) -> tuple[tuple[float, str], ...]:
    step = next((tick for tick in _TICKS if seconds / tick <= _MOST_TICKS), seconds / _MOST_TICKS)
    decimals = 1 if step < 1 else 0
    return tuple(
        (round(index * step / seconds * 100, 2), f"{index * step:.{decimals}f} s")
        for index in range(int(seconds / step) + 1)
    )
