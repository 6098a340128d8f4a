"""What is kept of results over time?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.answers import DEFAULT_HISTORY, Decorator


def db_option() -> Decorator:
    return click.option(
        "--db",
        envvar="HARNESS_HISTORY",
        default=DEFAULT_HISTORY,
        show_default=True,
        metavar="PATH|URL",
        help="The history: an SQLite file or an SQLAlchemy URL; also $HARNESS_HISTORY.",
    )


@click.group("history")
def history_command() -> None:
    """Keep results over time, in SQLite or in a team's database."""


@history_command.command("add")
@click.argument("results", nargs=-1, required=True, metavar="RESULT.json...", type=click.Path(path_type=Path))
@db_option()
def add_command(results: tuple[Path, ...], db: str) -> None:
    """Add results; one that is known already changes nothing."""
    from harness import pipeline

    for line in pipeline.history_add(results, db):
        click.echo(line)


@history_command.command("show")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many suites, newest first.")
@db_option()
def show_command(limit: int, db: str) -> None:
    """Show the suites that are kept; suites of the same series tried the same runs."""
    from harness import pipeline

    suites = pipeline.history_suites(db, limit)
    if not suites:
        click.echo("the history is empty")
    for suite in suites:
        counts = f"{suite.runs} runs, {suite.errors} errors, {suite.warnings} warnings"
        click.echo(f"{suite.started_at}  {suite.verdict:<12}  series {suite.series}  suite {suite.suite_id}  {counts}")


@history_command.command("prune")
@click.option("--keep-days", type=click.IntRange(1), required=True, metavar="N", help="Forget what is older.")
@db_option()
def prune_command(keep_days: int, db: str) -> None:
    """Forget runs that are older than so many days."""
    from harness import pipeline

    count = pipeline.history_prune(db, keep_days)
    click.echo("1 run forgotten" if count == 1 else f"{count} runs forgotten")
