"""Stored recordings are judged and stored results are rendered again without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from harness.cli.answers import print_table
from harness.model.recording import Origin
from harness.model.result import Severity


def test_an_audit_has_the_exit_code_of_its_verdict(pipeline: Any, call: Any) -> None:
    pipeline.exit_code = 1
    result = call("audit", "one", "two", "--fail-on", "info")
    [(name, (paths, out, fail_on, waivers, _, evidence))] = pipeline.calls
    assert (name, paths, out, fail_on, waivers) == (
        "audit", (Path("one"), Path("two")), Path("reports/audit"), Severity.INFO, None,
    )  # fmt: skip
    assert (evidence.server, evidence.scenario, evidence.visit, evidence.origins) == ((), None, None, {})
    assert result.exit_code == 1
    assert "the table of Suite" in result.stdout


def test_an_audit_of_a_visit_is_told_who_sent_what(pipeline: Any, call: Any) -> None:
    call(
        "audit", "visit.flows", "--server", "calls.jsonl", "--visit", "visit.yaml", "--origin", "8080=browser",
        "--origin", "server",
    )  # fmt: skip
    evidence = pipeline.calls[0][1][-1]
    assert (evidence.server, evidence.visit) == ((Path("calls.jsonl"),), Path("visit.yaml"))
    assert evidence.origins == {8080: Origin.BROWSER, 0: Origin.SERVER}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to audit"),
        (("a.flows", "--origin", "phone"), 'found "phone"'),
        (("a", "--origin", "x=browser"), "PORT"),
    ],
)
def test_an_audit_of_nothing_or_by_nobody_is_refused(
    pipeline: Any, call: Any, arguments: tuple[str, ...], said: str
) -> None:
    result = call("audit", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert pipeline.calls == []


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
        wanted = next(each for each in arguments if hasattr(each, "client"))
        assert (wanted.theme, wanted.client, wanted.pdf) == (Path("ours"), "Corner Shop", Path("a b.pdf"))
    assert call("report", "old", "--document").exit_code == 0
    assert pipeline.calls[-1][1][-1].is_wanted


def test_a_log_has_no_blanks_at_the_ends_of_lines_and_cuts_nothing_off(capsys: pytest.CaptureFixture[str]) -> None:
    command = "harness run " + "x" * 200
    print_table(Group(Padding(Text("short"), (1, 0)), Text(command, no_wrap=True, overflow="ignore")))
    assert capsys.readouterr().out == f"\nshort\n\n{command}\n"
