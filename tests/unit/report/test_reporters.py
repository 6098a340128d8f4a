"""The table of reporters: each one takes the result and the theme and returns text."""

from __future__ import annotations

from report_builders import failing_result

from harness.model.theme import PLAIN
from harness.report import REPORTERS
from harness.report.wording import one_line


def test_every_reporter_has_its_file_and_tells_every_check_with_findings() -> None:
    result = failing_result()

    assert {name: file_name for name, (file_name, _) in REPORTERS.items()} == {
        "html": "index.html",
        "json": "result.json",
        "junit": "junit.xml",
        "markdown": "summary.md",
        "sarif": "results.sarif",
        "findings": "findings.jsonl",
        "gitlab": "gl-code-quality.json",
    }
    for reporter in REPORTERS.values():
        text = one_line(reporter.render(result, PLAIN)).replace("\\-", "-")
        assert all(finding.check in text for finding in result.findings)
        text.encode()
