"""Which findings need not fail for a while, who agreed to that, why, and until when?"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, close_match, mistake_at, mistakes_in, read_document
from harness.model.gate import Waiver

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def load_waivers(
    path: Path, *, checks: Collection[str], run_checks: Collection[str], vendors: Collection[str]
) -> tuple[Waiver, ...]:
    """The waivers of a file; an `InputError` names every mistake. `run_checks` are asked of no vendor."""
    document = read_document(path)
    schema = json.loads((files("harness.load") / "schemas" / "waivers.json").read_text("utf-8"))
    mistakes = list(mistakes_in(document, schema))
    for index, entry in enumerate(document.data if isinstance(document.data, list) else ()):
        if isinstance(entry, dict):
            mistakes += _unknown_names(document, index, entry, {"check": (*checks, *run_checks), "vendor": vendors})
            mistakes += _vendors_of_none(document, index, entry, run_checks)
            mistakes += _wrong_days(document, index, entry)
    if mistakes:
        raise InputError(sorted(set(mistakes), key=lambda each: (each.line, each.column, each.found)))
    return tuple(
        Waiver(**{**entry, "until": date.fromisoformat(entry["until"])}, place=document.place((index,)))
        for index, entry in enumerate(document.data)
    )


def _unknown_names(
    document: Document, index: int, entry: Mapping[str, Any], known: Mapping[str, Collection[str]]
) -> Iterator[Mistake]:
    for key, names in known.items():
        name = entry.get(key)
        if isinstance(name, str) and name.strip() and name not in names:
            near = close_match(name, names)
            expected = "" if near else f"one of {', '.join(sorted(names))}"
            yield mistake_at(document.place((index, key)), f'unknown {key} "{name}"', expected, near)


def _vendors_of_none(
    document: Document, index: int, entry: Mapping[str, Any], run_checks: Collection[str]
) -> Iterator[Mistake]:
    if entry.get("check") in run_checks and "vendor" in entry:
        found = f'"{entry["check"]}" is asked of the whole run, not of a vendor'
        yield mistake_at(document.place((index, "vendor"), at_key=True), found, remedy='remove "vendor"')


def _wrong_days(document: Document, index: int, entry: Mapping[str, Any]) -> Iterator[Mistake]:
    """A text that looks like a day, which is all a schema can say, and is none."""
    text = entry.get("until")
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return
    try:
        date.fromisoformat(text)
    except ValueError:
        place = document.place((index, "until"))
        yield mistake_at(place, f'there is no day "{text}"', "the last day it holds, as 2027-01-31")
