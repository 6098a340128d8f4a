"""What does an XML body say, as nested values?

Names lose their namespaces, and attributes are left out. An element of text is that text, one of elements an object of
them, and one that repeats a list; what is declared to be nil is not there.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

# A longer or deeper text than any vendor's call is not read.
_LONGEST = 2_000_000
_DEEPEST = 64


class _RefusedError(ValueError):
    """Well-formed, and not to be read."""


def markup_value(text: str) -> dict[str, Any] | None:
    """The root element by its name; None if the text is not well formed, is too large, or declares a document type.

    Entities are declared in a document type: without one there is nothing to expand or to fetch.
    """
    if len(text) > _LONGEST:
        return None
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n"), True)
    except (expat.ExpatError, ValueError):
        return None
    return builder.root


def _refuse(*_: Any) -> None:
    raise _RefusedError


class _Builder:
    """The elements that are open, each as (name, elements in it, texts in it, whether it is nil)."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str], bool]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) == _DEEPEST:
            raise _RefusedError
        is_nil = any(_local(key) == "nil" and value in ("true", "1") for key, value in attributes.items())
        self._open.append((_local(name), {}, [], is_nil))

    def text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, _name: str) -> None:
        name, elements, texts, is_nil = self._open.pop()
        if is_nil:
            return
        inside = self._open[-1][1] if self._open else self.root
        value: Any = elements or "".join(texts).strip()
        if name not in inside:
            inside[name] = value
        elif isinstance(inside[name], list):
            inside[name].append(value)
        else:
            inside[name] = [inside[name], value]


def _local(name: str) -> str:
    return name.rpartition(":")[2]
