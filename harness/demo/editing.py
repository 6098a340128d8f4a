"""How is one field of a server call changed, wherever its vendor has it?

A path joins segments with `/`. The first names a part of the call (`url`, `query`, `headers`, `body`); `*` is every
item of a list that has the rest, `*[type=EMAIL]` every item with that value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from harness.demo.call import Call

Change = Callable[[Any], Any]
_ITEMS = re.compile(r"\*(?:\[(?P<key>[^=]+)=(?P<value>.*)\])?")


class _Place(NamedTuple):
    """Where a value is: its container and key, and the list that container is an item of."""

    holder: Any
    key: str | int
    items: list[Any] | None


def edit(call: Call, path: str, change: Change) -> None:
    """Replace the value at each place by what `change` makes of it; a path that is not there changes nothing."""
    part, _, rest = path.partition("/")
    if not rest:
        setattr(call, part, change(getattr(call, part)))
    for place in _places(getattr(call, part), rest.split("/")):
        place.holder[place.key] = change(place.holder[place.key])


def drop(call: Call, path: str) -> None:
    """Take the field away; of a list, the whole item if it is of that type or holds nothing else."""
    part, _, rest = path.partition("/")
    for place in list(_places(getattr(call, part), rest.split("/"))):
        del place.holder[place.key]
        if place.items is not None and (not place.holder or "[" in rest):
            place.items[:] = [item for item in place.items if item is not place.holder]


def _places(holder: Any, segments: list[str], items: list[Any] | None = None) -> Iterator[_Place]:
    first, *rest = segments
    if wanted := _ITEMS.fullmatch(first):
        for item in _items_of(holder, wanted["key"], wanted["value"]):
            yield from _places(item, rest, holder)
        return
    key = int(first) if isinstance(holder, list) and first.isdecimal() else first
    if not _has(holder, key):
        return
    if rest:
        yield from _places(holder[key], rest, items)
    else:
        yield _Place(holder, key, items)


def _items_of(holder: Any, key: str | None, value: str | None) -> list[Any]:
    items = holder if isinstance(holder, list) else []
    return [item for item in items if key is None or (isinstance(item, dict) and item.get(key) == value)]


def _has(holder: Any, key: str | int) -> bool:
    return (isinstance(holder, dict) and key in holder) or (
        isinstance(holder, list) and isinstance(key, int) and key < len(holder)
    )
