"""How do the tags of one release differ from those of another?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.answers import out_option
from harness.cli.github import tell_github


@click.command("compare")
@click.argument("before", metavar="BEFORE", type=click.Path(exists=True, path_type=Path))
@click.argument("after", metavar="AFTER", type=click.Path(exists=True, path_type=Path))
@out_option("Folder for comparison.html and comparison.md; reports/comparison if not given.")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How much later or earlier an event may be and still be the same.",
)
@click.option("--fail-on-change", is_flag=True, help="Exit with 1 for any change, also one that does not matter.")
def compare_command(before: Path, after: Path, out: Path | None, tolerance: float, fail_on_change: bool) -> None:
    """Compare two releases of a site's tracking by the recordings made of them, such as live against test.

    BEFORE and AFTER are folders that `harness run` wrote, or the result.json in them. Exit code 0: the same where it
    matters; 1: changes that matter; 3: something could not be compared.
    """
    from harness import pipeline
    from harness.cli.progress import Progress

    with Progress() as progress:
        outcome = pipeline.compare_releases(
            before,
            after,
            out or Path("reports/comparison"),
            tolerance=tolerance,
            fail_on_change=fail_on_change,
            progress=progress,
        )
    for line in pipeline.comparison_lines(outcome.comparison):
        click.echo(line)
    click.echo(f"\nreport: {outcome.page}")
    annotations = pipeline.comparison_annotations(outcome.comparison)
    tell_github(annotations, lambda: outcome.summary.read_text("utf-8"), str(outcome.summary))
    click.get_current_context().exit(int(outcome.exit_code))
