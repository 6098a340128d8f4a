"""What would a person say about each place where a value does not fit its JSON Schema?

A schema may carry words for people, which JSON Schema itself ignores:

x-expected   what a good value is, in place of the pattern, the type or the list of branches
x-remedy     what to do about a bad one
x-key        what the keys of a mapping are called ("step": `unknown step "clik"`)
x-when       in a branch of oneOf or anyOf: a schema for the values that mean this branch
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

Path = tuple[str | int, ...]
Written = Callable[[Sequence[str | int]], str]

_TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
_SHOWN_LENGTH = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """`at_key`: the key is wrong, not its value. `misspelt` and `missing` let one explanation replace two."""

    path: Path
    found: str
    expected: str = ""
    remedy: str = ""
    at_key: bool = False
    misspelt: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class _Problem:
    """A ValidationError whose fields are surely set; `below` is the path from the value whose branches were tried."""

    keyword: str
    limit: Any
    schema: Mapping[str, Any]
    instance: Any
    path: Path
    below: Path
    schema_path: tuple[str | int, ...]
    branches: tuple[_Problem, ...]


def violations(data: Any, schema: Mapping[str, Any], written: Written) -> tuple[Violation, ...]:
    """All violations; `written` yields a plain value as it stands in the file."""
    errors = Draft202012Validator(schema).iter_errors(data)
    found = [violation for error in errors for violation in _explain(_problem(error), written)]
    # A misspelt key is also a missing one: say it once, where the misspelling is.
    misspelt = {violation.path[:-1] for violation in found if violation.misspelt}
    # jsonschema reports a list of missing keys once for each of them.
    once = dict.fromkeys(found)
    return tuple(violation for violation in once if not (violation.missing and violation.path in misspelt))


def close_match(word: str, choices: Collection[str]) -> str:
    """`did you mean "click"?` when a choice is near, otherwise nothing."""
    plain = {choice.lower().replace("_", "-"): choice for choice in choices}
    matches = get_close_matches(word.lower().replace("_", "-"), plain, n=1, cutoff=0.6)
    return f'did you mean "{plain[matches[0]]}"?' if matches else ""


def _problem(error: ValidationError) -> _Problem:
    return _Problem(
        keyword=str(error.validator),
        limit=error.validator_value,
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        instance=error.instance,
        path=tuple(error.absolute_path),
        below=tuple(error.relative_path),
        schema_path=tuple(error.relative_schema_path),
        branches=tuple(_problem(child) for child in error.context or ()),
    )


def _explain(problem: _Problem, written: Written) -> Iterator[Violation]:
    keyword = problem.keyword
    if "propertyNames" in problem.schema_path and not isinstance(problem.instance, dict):
        yield _bad_name(problem)
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_keys(problem)
    elif keyword == "required":
        yield from _missing_keys(problem, problem.limit)
    elif keyword == "dependentRequired":
        yield from _missing_companions(problem)
    elif keyword in ("oneOf", "anyOf"):
        yield from _no_branch(problem, written)
    else:
        yield _bad_value(problem, written)


def _unknown_keys(problem: _Problem) -> Iterator[Violation]:
    known = list(problem.schema.get("properties", {}))
    word = problem.schema.get("x-key", "key")
    patterns = problem.schema.get("patternProperties", ())
    for name in problem.instance:
        if name in known or any(re.search(pattern, name) for pattern in patterns):
            continue
        near = close_match(name, known)
        expected = "" if near or not known else f"one of {', '.join(known)}"
        yield Violation(
            path=(*problem.path, name),
            at_key=True,
            found=f'unknown {word} "{name}"{_container(problem)}',
            expected=expected,
            remedy=near or problem.schema.get("x-remedy", ""),
            misspelt=bool(near),
        )


def _missing_keys(problem: _Problem, names: Sequence[str]) -> Iterator[Violation]:
    properties = problem.schema.get("properties", {})
    for name in names:
        if name in problem.instance:
            continue
        wanted = properties.get(name, {})
        yield Violation(
            path=problem.path,
            found=f'missing key "{name}"{_container(problem)}',
            expected=f"{name}: {wanted['x-expected']}" if "x-expected" in wanted else "",
            remedy=problem.schema.get("x-remedy", ""),
            missing=True,
        )


def _missing_companions(problem: _Problem) -> Iterator[Violation]:
    for name, companions in problem.limit.items():
        for companion in companions:
            if name in problem.instance and companion not in problem.instance:
                yield Violation(
                    path=(*problem.path, name),
                    at_key=True,
                    found=f'"{name}" without "{companion}"{_container(problem)}',
                    remedy=f'add "{companion}" or remove "{name}"',
                )


def _bad_name(problem: _Problem) -> Violation:
    expected = problem.schema.get("x-expected") or f"a name that fits {problem.limit}"
    return Violation(
        path=(*problem.path, str(problem.instance)),
        at_key=True,
        found=f'"{problem.instance}" cannot be a name here',
        expected=expected,
        remedy=problem.schema.get("x-remedy", ""),
    )


def _no_branch(problem: _Problem, written: Written) -> Iterator[Violation]:
    """Explain the branch that was meant; when none can be told, say what all of them would take."""
    branch = _meant_branch(problem)
    if branch is not None:
        for child in branch:
            yield from _explain(child, written)
        return
    expected = problem.schema.get("x-expected") or " or ".join(
        dict.fromkeys(_expected(child) for child in problem.branches)
    )
    quotes = next(filter(None, (_quotes(child, written) for child in problem.branches)), "")
    yield Violation(
        path=problem.path,
        found=f"found {_shown(problem, written)}{_container(problem)}",
        expected=expected or "a value that fits one form only",
        remedy=quotes or problem.schema.get("x-remedy", ""),
        missing=isinstance(problem.instance, dict) and all(child.keyword == "required" for child in problem.branches),
    )


def _meant_branch(problem: _Problem) -> list[_Problem] | None:
    branches: dict[int, list[_Problem]] = {}
    for child in problem.branches:
        branches.setdefault(int(child.schema_path[0]), []).append(child)
    for index, subschema in enumerate(problem.limit):
        hint = subschema.get("x-when") if isinstance(subschema, dict) else None
        if hint is not None and index in branches and Draft202012Validator(hint).is_valid(problem.instance):
            return branches[index]
    if "x-expected" in problem.schema:
        return None
    # A branch that fails at the value itself (its type, its constant) was not meant; the fewer mistakes the better.
    deep = [errors for errors in branches.values() if all(child.below or _is_about_keys(child) for child in errors)]
    return min(deep, key=len) if deep else None


def _is_about_keys(problem: _Problem) -> bool:
    return problem.keyword in ("additionalProperties", "unevaluatedProperties", "required")


def _bad_value(problem: _Problem, written: Written) -> Violation:
    instance, limit, path = problem.instance, problem.limit, problem.path
    remedy = problem.schema.get("x-remedy", "")
    found = f"found {_shown(problem, written)}{_container(problem)}"
    if problem.keyword == "enum" and isinstance(instance, str):
        found = f'unknown {_last_word(problem)} "{written(problem.path) or instance}"'
        remedy = close_match(instance, [choice for choice in limit if isinstance(choice, str)]) or remedy
    elif problem.keyword == "uniqueItems":
        index = next(index for index, item in enumerate(instance) if item in instance[:index])
        path = (*path, index)
        found = f"found {written(path) or 'the same'} twice{_container(problem)}"
    return Violation(
        path=path,
        found=found,
        expected=_expected(problem),
        remedy=_quotes(problem, written) or remedy,
    )


def _expected(problem: _Problem) -> str:
    if "x-expected" in problem.schema:
        return str(problem.schema["x-expected"])
    limit = problem.limit
    match problem.keyword:
        case "type":
            names = [limit] if isinstance(limit, str) else limit
            return " or ".join(_TYPE_WORDS[name] for name in names)
        case "enum":
            return f"one of {', '.join(map(str, limit))}"
        case "const":
            return f'"{limit}"'
        case "pattern":
            return f"text that fits {limit}"
        case "minLength" | "minItems" | "minProperties":
            return "something here" if limit == 1 else f"at least {limit}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"at most {limit}"
        case "minimum":
            return f"{limit} or more"
        case "maximum":
            return f"{limit} or less"
        case "exclusiveMinimum":
            return f"more than {limit}"
        case "exclusiveMaximum":
            return f"less than {limit}"
        case "uniqueItems":
            return "every entry once"
    return str(problem.schema.get("description", f"a value that fits {problem.keyword}"))


def _quotes(problem: _Problem, written: Written) -> str:
    """A number, `true` or `null` where only text would do was meant as text."""
    wanted = problem.limit if problem.keyword == "type" else ()
    if "string" not in ([wanted] if isinstance(wanted, str) else wanted):
        return ""
    source = written(problem.path)
    if isinstance(problem.instance, (dict, list)) or not source:
        return ""
    return f'put it in quotes: "{source}"'


def _shown(problem: _Problem, written: Written) -> str:
    value = problem.instance
    if isinstance(value, dict):
        return f"a mapping with {', '.join(value)}" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    source = written(problem.path) or ("" if value is None else str(value))
    short = source if len(source) <= _SHOWN_LENGTH else f"{source[:_SHOWN_LENGTH]}..."
    if isinstance(value, str):
        return f'"{short}"'
    kind = "number " if isinstance(value, (int, float)) and not isinstance(value, bool) else ""
    return f"{kind}{short}" if short else "nothing"


def _container(problem: _Problem) -> str:
    """` in "click"`: the nearest key above, since a line may hold several mappings."""
    names = [part for part in problem.path if isinstance(part, str)]
    return f' in "{names[-1]}"' if names else ""


def _last_word(problem: _Problem) -> str:
    names = [part for part in problem.path if isinstance(part, str)]
    return str(problem.schema.get("x-key") or (names[-1] if names else "value"))
