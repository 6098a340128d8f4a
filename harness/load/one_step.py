"""Is one line a step that a journey may have?"""

from __future__ import annotations

from typing import Any

from harness.errors import InputError
from harness.load.documents import document_of, mistakes_in
from harness.load.journeys import SHORT_FORMS
from harness.load.schema_files import schema_of


def step_from(text: str) -> tuple[str, dict[str, Any]]:
    """The verb and the whole arguments of a step written as in a scenario file, without its hyphen."""
    document = document_of(f"steps:\n  - {text.strip().removeprefix('- ')}\n", "step")
    mistakes = mistakes_in(document, schema_of("steps"))
    if mistakes:
        raise InputError(mistakes)
    entry = document.data["steps"][0]
    if isinstance(entry, str):
        return entry, {}
    verb, arguments = next(iter(entry.items()))
    if isinstance(arguments, dict):
        return verb, arguments
    if isinstance(arguments, list):
        return verb, {"command": arguments}
    return verb, {SHORT_FORMS[verb]: arguments} if arguments is not None else {}
