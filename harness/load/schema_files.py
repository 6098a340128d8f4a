"""Which JSON Schemas describe the files that people write, and what does each say?"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

_SHARED = "scenario.json#/$defs/"


def schema_kinds() -> tuple[str, ...]:
    """The kinds of files that have a schema, as `harness schema` calls them."""
    names = (entry.name for entry in (files("harness.load") / "schemas").iterdir())
    return tuple(sorted(name.removesuffix(".json").replace("_", "-") for name in names if name.endswith(".json")))


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a kind, complete in itself: what it borrows from the scenario's definitions is brought along."""
    path = files("harness.load") / "schemas" / f"{kind.replace('-', '_')}.json"
    text = path.read_text("utf-8")
    schema: dict[str, Any] = json.loads(text.replace(_SHARED, "#/$defs/"))
    return {**schema, "$defs": schema_of("scenario")["$defs"]} if _SHARED in text else schema
