"""What did the page's data layer hold when a tag fired, and what came into it later?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import takewhile
from typing import Any

from harness.comparators.hosts import page_of
from harness.model.recording import Recording, StepRecord

_LOADING = ("open", "new_tab", "reload", "back", "forward")


def stands(value: str, structure: Any) -> bool:
    """Is the value anywhere in the structure, as itself or as a number of the same worth?"""
    if isinstance(structure, Mapping):
        return any(stands(value, item) for item in structure.values())
    if isinstance(structure, list | tuple):
        return any(stands(value, item) for item in structure)
    return structure is not None and not isinstance(structure, bool) and same(str(structure), value)


def same(found: str, value: str) -> bool:
    if found == value:
        return True
    try:
        return float(found) == float(value)
    except ValueError:
        return False


def before_and_after(recording: Recording, step: int, triggers: Collection[str]) -> tuple[Any, Any] | None:
    """What the data layer held when a tag fired in this step, and what the same page put into it afterwards.

    A tag manager handles the entries in their order, so what stands behind the one that fires the tag came too late.
    Without such an entry the step's end is the moment. None where no data layer was seen.
    """
    steps = [each for each in recording.steps if each.index >= step]
    if not steps or not steps[0].data_layer:
        return None
    then = steps[0].data_layer
    later = takewhile(lambda each: _is_same_page(each, steps[0]), steps[1:])
    end = next((each.data_layer for each in reversed([*later]) if each.data_layer), then)
    for index, entry in enumerate(then):
        if isinstance(entry, Mapping) and any(_names(key, value, triggers) for key, value in entry.items()):
            return then[: index + 1], end[index + 1 :]
    return then, end


def _names(key: str, value: Any, triggers: Collection[str]) -> bool:
    """Data layers name their event under `event` or a key that ends so."""
    return key.endswith("event") and isinstance(value, str) and value in triggers


def _is_same_page(later: StepRecord, first: StepRecord) -> bool:
    return later.verb not in _LOADING and later.leg == first.leg and page_of(later.url) == page_of(first.url)
