"""Which logs of server calls are known beside the form of our own?"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from harness.errors import InputError
from harness.load.documents import mistakes_in, read_document
from harness.model.visit import CallLogForm


def load_call_logs(path: Path) -> tuple[CallLogForm, ...]:
    """The entries of a file such as `vendor_specs/call_logs.yaml`; `InputError` names every mistake."""
    document = read_document(path)
    schema = json.loads((files("harness.load") / "schemas" / "call_logs.json").read_text("utf-8"))
    mistakes = mistakes_in(document, schema)
    if mistakes:
        raise InputError(mistakes)
    return tuple(
        CallLogForm(
            id=entry["id"],
            title=entry["title"],
            has=tuple(entry["has"]),
            inside=tuple(entry.get("inside", ())),
            asks=entry["asks"],
            answers=entry.get("answers", {}),
            request={name: tuple(paths) for name, paths in entry["request"].items()},
            response={name: tuple(paths) for name, paths in entry.get("response", {}).items()},
            joined_by=tuple(entry.get("joined_by", ())),
            sent_to=entry.get("sent_to", ""),
            is_received=entry.get("is_received", False),
        )
        for entry in document.data
    )
