"""Where in a document's texts do `${...}` stand, and how are they replaced?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

REFERENCE = re.compile(r"\$\{\s*([^{}]*?)\s*\}")

DocumentPath = tuple[str | int, ...]


def texts(value: Any, path: DocumentPath = ()) -> Iterator[tuple[DocumentPath, str]]:
    """Every text in the order of the file, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, (*path, index))


def replaced(value: Any, known: Mapping[str, str]) -> Any:
    """The value with the known references in it replaced; others stay as they are."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: known.get(match[1], match[0]), value)
    if isinstance(value, dict):
        return {key: replaced(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [replaced(part, known) for part in value]
    return value
