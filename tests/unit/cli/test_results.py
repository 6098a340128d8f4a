"""Stored recordings are judged and stored results are rendered again without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.model.result import Severity


def test_an_audit_has_the_exit_code_of_its_verdict(pipeline: Any, call: Any) -> None:
    pipeline.exit_code = 1
    result = call("audit", "one", "two", "--fail-on", "info")
    ((name, arguments),) = pipeline.calls
    assert (name, arguments[:3]) == ("audit", ((Path("one"), Path("two")), Path("reports/audit"), Severity.INFO))
    assert arguments[3] is None
    assert result.exit_code == 1
    assert "the table of Suite" in result.stdout


def test_a_report_goes_beside_the_result_and_judges_nothing(pipeline: Any, call: Any) -> None:
    pipeline.exit_code = 1
    assert call("report", "old/result.json").exit_code == 0
    assert call("report", "old/result.json", "--out", "new").exit_code == 0
    assert [arguments[:2] for _, arguments in pipeline.calls] == [
        (Path("old/result.json"), Path("old")),
        (Path("old/result.json"), Path("new")),
    ]


def test_what_a_client_gets_is_asked_of_audits_and_reports_alike_and_said_where_it_is(pipeline: Any, call: Any) -> None:
    pipeline.documents = (Path("out/document.html"), Path("a b.pdf"))
    asked = ("--theme", "ours", "--client", "Corner Shop", "--pdf", "a b.pdf")
    for command in ("report", "audit"):
        result = call(command, "old", *asked)
        assert "document: out/document.html\ndocument: a b.pdf\n" in result.stdout
    for _, arguments in pipeline.calls:
        wanted = arguments[-1]
        assert (wanted.theme, wanted.client, wanted.pdf) == (Path("ours"), "Corner Shop", Path("a b.pdf"))
    assert call("report", "old", "--document").exit_code == 0
    assert pipeline.calls[-1][1][-1].is_wanted
