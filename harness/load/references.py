"""Does every `${...}` of a scenario name something that is known where it stands, and what is filled in at load?

`${env.NAME}` and `${variables.name}` (or the bare name) are filled in here. `${persona.field}`, `${click_ids}`,
`${click_id.parameter}` and names that a `read` step keeps stay for the run: nothing before the journey may use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from harness.errors import Mistake
from harness.load.documents import Document, close_match, mistake_at
from harness.model.persona import Persona

REFERENCE = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_UNFINISHED = re.compile(r"\$\{[^{}]*$")

# `name` is the first and the last name together, as many forms ask for it.
PERSONA_FIELDS = (*(entry.name for entry in fields(Persona) if entry.name not in ("seed", "click_ids")), "name")
# A variable or a read name of this kind would hide what the harness itself provides.
RESERVED = ("persona", "click_ids", "click_id", "variables", "env")

Path = tuple[str | int, ...]


def fill_in(document: Document, environment: Mapping[str, str]) -> tuple[Document, tuple[Mistake, ...]]:
    """The document with its environment and variables filled in, and every reference that leads nowhere."""
    variables = _variables(document.data, environment)
    known = {f"env.{name}": value for name, value in environment.items()}
    known |= variables | {f"variables.{name}": value for name, value in variables.items()}
    mistakes = (*_unknown(document, environment, variables), *_clashes(document, variables))
    return document.with_data(_replaced(document.data, known)), mistakes


def texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in the order of the file, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, (*path, index))


def _variables(data: Any, environment: Mapping[str, str]) -> dict[str, str]:
    written = data.get("variables") if isinstance(data, dict) else None
    if not isinstance(written, dict):
        return {}
    known = {f"env.{name}": value for name, value in environment.items()}
    return {name: _replaced(value, known) for name, value in written.items() if isinstance(value, str)}


def _replaced(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: known.get(match[1], match[0]), value)
    if isinstance(value, dict):
        return {key: _replaced(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, known) for part in value]
    return value


def _unknown(document: Document, environment: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[Mistake]:
    read = _read_names(document.data)
    for path, text in texts(document.data):
        place = document.place(path)
        if _UNFINISHED.search(text):
            yield mistake_at(place, "${ without its }", remedy="close it")
        for name in REFERENCE.findall(text):
            found, expected, remedy = _judge(name, path, environment, variables, read)
            if found:
                yield mistake_at(place, found, expected, remedy)


def _judge(
    name: str, path: Path, environment: Mapping[str, str], variables: Mapping[str, str], read: Mapping[str, int]
) -> tuple[str, str, str]:
    """What is wrong with one reference: found, expected, remedy; all empty if nothing is."""
    head, dot, tail = name.partition(".")
    if head == "env" and dot:
        if tail in environment:
            return "", "", ""
        return f"environment variable {tail} is not set", "", f"run with {tail}=... in the environment"
    if path[:1] != ("variables",) and ((head == "variables" and tail in variables) or name in variables):
        return "", "", ""
    if path[:1] not in (("journey",), ("variables",)):
        return f"${{{name}}} is not known before the journey", "${env.NAME} or a variable", ""
    if head == "persona" and dot:
        remedy = close_match(tail, PERSONA_FIELDS)
        expected = "" if remedy else f"one of {', '.join(PERSONA_FIELDS)}"
        return ("", "", "") if tail in PERSONA_FIELDS else (f'the persona has no "{tail}"', expected, remedy)
    if name == "click_ids" or (head == "click_id" and tail):
        return "", "", ""
    if path[0] == "variables":
        return f"${{{name}}} cannot be used in a variable", "env.<NAME>, persona.<field> or click_id.<parameter>", ""
    return _judge_read_name(name, int(path[1]), variables, read)


def _judge_read_name(
    name: str, step: int, variables: Mapping[str, str], read: Mapping[str, int]
) -> tuple[str, str, str]:
    if name in read and read[name] < step:
        return "", "", ""
    if name in read:
        return f"${{{name}}} is used before it is read", "", 'move the "read" step before this one'
    choices = [*variables, *read, "click_ids", *(f"persona.{field}" for field in PERSONA_FIELDS)]
    remedy = close_match(name, choices)
    return (
        f"unknown name ${{{name}}}",
        ""
        if remedy
        else "persona.<field>, click_ids, click_id.<parameter>, env.<NAME>, a variable or a name read before",
        remedy,
    )


def _read_names(data: Any) -> dict[str, int]:
    """The names that `read` steps keep, with the index of the first step that does."""
    names: dict[str, int] = {}
    for index, name, _ in _reads(data):
        names.setdefault(name, index)
    return names


def _reads(data: Any) -> Iterator[tuple[int, str, Path]]:
    journey = data.get("journey") if isinstance(data, dict) else None
    for index, step in enumerate(journey if isinstance(journey, list) else ()):
        arguments = step.get("read") if isinstance(step, dict) else None
        name = arguments.get("as") if isinstance(arguments, dict) else None
        if isinstance(name, str):
            yield index, name, ("journey", index, "read", "as")


def _clashes(document: Document, variables: Mapping[str, str]) -> Iterator[Mistake]:
    for name in variables:
        if name in RESERVED:
            place = document.place(("variables", name), at_key=True)
            yield mistake_at(place, f'"{name}" is a name of the harness', remedy="choose another name")
    for _, name, path in _reads(document.data):
        if name in RESERVED:
            yield mistake_at(document.place(path), f'"{name}" is a name of the harness', remedy="choose another name")
        elif name in variables:
            yield mistake_at(document.place(path), f'"{name}" is a variable already', remedy="choose another name")
