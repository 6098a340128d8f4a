"""Each way to miss a schema is told in words for people, once, where it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from harness.load.violations import Violation, violations


def told(data: Any, schema: dict[str, Any]) -> list[Violation]:
    def written(path: Sequence[str | int]) -> str:
        value = data
        for part in path:
            value = value[part] if not isinstance(value, dict) or part in value else ""
        return "" if isinstance(value, (dict, list)) or value is None else str(value)

    return list(violations(data, schema, written))


def one(data: Any, schema: dict[str, Any]) -> tuple[tuple[str | int, ...], str, str, str]:
    (violation,) = told(data, schema)
    return violation.path, violation.found, violation.expected, violation.remedy


STEP = {"additionalProperties": False, "properties": {"click": {}, "fill": {}}, "x-key": "step"}
NAMED = {"properties": {"kind": {"enum": ["square", "round"]}}}


@pytest.mark.parametrize(
    ("data", "schema", "path", "found", "expected", "remedy"),
    [
        ({"clik": 1}, STEP, ("clik",), 'unknown step "clik"', "", 'did you mean "click"?'),
        ({"zoom": 1}, STEP, ("zoom",), 'unknown step "zoom"', "one of click, fill", ""),
        ({}, {"required": ["a"]}, (), 'missing key "a"', "", ""),
        (
            {},
            {"required": ["a"], "properties": {"a": {"x-expected": "a day"}}, "x-remedy": "add it"},
            (),
            'missing key "a"',
            "a: a day",
            "add it",
        ),
        (5, {"type": "string"}, (), "found number 5", "text", 'put it in quotes: "5"'),
        ([], {"type": "object"}, (), "found an empty list", "a mapping", ""),
        ({"a": 1}, {"type": "array"}, (), "found a mapping with a", "a list", ""),
        (None, {"type": "integer"}, (), "found nothing", "a whole number", ""),
        ("x" * 60, {"type": "number"}, (), f'found "{"x" * 48}..."', "a number", ""),
        (
            {"kind": "squre"},
            NAMED,
            ("kind",),
            'unknown kind "squre"',
            "one of square, round",
            'did you mean "square"?',
        ),
        ("x", {"const": "y"}, (), 'found "x"', '"y"', ""),
        ("x", {"pattern": "^y"}, (), 'found "x"', "text that fits ^y", ""),
        ("x", {"pattern": "^y", "x-expected": "a y", "x-remedy": "try y"}, (), 'found "x"', "a y", "try y"),
        ("", {"minLength": 1}, (), 'found ""', "something here", ""),
        ([], {"minItems": 1}, (), "found an empty list", "something here", ""),
        ([1, 2], {"maxItems": 1}, (), "found a list", "at most 1", ""),
        (0, {"minimum": 1}, (), "found number 0", "1 or more", ""),
        (9, {"maximum": 1}, (), "found number 9", "1 or less", ""),
        (0, {"exclusiveMinimum": 0}, (), "found number 0", "more than 0", ""),
        (["a", "b", "a"], {"uniqueItems": True}, (2,), "found a twice", "every entry once", ""),
        ({"Ä": 1}, {"propertyNames": {"enum": ["a"], "x-expected": "a"}}, ("Ä",), '"Ä" cannot be a name here', "a", ""),
        (
            {"name": 1},
            {"dependentRequired": {"name": ["role"]}},
            ("name",),
            '"name" without "role"',
            "",
            'add "role" or remove "name"',
        ),
        (True, {"oneOf": [{"type": "array"}, {"type": "object"}]}, (), "found True", "a list or a mapping", ""),
        ({"a": 1, "b": 2}, {"not": {"required": ["a"]}}, (), "found a mapping with a, b", "a value that fits not", ""),
    ],
)  # fmt: skip
def test_each_keyword(
    data: Any, schema: dict[str, Any], path: tuple[str | int, ...], found: str, expected: str, remedy: str
) -> None:
    assert one(data, schema) == (path, found, expected, remedy)


def test_the_branch_that_was_meant_is_explained_even_when_another_is_nearer() -> None:
    schema = {
        "oneOf": [
            {"x-when": {"required": ["demo"]}, "required": ["demo", "a", "b"]},
            {"x-when": {"required": ["url"]}, "required": ["url"]},
        ]
    }
    assert [violation.found for violation in told({"demo": 1}, schema)] == ['missing key "a"', 'missing key "b"']


def test_without_hints_the_branch_that_fits_in_kind_is_explained() -> None:
    schema = {
        "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": False, "properties": {"css": {}}}]
    }
    assert one({"cs": 1}, schema)[1:] == ('unknown key "cs"', "", 'did you mean "css"?')


def test_a_misspelt_key_is_not_told_again_as_a_missing_one() -> None:
    schema = {"required": ["title"], "additionalProperties": False, "properties": {"title": {}}}
    assert [violation.found for violation in told({"tittle": 1}, schema)] == ['unknown key "tittle"']


def test_keys_that_fit_a_pattern_are_known() -> None:
    schema = {"additionalProperties": False, "properties": {}, "patternProperties": {"^x-": {}}}
    assert [violation.path for violation in told({"x-a": 1, "y": 2}, schema)] == [("y",)]
