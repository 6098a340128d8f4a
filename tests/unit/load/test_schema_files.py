"""Editors complete what people write: every key has a word about it, and every file says where its schema is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.load.schema_files import schema_kinds, schema_of

ROOT = Path(__file__).parents[3]
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")
# Keys of a condition say nothing of their own.
_CONDITIONS = ("if", "then", "else", "not", "x-when")


def undescribed(node: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:
    if isinstance(node, list):
        for index, part in enumerate(node):
            yield from undescribed(part, schema, f"{path}/{index}")
    if not isinstance(node, dict):
        return
    for key, part in node.items():
        if key == "properties" and path.split("/")[-1] not in _CONDITIONS:
            yield from (f"{path}/{name}" for name, each in part.items() if each and not described(each, schema))
        yield from undescribed(part, schema, f"{path}/{key}")


def described(node: dict[str, Any], schema: dict[str, Any]) -> bool:
    while "description" not in node and "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return "description" in node


@pytest.mark.parametrize("kind", schema_kinds())
def test_every_key_has_a_description(kind: str) -> None:
    schema = schema_of(kind)
    assert list(undescribed(schema, schema)) == []


FILES = [
    path for folder in ("scenarios", "vendor_specs", "harness/profiles") for path in (ROOT / folder).rglob("*.yaml")
]


@pytest.mark.parametrize("path", sorted(FILES), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_shipped_file_leads_editors_to_its_schema(path: Path) -> None:
    line = MODELINE.match(path.read_text("utf-8"))
    assert line is not None, "the first line names no schema"
    assert (path.parent / line[1]).is_file()
