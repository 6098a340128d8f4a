"""Which values of a request stand under a name by which programs call something of a person?"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from harness.decode.documents import document_of
from harness.model.recording import Exchange

_DEEPEST = 12
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


def personal_texts(exchange: Exchange, called: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Each value with what it is called: in the parameters, the body, and in JSON within them, in base64 too.

    `called` says by a field's name what of a person it holds.
    """
    document = document_of(exchange.request, exchange.page)
    for part in ("query", "body", "matrix", "page"):
        yield from _in(document[part], "", called, _DEEPEST)


def _in(value: Any, name: str, called: Callable[[str], str], depth: int) -> Iterator[tuple[str, str]]:
    if depth == 0:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _in(item, str(key), called, depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _in(item, name, called, depth - 1)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        text = str(value).strip()
        inner = _structure(text)
        if inner is not None:
            yield from _in(inner, name, called, depth - 1)
        elif name and text and called(name):
            yield text, called(name)


def _structure(text: str) -> Any:
    """The object or list that a text is the JSON of, or the base64 of its JSON."""
    if _BASE64.fullmatch(text):
        plain = text.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            text = base64.b64decode(plain + "=" * (-len(plain) % 4)).decode()
        except ValueError:
            return None
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
