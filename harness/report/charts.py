"""Where on a small chart of days does each value stand?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 340, 128
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 8, 22
_STEPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of values by day. `tone` is a class of the style sheet; a dash tells it from others without colour."""

    name: str
    tone: str
    values: Mapping[str, float]
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """`dots` are values without a neighbour, which no line would show."""

    name: str
    tone: str
    is_dashed: bool
    path: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    title: str
    says: str
    lines: tuple[DrawnLine, ...]
    ticks: tuple[tuple[float, str], ...]
    first_day: str
    last_day: str
    changes: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A chart of one share without axes, for a table; the text beside it says the same."""

    path: str
    dots: tuple[tuple[float, float], ...]


def chart(
    title: str,
    lines: Sequence[Line],
    *,
    first: str,
    last: str,
    unit: str,
    most: float = 0.0,
    changes: Sequence[str] = (),
) -> Chart:
    """From zero to `most`, or to a round number above the largest value."""
    top = most or _round_above(max((value for line in lines for value in line.values.values()), default=0.0))
    return Chart(
        title=title,
        says=_in_words(lines, unit, changes),
        lines=tuple(_drawn(line, first, last, top) for line in lines if line.values),
        ticks=tuple((_y(top * step / _STEPS, top), f"{top * step / _STEPS:g}{unit}") for step in range(_STEPS + 1)),
        first_day=first,
        last_day=last,
        changes=tuple((_x(day, first, last), day) for day in changes),
    )


def spark(values: Mapping[str, float], *, first: str, last: str, width: int, height: int) -> Spark:
    points = [(_x(day, first, last, width, 2, 2), _y(value, 1.0, height, 3, 3)) for day, value in values.items()]
    return Spark(path=_path(points), dots=tuple(points) if len(points) == 1 else ())


def _drawn(line: Line, first: str, last: str, top: float) -> DrawnLine:
    points = [(_x(day, first, last), _y(value, top)) for day, value in line.values.items()]
    return DrawnLine(
        name=line.name,
        tone=line.tone,
        is_dashed=line.is_dashed,
        path=_path(points),
        dots=tuple(points) if len(points) == 1 else (),
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in points) if len(points) > 1 else ""


def _x(day: str, first: str, last: str, width: int = WIDTH, left: int = _LEFT, right: int = _RIGHT) -> float:
    whole = (date.fromisoformat(last) - date.fromisoformat(first)).days or 1
    part = (date.fromisoformat(day) - date.fromisoformat(first)).days / whole
    return round(left + (width - left - right) * part, 1)


def _y(value: float, top: float, height: int = HEIGHT, above: int = _TOP, below: int = _BOTTOM) -> float:
    return round(above + (height - above - below) * (1 - min(max(value / top, 0.0), 1.0)), 1)


def _round_above(value: float) -> float:
    """1, 2 or 5 with as many zeros as it takes, and never nothing."""
    size = 0.1
    while True:
        for digit in (1, 2, 5):
            if digit * size >= value:
                return round(digit * size, 3)
        size *= 10


def _in_words(lines: Sequence[Line], unit: str, changes: Sequence[str]) -> str:
    told = [
        f"{line.name}: {values[0]:.3g}{unit} on the first day, {values[-1]:.3g}{unit} on the last, "
        f"between {min(values):.3g}{unit} and {max(values):.3g}{unit}."
        for line in lines
        for values in [list(line.values.values())]
        if values
    ]
    told += [f"Changed on {', '.join(changes)}."] if changes else []
    return " ".join(told) or "No value in this period."
