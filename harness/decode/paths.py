"""Where does a value stand in a document?

A path is a list of segments joined by `/`: a key, `*` for every item of an array, `*[type=EMAIL]` for those items that
have a key with this value, or a key with `*` in it as a wildcard (`order_id_*`). Keys may hold dots and brackets
(`dom.url`, `cd[value]`), which is why `/` separates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
        wanted = _condition(head)
        if wanted is not None:
            for index, item in enumerate(value):
                if _meets(item, wanted):
                    yield from _walk(item, rest, (*walked, str(index)))
        elif head.isdigit() and int(head) < len(value):
            yield from _walk(value[int(head)], rest, (*walked, head))
    elif isinstance(value, dict):
        if head in value:
            yield from _walk(value[head], rest, (*walked, head))
        elif "*" in head:
            pattern = _wildcard(head)
            for key in value:
                if isinstance(key, str) and pattern.fullmatch(key):
                    yield from _walk(value[key], rest, (*walked, key))


_ITEMS = re.compile(r"\*(?:\[(?P<key>[^=\]]+)=(?P<value>[^\]]*)\])?")


@lru_cache(maxsize=1024)
def _condition(segment: str) -> tuple[str, str] | None:
    """What `*` or `*[key=value]` asks of an item; ("", "") asks nothing, None means that it is no such segment."""
    found = _ITEMS.fullmatch(segment)
    return (found["key"] or "", found["value"] or "") if found else None


def _meets(item: Any, wanted: tuple[str, str]) -> bool:
    key, value = wanted
    return not key or (isinstance(item, dict) and text_of(item.get(key)) == value)


def replaced(document: Any, path: str, change: Any) -> Any:
    """The document with every value at `path` replaced by `change(value)`; the given one stays as it was."""
    return _replaced(document, _segments(path), change)


def _replaced(value: Any, segments: tuple[str, ...], change: Any) -> Any:
    if not segments:
        return change(value)
    head, rest = segments[0], segments[1:]
    if isinstance(value, list):
        wanted_items = _condition(head)
        return [
            _replaced(item, rest, change)
            if head == str(index) or (wanted_items is not None and _meets(item, wanted_items))
            else item
            for index, item in enumerate(value)
        ]
    if isinstance(value, dict):
        wanted = _wildcard(head) if "*" in head else None
        return {
            key: _replaced(item, rest, change)
            if key == head or (wanted is not None and isinstance(key, str) and wanted.fullmatch(key))
            else item
            for key, item in value.items()
        }
    return value
