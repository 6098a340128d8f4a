"""How does a result become a document for a client, on disk and on paper?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.load.themes import load_theme
from harness.model.result import SuiteResult
from harness.model.theme import PLAIN, Theme
from harness.pipeline.reporting import write
from harness.record.printing import print_document
from harness.report.document import DOCUMENT_FILE, document_title, render_document


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRequest:
    """What the user asked of the report's looks. Whoever names a `client` or a `pdf` wants the document, too."""

    is_wanted: bool = False
    theme: Path | None = None
    client: str = ""
    pdf: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def load_theme(self) -> Theme:
        """Before anything is judged or written: a broken theme is told at once."""
        return load_theme(self.theme) if self.theme else PLAIN


NO_DOCUMENT = DocumentRequest()


def write_documents(result: SuiteResult, out: Path, theme: Theme, request: DocumentRequest) -> tuple[Path, ...]:
    """The files that were written, none if none was asked for."""
    if not (request.is_wanted or request.client or request.pdf):
        return ()
    document = out / DOCUMENT_FILE
    write(document, render_document(result, theme, request.client))
    if request.pdf is None:
        return (document,)
    request.pdf.parent.mkdir(parents=True, exist_ok=True)
    header = " · ".join(text for text in (document_title(theme), request.client) if text)
    print_document(document, request.pdf, header=header, environment=request.environment)
    return document, request.pdf
