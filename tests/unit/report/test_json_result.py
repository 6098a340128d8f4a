"""The result as JSON: exact, strict, and in step with its published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
from report_builders import a_run, a_suite, an_event, failing_result, healthy_result, inconclusive_result

from harness.errors import InputError
from harness.report.json_result import read_json, render_json, result_schema, schema_text


@pytest.mark.parametrize("build", [healthy_result, failing_result, inconclusive_result, a_suite])
def test_a_result_survives_the_file_byte_for_byte(build) -> None:
    text = render_json(build())

    assert render_json(read_json(text)) == text
    assert read_json(text).verdict is build().verdict
    jsonschema.validate(json.loads(text), result_schema())


def test_keys_keep_the_order_of_the_model_and_two_spaces_of_indent() -> None:
    text = render_json(healthy_result())

    assert text.startswith('{\n  "suite_id": ')
    assert text.endswith("}\n")
    assert list(json.loads(text))[:4] == ["suite_id", "title", "verdict", "runs"]


def test_another_schema_version_is_an_input_error_that_says_what_to_do() -> None:
    with pytest.raises(InputError) as caught:
        read_json(render_json(replace(healthy_result(), schema_version=7)), "old.json")

    (mistake,) = caught.value.mistakes
    assert mistake.file == "old.json"
    assert "7" in mistake.found
    assert mistake.remedy


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"title": "x"}', '{"schema_version": 1}', '{"schema_version": "1"}', "\ud800"]
)
def test_what_is_no_result_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        read_json(text)


def test_values_of_a_wrong_type_are_not_bent_into_shape() -> None:
    text = render_json(healthy_result()).replace('"orders": 1', '"orders": "1"', 1)

    with pytest.raises(InputError, match="orders"):
        read_json(text)


def test_half_a_character_in_a_payload_does_not_stop_the_report() -> None:
    text = render_json(a_suite(a_run(events=(an_event("meta", "tag", 1, payload="\ud83d"),))))

    assert read_json(text).runs[0].events[0].payload == "?"


def test_published_schema_is_in_step_with_the_model() -> None:
    published = (files("harness.report") / "result.schema.json").read_text("utf-8")

    assert published == schema_text(), "write harness.report.json_result.schema_text() to result.schema.json"
