"""Which names does the harness know, and what does it know about a vendor?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.errors import ExitCode

_KINDS = ("faults", "wirings", "vendors", "profiles", "checks", "steps", "scenarios")


@click.command("list")
@click.argument("kind", type=click.Choice(_KINDS))
def list_command(kind: str) -> None:
    """List what can be named in a scenario or on the command line."""
    from harness import pipeline

    entries = pipeline.catalogue(kind)
    width = max((len(name) for name, _ in entries), default=0)
    for name, text in entries:
        click.echo(f"{name:<{width}}  {text}".rstrip())


@click.group("vendor")
def vendor_command() -> None:
    """Look up what is known about vendors."""


@vendor_command.command("show")
@click.argument("name")
def show_vendor(name: str) -> None:
    """Show what is checked for a vendor, on which source, reviewed when, and how sure we are (Markdown)."""
    from harness import pipeline

    click.echo(pipeline.vendor_page(name), nl=False)


@vendor_command.command("pages")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def vendor_pages(folder: Path) -> None:
    """Write a page for every vendor into a folder."""
    from harness import pipeline

    for path in pipeline.write_vendor_pages(folder):
        click.echo(path)


@click.command("conformance")
@click.argument("corpora", nargs=-1, required=True, metavar="FILE.jsonl...", type=click.Path(path_type=Path))
def conformance_command(corpora: tuple[Path, ...]) -> None:
    """Try the vendor specs on requests that other people's code sent (JSON lines)."""
    from harness import pipeline

    lines, passed = pipeline.read_corpora(corpora)
    for line in lines:
        click.echo(line)
    click.get_current_context().exit(int(ExitCode.PASSED if passed else ExitCode.FAILED))
