"""Stored recordings are judged and stored results are rendered again without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.model.result import Severity


def test_an_audit_has_the_exit_code_of_its_verdict(pipeline: Any, call: Any) -> None:
    pipeline.exit_code = 1
    result = call("audit", "one", "two", "--fail-on", "info")
    assert pipeline.calls == [("audit", ((Path("one"), Path("two")), Path("reports/audit"), Severity.INFO, None))]
    assert result.exit_code == 1
    assert "the table of Suite" in result.stdout


def test_a_report_goes_beside_the_result_and_judges_nothing(pipeline: Any, call: Any) -> None:
    pipeline.exit_code = 1
    assert call("report", "old/result.json").exit_code == 0
    assert call("report", "old/result.json", "--out", "new").exit_code == 0
    assert [arguments for _, arguments in pipeline.calls] == [
        (Path("old/result.json"), Path("old")),
        (Path("old/result.json"), Path("new")),
    ]
