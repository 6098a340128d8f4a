"""What is known can be listed, one name a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("kind", ["faults", "wirings", "vendors", "profiles", "checks", "steps", "scenarios"])
def test_a_list_has_a_line_for_each_name(pipeline: Any, call: Any, kind: str) -> None:
    assert call("list", kind).output == "short        What it does\nmuch-longer\n"
    assert pipeline.calls == [("catalogue", (kind,))]


def test_a_vendor_is_shown_as_a_page(pipeline: Any, call: Any) -> None:
    assert call("vendor", "show", "example").output == "# Example Ads\n"
    assert pipeline.calls == [("vendor_page", ("example",))]


def test_pages_of_all_vendors_are_written_and_named(pipeline: Any, call: Any) -> None:
    assert call("vendor", "pages", "docs/vendors").output == "docs/vendors/example.md\n"


@pytest.mark.parametrize("exit_code", [0, 1])
def test_conformance_prints_its_table_and_says_whether_all_pass(pipeline: Any, call: Any, exit_code: int) -> None:
    pipeline.exit_code = exit_code
    result = call("conformance", "rows.jsonl")
    assert (result.output, result.exit_code) == ("vendor  read\n", exit_code)
    assert pipeline.calls == [("read_corpora", ((Path("rows.jsonl"),),))]
