"""Which filter lists are here, and how are newer ones got?"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable

import click

from harness.errors import ExitCode


@click.group("lists")
def lists_command() -> None:
    """Fetch filter lists, and show those that are here."""


def _pairs(what: str, pattern: str) -> Callable[..., dict[str, str]]:
    def read(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
        pairs = [value.partition("=") for value in values]
        for name, _, value in pairs:
            if not (name and re.fullmatch(pattern, value)):
                raise click.BadParameter(f'expected NAME={what}, found "{name}{"=" if value else ""}{value}"')
        return {name: value for name, _, value in pairs}

    return read


@lists_command.command("update")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="NAME=SHA256",
    callback=_pairs("SHA256", r"[0-9a-fA-F]{64}"),
    help="Take only the text with this hash; may be repeated.",
)
@click.option(
    "--from",
    "addresses",
    multiple=True,
    metavar="NAME=URL",
    callback=_pairs("URL", r"https?://.+"),
    help="Fetch a list from a mirror; may be repeated.",
)
@click.option("--force", is_flag=True, help="Ask also for lists that are not due.")
def update_command(names: tuple[str, ...], pins: dict[str, str], addresses: dict[str, str], force: bool) -> None:
    """Fetch known filter lists into the cache; what is there stays if the new text is not sound."""
    from harness import pipeline

    failed = False
    updates = pipeline.update_lists(names, environment=os.environ, pins=pins, addresses=addresses, is_forced=force)
    for update in updates:
        click.echo(f"{update.name}: {update.state}: {update.told}", err=update.state == "failed")
        failed = failed or update.state == "failed"
    click.get_current_context().exit(int(ExitCode.INCONCLUSIVE if failed else ExitCode.PASSED))


@lists_command.command("show")
def show_command() -> None:
    """Show what a profile that names a known list gets on this machine."""
    from harness import pipeline

    for name, text in pipeline.lists_shown(os.environ, time.time()):
        click.echo(f"{name}: {text}")
