"""What is known can be listed, one name a line."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("kind", ["faults", "vendors", "profiles", "checks", "steps", "scenarios"])
def test_a_list_has_a_line_for_each_name(pipeline: Any, call: Any, kind: str) -> None:
    assert call("list", kind).output == "short        What it does\nmuch-longer\n"
    assert pipeline.calls == [("catalogue", (kind,))]


def test_a_vendor_is_shown_with_its_rules_and_sources(pipeline: Any, call: Any) -> None:
    assert call("vendor", "show", "example").output.splitlines() == [
        "Example Ads (example, platform), reviewed 2026-11-01",
        "hosts: ads.example",
        "",
        "Events",
        "  purchase  Buy",
        "",
        "Rules",
        "  example/names  documented, confidence high, reviewed 2026-11-01, sources S1",
        "",
        "Sources",
        "  S1  Its guide https://example.org/guide",
    ]
