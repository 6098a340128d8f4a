"""Everything that is rendered from a result. Text in, text out: writing files is somebody else's work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from harness.model.result import SuiteResult
from harness.report.findings import render_findings
from harness.report.gitlab import render_gitlab
from harness.report.html import render_html
from harness.report.json_result import render_json
from harness.report.junit import render_junit
from harness.report.markdown import render_markdown
from harness.report.sarif import render_sarif


class Reporter(NamedTuple):
    """`render` takes the result and the pictures by `<run folder>/<screenshot>`, which only HTML shows."""

    file_name: str
    render: Callable[[SuiteResult, Mapping[str, bytes]], str]


REPORTERS = {
    "html": Reporter("index.html", render_html),
    "json": Reporter("result.json", lambda result, images: render_json(result)),
    "junit": Reporter("junit.xml", lambda result, images: render_junit(result)),
    "sarif": Reporter("results.sarif", lambda result, images: render_sarif(result)),
    "findings": Reporter("findings.jsonl", lambda result, images: render_findings(result)),
    "gitlab": Reporter("gl-code-quality.json", lambda result, images: render_gitlab(result)),
    "markdown": Reporter("summary.md", lambda result, images: render_markdown(result)),
}
