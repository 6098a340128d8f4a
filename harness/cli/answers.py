"""How is the outcome of a suite told at the end of a command?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.model.result import Severity

if TYPE_CHECKING:
    from harness.pipeline import DocumentRequest, SuiteOutcome

_LOG_WIDTH = 120

_DOCUMENT_OPTIONS = (
    click.option("--document", "is_wanted", is_flag=True, help="Write document.html too: the report for a client."),
    click.option("--theme", type=click.Path(path_type=Path), default=None, help="A folder with theme.yaml and a logo."),
    click.option("--client", default="", metavar="NAME", help="Whom the document is for."),
    click.option(
        "--pdf",
        type=click.Path(dir_okay=False, path_type=Path),
        default=None,
        help="Print the document to this file; needs a browser.",
    ),
)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def fail_on_option() -> Decorator:
    return click.option(
        "--fail-on",
        type=click.Choice([severity.value for severity in reversed(Severity)]),
        default=Severity.ERROR.value,
        show_default=True,
        callback=lambda context, parameter, value: Severity(value),
        help="The mildest finding that makes the exit code 1.",
    )


def out_option(help_text: str) -> Decorator:
    return click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=None, help=help_text)


def document_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The report as a client gets it; see docs/reports.md."""
    for option in reversed(_DOCUMENT_OPTIONS):
        command = option(command)
    return command


def document_request(is_wanted: bool, theme: Path | None, client: str, pdf: Path | None) -> DocumentRequest:
    from harness import pipeline

    return pipeline.DocumentRequest(
        is_wanted=is_wanted, theme=theme, client=client, pdf=pdf, environment=dict(os.environ)
    )


def show(outcome: SuiteOutcome) -> None:
    """The table, and where the whole report is."""
    from rich.console import Console

    from harness import pipeline

    console = Console()
    if not console.is_terminal:
        console = Console(width=_LOG_WIDTH)
    console.print(pipeline.summary_table(outcome.result))
    # Not through rich: a path must stay on one line to be copied.
    click.echo(f"\nreport: {outcome.folder / 'index.html'}")
    for path in outcome.documents:
        click.echo(f"document: {path}")
