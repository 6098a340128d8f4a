"""How are modes compared, and where do the figures go?"""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from harness.record.browsers import find_browsers

RESULTS = Path(__file__).with_name("results.md")
_PREFACE = """# What testing costs

Written by `make bench`; each module in this folder says what it measures and what is fair about it. Seconds depend on
the machine and on what else it does, so compare the ratios: modes took turns in one process, figures are medians.
"""
_PACKAGES = ("playwright", "mitmproxy", "msgspec")

Mode = Callable[[], Awaitable[float]]


async def rounds(modes: Mapping[str, Mode], count: int) -> dict[str, list[float]]:
    """The figures of every mode. The order turns with each round, so that no mode always follows the same one."""
    figures: dict[str, list[float]] = {name: [] for name in modes}
    names = list(modes)
    for number in range(count):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            figures[name].append(await modes[name]())
            print(f"round {number + 1} of {count}: {name} {figures[name][-1]:.2f}", flush=True)
    return figures


def ratio(figures: Mapping[str, Sequence[float]], mode: str, base: str) -> float:
    """The median of the rounds' own ratios: what slows a whole round down slows both."""
    return statistics.median(this / other for this, other in zip(figures[mode], figures[base], strict=True))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def publish(title: str, *parts: str) -> None:
    """Print the section and put it in the place of the one of an earlier day."""
    section = "\n\n".join((_conditions(), *parts))
    print(f"\n{title}\n\n{section}")
    known = _sections(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    sections = {**known, title: section}
    text = "\n".join([_PREFACE, *(f"## {name}\n\n{sections[name]}\n" for name in sorted(sections))])
    RESULTS.write_text(text, "utf-8")


def _sections(text: str) -> dict[str, str]:
    parts = (part.partition("\n") for part in text.split("\n## ")[1:])
    return {name.strip(): body.strip() for name, _, body in parts}


def _conditions() -> str:
    browsers = {f"{found.flavour} {found.version.partition('.')[0]}" for found in find_browsers()}
    versions = (*(f"{name} {version(name)}" for name in _PACKAGES), *sorted(browsers))
    return f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}, {', '.join(versions)}."
