"""Everything that is rendered from a result. Text in, text out: writing files is somebody else's work."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from harness.model.result import SuiteResult
from harness.model.theme import Theme
from harness.report.findings import render_findings
from harness.report.gitlab import render_gitlab
from harness.report.html import render_html
from harness.report.json_result import render_json
from harness.report.junit import render_junit
from harness.report.markdown import render_markdown
from harness.report.sarif import render_sarif


class Reporter(NamedTuple):
    """`render` takes the result and the theme, which only HTML shows."""

    file_name: str
    render: Callable[[SuiteResult, Theme], str]


REPORTERS = {
    "html": Reporter("index.html", render_html),
    "json": Reporter("result.json", lambda result, theme: render_json(result)),
    "junit": Reporter("junit.xml", lambda result, theme: render_junit(result)),
    "sarif": Reporter("results.sarif", lambda result, theme: render_sarif(result)),
    "findings": Reporter("findings.jsonl", lambda result, theme: render_findings(result)),
    "gitlab": Reporter("gl-code-quality.json", lambda result, theme: render_gitlab(result)),
    "markdown": Reporter("summary.md", lambda result, theme: render_markdown(result)),
}
