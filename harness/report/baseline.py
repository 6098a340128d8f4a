"""How is a baseline written, so that a reviewer sees in the difference what changes?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from harness.model.gate import AgreedCoverage, Baseline, KnownFinding

_HEAD = """\
# What `harness gate --baseline` holds results to. `--promote` writes runs, findings and coverage anew;
# must_run and minimum_coverage are for you to write, and are kept.
"""
# What YAML takes for text without quotes, and no reader for anything else.
_PLAIN = re.compile(r"[a-z][a-z0-9_]*([-./][a-z0-9_]+)*")
_CONSTANTS = ("null", "true", "false", "yes", "no", "on", "off")


def render_baseline(baseline: Baseline) -> str:
    """One line for each thing, always in the same order."""
    parts = {
        "must_run": baseline.must_run,
        "minimum_coverage": baseline.minimum_coverage,
        "runs": sorted(baseline.runs, key=lambda run: (run.scenario, run.profile)),
        "findings": sorted(baseline.findings, key=_place_of_finding),
        "coverage": sorted(baseline.coverage, key=_place_of_coverage),
    }
    return _HEAD + "".join(text for name, entries in parts.items() for text in _part(name, entries))


def _place_of_finding(known: KnownFinding) -> tuple[str, ...]:
    return known.scenario, known.profile, known.vendor, known.check, known.parameter, known.key


def _place_of_coverage(agreed: AgreedCoverage) -> tuple[str, ...]:
    return agreed.scenario, agreed.profile, agreed.vendor, agreed.channel


_KEYS = ("scenario", "profile", "vendor", "channel", "check", "parameter", "severity", "key", "at_least")


def _part(name: str, entries: Iterable[Any]) -> Iterator[str]:
    lines = [f"  - {{{', '.join(_words(asdict(entry)))}}}\n" for entry in entries]
    yield f"\n{name}:\n" if lines else f"\n{name}: []\n"
    yield from lines


def _words(entry: dict[str, Any]) -> Iterator[str]:
    for key in _KEYS:
        value = entry.get(key, "")
        if value != "":
            yield f"{key}: {_written(key, value)}"


def _written(key: str, value: Any) -> str:
    if isinstance(value, float | int):
        return f"{value:g}"
    is_plain = key != "key" and _PLAIN.fullmatch(value) and value not in _CONSTANTS
    return str(value) if is_plain else json.dumps(value, ensure_ascii=False)
