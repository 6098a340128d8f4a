"""Every violation is named with its place, what stood there, what was expected, and the rule it breaks."""

from __future__ import annotations

from typing import Any

import pytest

from harness.decode.schema_faults import schema_faults
from harness.model.event import SchemaFault

SCHEMA = {
    "type": "object",
    "required": ["name", "time", "plain"],
    "x-rule": "v.whole",
    "properties": {
        "name": {"type": "string", "minLength": 1, "x-expected": "a name", "x-rule": "v.name", "x-answer": "nameless"},
        "time": {"type": "integer", "minimum": 10, "maximum": 99, "x-expected": "two digits", "x-rule": "v.time"},
        "lines": {"type": "array", "maxItems": 2, "items": {"type": "object", "required": ["id"]}},
    },
}
GOOD = {"name": "a", "time": 12, "plain": 1}


def faults(value: Any, schema: Any = SCHEMA, at: str = "body") -> list[tuple[str, str, str, str]]:
    return [(fault.path, fault.found, fault.expected, fault.rule) for fault in schema_faults(value, schema, at)]


def test_a_good_value_has_none() -> None:
    assert faults(GOOD) == []


def test_every_missing_property_is_named_at_its_own_place() -> None:
    assert faults({}) == [
        ("body/name", "nothing", "a name", "v.name"),
        ("body/plain", "nothing", "a value", "v.whole"),
        ("body/time", "nothing", "two digits", "v.time"),
    ]


def test_a_fault_carries_the_answer_the_vendor_gives() -> None:
    (fault,) = schema_faults({**GOOD, "name": ""}, SCHEMA)
    assert fault == SchemaFault(path="name", found="", expected="a name", rule="v.name", answer="nameless")


def test_faults_inside_lists_have_the_place_of_the_item() -> None:
    assert faults({**GOOD, "lines": [{"id": 1}, {}]}) == [("body/lines/1/id", "nothing", "a value", "")]


def test_the_same_fault_is_told_once() -> None:
    twice = {"allOf": [{"required": ["a"]}, {"required": ["a"]}]}
    assert len(faults({}, twice)) == 1


def test_long_values_are_cut() -> None:
    ((_, found, _, _),) = faults({**GOOD, "time": "x" * 500})
    assert len(found) == 80
    assert found.endswith("...")


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, 1, "a value of type string"),
        ({"type": ["string", "null"]}, 1, "a value of type string or null"),
        ({"enum": ["a", 1]}, "b", "one of a, 1"),
        ({"const": "a"}, "b", "exactly a"),
        ({"pattern": "^a$"}, "b", "text that matches ^a$"),
        ({"minimum": 2}, 1, "2 or more"),
        ({"maximum": 2}, 3, "2 or less"),
        ({"minLength": 2}, "a", "at least 2 characters"),
        ({"maxItems": 0}, [1], "at most 0 entries"),
        ({"additionalProperties": False}, {"a": 1}, "only the keys the vendor documents"),
        ({"not": {}}, 1, "not this"),
        ({"multipleOf": 2}, 3, "3 is not a multiple of 2"),
    ],
)
def test_what_was_expected_is_put_in_words(schema: dict[str, Any], value: Any, expected: str) -> None:
    assert [fault[2] for fault in faults(value, schema)] == [expected]


def test_a_condition_is_judged_with_its_own_words() -> None:
    schema = {
        "if": {"properties": {"kind": {"const": "sale"}}},
        "then": {"required": ["price"], "properties": {"price": {"x-expected": "a price", "x-rule": "v.price"}}},
    }
    assert faults({"kind": "sale"}, schema) == [("body/price", "nothing", "a price", "v.price")]
    assert faults({"kind": "view"}, schema) == []


@pytest.mark.parametrize("value", [None, 1, "text", [], [1], {"name": {}}])
def test_values_of_any_type_are_judged(value: Any) -> None:
    assert faults(value)
