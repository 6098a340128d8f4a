"""What is wrong with a body by the vendor's own rules?

Schemas are JSON Schema 2020-12 with three additions: `x-rule` (ID of the spec rule a subschema stands for),
`x-expected` (what a person should read) and `x-answer` (the vendor's answer to this violation).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from harness.model.event import SchemaFault


@dataclass(frozen=True, slots=True)
class _Schema:
    """A schema, known by its identity: specs are loaded once, and their schemas are large."""

    schema: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Schema) and other.schema is self.schema

    def __hash__(self) -> int:
        return id(self.schema)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value, known by its text: the same call is answered, attributed and judged."""

    text: str
    value: Any = field(compare=False)


@lru_cache(maxsize=256)
def _validator(schema: _Schema) -> Draft202012Validator:
    return Draft202012Validator(schema.schema)


def schema_faults(value: Any, schema: Any, at: str = "") -> tuple[SchemaFault, ...]:
    """Every violation, in order of place. `at` is the document path of the value. The schema must not change later."""
    return _faults_in(_Value(json.dumps(value, default=str), value), _Schema(schema), at)


@lru_cache(maxsize=4096)
def _faults_in(value: _Value, schema: _Schema, at: str) -> tuple[SchemaFault, ...]:
    errors = _validator(schema).iter_errors(value.value)
    faults = {fault for raw in errors for error in _leaves(raw) for fault in _faults(error, at)}
    return tuple(sorted(faults, key=lambda fault: (fault.path, fault.expected)))


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """A combined error (`anyOf`, `if`) says little: its own text is used only where the schema author wrote one."""
    if error.context and error.validator in ("allOf", "$ref"):
        for inner in error.context:
            yield from _leaves(inner)
    else:
        yield error


def _carrier(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _faults(error: ValidationError, at: str) -> list[SchemaFault]:
    """One fault, or one for each property that is missing."""
    if error.validator != "required":
        return [_fault(error, at)]
    wanted: Any = error.validator_value
    present: Any = error.instance
    return [_fault(error, at, name) for name in wanted if name not in present]


def _fault(error: ValidationError, at: str, missing: str = "") -> SchemaFault:
    schema = _carrier(error)
    path = "/".join([at, *(str(part) for part in error.absolute_path)]).strip("/")
    found = _found(error)
    expected = str(schema.get("x-expected", ""))
    if missing:
        path, found = f"{path}/{missing}".strip("/"), "nothing"
        part = schema.get("properties", {}).get(missing, {})
        expected = str(part.get("x-expected", "")) if isinstance(part, dict) else ""
        expected = expected or "a value"
        schema = part if isinstance(part, dict) and {"x-rule", "x-answer"} & part.keys() else schema
    return SchemaFault(
        path=path,
        found=found,
        expected=expected or _plain(error),
        rule=str(schema.get("x-rule", "")),
        answer=str(schema.get("x-answer", "")),
    )


def _found(error: ValidationError) -> str:
    """The value; of a list that is too long or too short its length, which nobody counts in a dump."""
    value: Any = error.instance
    if error.validator in ("maxItems", "minItems") and isinstance(value, list):
        return _entries(len(value))
    return _short(value)


def _plain(error: ValidationError) -> str:
    """What jsonschema expected, in words."""
    value: Any = error.validator_value
    match error.validator:
        case "type":
            return f"a value of type {value if isinstance(value, str) else ' or '.join(value)}"
        case "enum":
            return "one of " + ", ".join(str(choice) for choice in value)
        case "const":
            return f"exactly {value}"
        case "pattern":
            return f"text that matches {value}"
        case "minimum":
            return f"{value} or more"
        case "maximum":
            return f"{value} or less"
        case "minItems" | "minLength" | "minProperties":
            return f"at least {_entries(value, is_text=error.validator == 'minLength')}"
        case "maxItems" | "maxLength" | "maxProperties":
            return f"at most {_entries(value, is_text=error.validator == 'maxLength')}"
        case "additionalProperties" | "unevaluatedProperties":
            return "only the keys the vendor documents"
        case "not":
            return "not this"
        case _:
            return str(error.message)[:200]


def _entries(count: int, *, is_text: bool = False) -> str:
    one, more = ("character", "characters") if is_text else ("entry", "entries")
    return f"{count} {one if count == 1 else more}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."
