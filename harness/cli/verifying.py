"""Do we block what the real blocker blocks?"""

from __future__ import annotations

import os
from pathlib import Path

import click

from harness.errors import ExitCode


@click.command("verify-blocking")
@click.argument("recordings", nargs=-1, required=True, metavar="RECORDING...", type=click.Path(path_type=Path))
@click.option("--firefox", default="", metavar="PATH", help="Which Firefox; firefox-esr or firefox if not given.")
def verify_blocking_command(recordings: tuple[Path, ...], firefox: str) -> None:
    """Ask a real Firefox with uBlock Origin about the requests of stored visits, and compare it with our profile.

    Nothing leaves the machine. Exit code 1 if they differ about any request, 3 if either program is not installed.
    """
    from harness import pipeline

    alike, different = 0, 0
    for each in pipeline.verified_blocking(recordings, firefox=firefox, environment=os.environ):
        if each.is_alike:
            alike += 1
            continue
        different += 1
        by = f" by {each.rule}" if each.rule else ""
        address = each.request.url.partition("?")[0]
        click.echo(f"{each.request.type} {address}: {each.ours}{by}, and {each.theirs} in the real browser")
    click.echo(f"{alike} of {alike + different} requests are decided alike")
    click.get_current_context().exit(int(ExitCode.FAILED if different else ExitCode.PASSED))
