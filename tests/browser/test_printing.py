"""The document on paper: a tagged PDF with bookmarks, and what stands on its margins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from report_builders import healthy_result

from harness.errors import RecordingError
from harness.model.theme import Theme
from harness.record.printing import print_document
from harness.report.document import render_document

pytestmark = pytest.mark.browser


def test_the_document_becomes_a_tagged_pdf_with_bookmarks(tmp_path: Path) -> None:
    page, pdf = tmp_path / "document.html", tmp_path / "document.pdf"
    page.write_text(render_document(healthy_result(), Theme(name="Ours"), "Corner Shop"), "utf-8")
    try:
        print_document(page, pdf, header="Audit", environment=dict(os.environ))
    except RecordingError as error:
        if "was found" in str(error):
            pytest.skip("no Chromium is installed")
        raise
    content = pdf.read_bytes()

    assert content.startswith(b"%PDF-")
    assert b"/Outlines" in content
    assert b"/MarkInfo" in content
