"""How often is the harness right?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.errors import ExitCode


@click.command("accuracy")
@click.argument("recordings", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the page into this file, too.")
def accuracy_command(recordings: tuple[Path, ...], out: Path | None) -> None:
    """Seed every fault of the catalogue into healthy recordings and count what is found (Markdown).

    Exit code 1 if a fault is missed, or anything is found that is not there.
    """
    from harness import pipeline
    from harness.cli.progress import Progress

    with Progress() as progress:
        accuracy = pipeline.measured(recordings, progress)
    text = pipeline.accuracy_table(accuracy)
    if out is not None:
        out.write_text(text, "utf-8")
    click.echo(text, nl=False)
    click.get_current_context().exit(int(ExitCode.PASSED if accuracy.is_perfect else ExitCode.FAILED))
