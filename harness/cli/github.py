"""What does a job on GitHub show beside its log? Notes at lines of files, and the page of the job."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import click

# GitHub refuses a summary of more than 1 MiB as a whole.
_MOST_BYTES = 1_000_000


def tell_github(annotations: Iterable[str], summary: Callable[[], str], whole: str) -> None:
    """Nothing anywhere but in a job on GitHub. `summary` reads the Markdown, and `whole` says where all of it is."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    for annotation in annotations:
        click.echo(annotation)
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if not page:
        return
    text = summary().encode("utf-8")
    if len(text) > _MOST_BYTES:
        text = text[:_MOST_BYTES].rpartition(b"\n")[0] + f"\n\nThe rest is in {whole}.\n".encode()
    try:
        with Path(page).open("ab") as file:
            file.write(text + b"\n")
    except OSError as error:
        click.echo(f"the job's summary could not be written: {error}", err=True)
