"""Printing needs a browser that can: without one the message says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import RecordingError
from harness.record.printing import print_document


def test_a_browser_that_cannot_print_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    program = tmp_path / "firefox"
    program.write_text("#!/bin/sh\necho Mozilla Firefox 150.0\n", "utf-8")
    program.chmod(0o755)
    with pytest.raises(RecordingError, match=r"firefox cannot print to a file; name Chromium or Chrome in HARNESS_B"):
        print_document(
            tmp_path / "document.html",
            tmp_path / "document.pdf",
            header="",
            environment={"HARNESS_BROWSER": str(program)},
        )
    assert not (tmp_path / "document.pdf").exists()
