"""The result as JSON and back: the file every other report can be rendered from again.

`result.schema.json` is published beside this module; `schema_text()` is what it has to hold.
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.errors import InputError, Mistake
from harness.model.result import RESULT_SCHEMA_VERSION, SuiteResult


class _Versioned(msgspec.Struct):
    schema_version: int


def render_json(result: SuiteResult) -> str:
    try:
        text = msgspec.json.encode(result)
    except UnicodeEncodeError:
        text = msgspec.json.encode(_without_lone_surrogates(msgspec.to_builtins(result)))
    return msgspec.json.format(text, indent=2).decode() + "\n"


def _without_lone_surrogates(value: Any) -> Any:
    """A page can put half a character into a payload; UTF-8 has no place for it."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list() | tuple():
            return [_without_lone_surrogates(item) for item in value]
        case dict():
            return {_without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in value.items()}
    return value


def read_json(text: str, name: str = "result.json") -> SuiteResult:
    """`name` is the file in messages."""
    try:
        version = msgspec.json.decode(text, type=_Versioned).schema_version
        if version != RESULT_SCHEMA_VERSION:
            raise _unreadable(
                name,
                found=f"schema version {version}",
                expected=f"schema version {RESULT_SCHEMA_VERSION}",
                remedy="read it with the harness version that wrote it, or audit the recordings again",
            )
        return msgspec.json.decode(text, type=SuiteResult, strict=True)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise _unreadable(name, found=str(error), expected="a result written by this harness") from error


def _unreadable(name: str, *, found: str, expected: str, remedy: str = "") -> InputError:
    return InputError([Mistake(file=name, found=found, expected=expected, remedy=remedy)])


def result_schema() -> dict[str, Any]:
    schema = msgspec.json.schema(SuiteResult)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result of a conversion test suite",
        **schema,
    }


def schema_text() -> str:
    """The whole text of `result.schema.json`; write it there after a change of the model."""
    return msgspec.json.format(msgspec.json.encode(result_schema()), indent=2).decode() + "\n"
