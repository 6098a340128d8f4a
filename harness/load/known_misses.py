"""Which requests of other people's making are knowingly not read, and why?"""

from __future__ import annotations

import re
from pathlib import Path

from harness.errors import InputError, Mistake
from harness.load.documents import mistake_at, mistakes_in, read_document
from harness.load.schema_files import schema_of
from harness.model.spec import KnownMiss


def load_known_misses(path: Path) -> tuple[KnownMiss, ...]:
    """The entries of a file such as `vendor_specs/known_misses.yaml`; `InputError` names every mistake."""
    document = read_document(path)
    mistakes: list[Mistake] = list(mistakes_in(document, schema_of("known-misses")))
    for index, entry in enumerate(document.data if not mistakes else ()):
        try:
            re.compile(entry["request"])
        except re.error as error:
            place = document.place((index, "request"))
            mistakes.append(mistake_at(place, f"broken pattern: {error}", "a regular expression"))
    if mistakes:
        raise InputError(mistakes)
    return tuple(KnownMiss(**entry) for entry in document.data)
