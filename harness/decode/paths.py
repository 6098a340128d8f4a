"""Where does a value stand in a document?

A path is a list of segments joined by `/`: a key, `*` for every item of an array, `*[type=EMAIL]` for those items that
have a key with this value, or a key with `*` in it as a wildcard (`order_id_*`). Keys may hold dots and brackets
(`dom.url`, `cd[value]`), which is why `/` separates.

An item is also named by its place, `0`. Several conditions are joined, `*[index=0][isWarning=false]`; their keys may go
deeper, `[location.index=0]`; a list has the value if one of its entries is it; and `0[]` is an item that is empty.
Where an object stands in place of a list, `*` with conditions is the object itself, as the only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.decode.codecs import text_of

Document = dict[str, Any]


@lru_cache(maxsize=4096)
def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


@lru_cache(maxsize=1024)
def _wildcard(segment: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in segment.split("*")))


def places(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value at `path`, with the path as it really is (`body/data/0/event_id`)."""
    yield from _walk(document, _segments(path), ())


def _walk(value: Any, segments: tuple[str, ...], walked: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not segments:
        yield "/".join(walked), value
        return
    head, rest = segments[0], segments[1:]
    if isinstance(value, list):
        wanted = _item(head)
        for index in wanted.indices(value) if wanted else ():
            yield from _walk(value[index], rest, (*walked, str(index)))
    elif isinstance(value, dict):
        if head in value:
            yield from _walk(value[head], rest, (*walked, head))
        elif _is_only_one(head, value):
            yield from _walk(value, rest, walked)
        elif "*" in head:
            pattern = _wildcard(head)
            for key in value:
                if isinstance(key, str) and pattern.fullmatch(key):
                    yield from _walk(value[key], rest, (*walked, key))


def _is_only_one(head: str, value: Document) -> bool:
    wanted = _item(head)
    return (
        wanted is not None
        and wanted.place == "*"
        and any(key for key, _ in wanted.conditions)
        and all(_has(value, key, expected) for key, expected in wanted.conditions)
    )


_ITEMS = re.compile(r"(?P<place>\*|\d+)(?P<conditions>(?:\[(?:[^=\]]+=[^\]]*)?\])*)")
_CONDITION = re.compile(r"\[(?:(?P<key>[^=\]]+)=(?P<value>[^\]]*))?\]")


@dataclass(frozen=True, slots=True)
class _Item:
    """Which items of an array a segment means: one or all, and what they must have."""

    place: str
    conditions: tuple[tuple[str, str], ...]

    def indices(self, items: list[Any]) -> Iterator[int]:
        for index in range(len(items)) if self.place == "*" else (int(self.place),):
            if index < len(items) and all(_has(items[index], key, value) for key, value in self.conditions):
                yield index


@lru_cache(maxsize=4096)
def _item(segment: str) -> _Item | None:
    """None means that the segment is a key."""
    found = _ITEMS.fullmatch(segment)
    if not found:
        return None
    conditions = _CONDITION.finditer(found["conditions"])
    return _Item(found["place"], tuple((each["key"] or "", each["value"] or "") for each in conditions))


def _has(item: Any, key: str, value: str) -> bool:
    if not key:
        return item in ({}, [], "", None)
    if not isinstance(item, dict):
        return False
    found = item[key] if key in item else next((each for _, each in places(item, key.replace(".", "/"))), None)
    return text_of(found) == value or (isinstance(found, list) and value in map(text_of, found))


def replaced(document: Any, path: str, change: Any) -> Any:
    """The document with every value at `path` replaced by `change(value)`; the given one stays as it was."""
    return _replaced(document, _segments(path), change)


def _replaced(value: Any, segments: tuple[str, ...], change: Any) -> Any:
    if not segments:
        return change(value)
    head, rest = segments[0], segments[1:]
    if isinstance(value, list):
        wanted_item = _item(head)
        meant = set(wanted_item.indices(value)) if wanted_item else set()
        return [_replaced(item, rest, change) if index in meant else item for index, item in enumerate(value)]
    if isinstance(value, dict):
        wanted = _wildcard(head) if "*" in head else None
        return {
            key: _replaced(item, rest, change)
            if key == head or (wanted is not None and isinstance(key, str) and wanted.fullmatch(key))
            else item
            for key, item in value.items()
        }
    return value
