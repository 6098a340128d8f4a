"""One server call before it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Call:
    """A POST; `body` is what its JSON says, an object or a list, or None. Not frozen: faults edit a copy of it."""

    vendor: str
    url: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=dict)


def known(fields: dict[str, Any]) -> dict[str, Any]:
    """Only the fields that have a value: an absent field is honest, an empty one is not."""
    return {name: value for name, value in fields.items() if value not in ("", [], [""], {})}
