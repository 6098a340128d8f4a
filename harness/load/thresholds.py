"""From which thresholds on can a tag be dropped, in the user's own opinion?"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.load.documents import mistakes_in, read_document
from harness.model.history import Thresholds


def load_thresholds(path: Path) -> Thresholds:
    """What the file does not say keeps its default."""
    document = read_document(path)
    mistakes = mistakes_in(document, _schema())
    if mistakes:
        raise InputError(mistakes)
    return Thresholds(**document.data)


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("harness.load") / "schemas" / "thresholds.json").read_text("utf-8"))
    return schema
