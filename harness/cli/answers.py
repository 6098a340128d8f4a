"""How is the outcome of a suite told at the end of a command?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.github import tell_github
from harness.model.result import Severity

if TYPE_CHECKING:
    from rich.console import RenderableType

    from harness.pipeline import DocumentRequest, SuiteOutcome

_LOG_WIDTH = 120

DEFAULT_HISTORY = "reports/history.sqlite"

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


def waivers_option() -> Decorator:
    return click.option(
        "--waivers",
        type=click.Path(dir_okay=False, path_type=Path),
        default=None,
        help="A file of findings that need not fail until a day; see docs/waivers.md.",
    )


def history_option() -> Decorator:
    """Last, or as `--history=PATH`, it names a place of its own; one that cannot be is told before any work."""
    return click.option(
        "--history",
        is_flag=False,
        flag_value="",
        default=None,
        metavar="[=PATH|URL]",
        callback=_history_ready,
        help="Add the result to a history; $HARNESS_HISTORY or reports/history.sqlite if none is named.",
    )


def _history_ready(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from harness import pipeline

    if value is None or context.resilient_parsing:
        return None
    where = value or os.environ.get("HARNESS_HISTORY") or DEFAULT_HISTORY
    pipeline.history_ready(where)
    return where


def remember(outcome: SuiteOutcome, where: str | None) -> None:
    from harness import pipeline

    if where is not None:
        click.echo(f"history: {pipeline.remember(outcome.result, where)}")


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
    from harness import pipeline

    print_table(pipeline.summary_table(outcome.result))
    # Not through rich: a path must stay on one line to be copied.
    click.echo(f"\nreport: {outcome.folder / 'index.html'}")
    for path in outcome.documents:
        click.echo(f"document: {path}")
    summary = outcome.folder / pipeline.SUMMARY
    annotations = pipeline.github_annotations(outcome.result)
    tell_github(annotations, lambda: summary.read_text("utf-8"), f"{summary.name} of the report")


def print_table(table: RenderableType) -> None:
    """As wide as the terminal; in a log without colour, without blanks at the ends of lines. Nothing is cut off: what
    must stay on one line, such as a command, may be longer."""
    from rich.console import Console

    console = Console()
    if console.is_terminal:
        console.print(table, crop=False)
        return
    log = Console(width=_LOG_WIDTH)
    with log.capture() as captured:
        log.print(table, crop=False)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
