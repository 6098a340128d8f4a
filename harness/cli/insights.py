"""What do results say over time, and could tags be dropped?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.answers import out_option
from harness.cli.history import db_option


@click.command("insights")
@db_option()
@out_option("Folder for the pages; reports/insights if not given.")
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="Up to the newest run.")
@click.option("--vendor", "vendors", multiple=True, metavar="NAME", help="Only this vendor; may be repeated.")
@click.option("--scenario", "scenarios", multiple=True, metavar="ID", help="Only this scenario; may be repeated.")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="Only this profile; may be repeated.")
@click.option(
    "--thresholds",
    type=click.Path(path_type=Path),
    default=None,
    help="A YAML file with your conditions for dropping a tag; see docs/insights.md.",
)
def insights_command(
    db: str,
    out: Path | None,
    days: int,
    vendors: tuple[str, ...],
    scenarios: tuple[str, ...],
    profiles: tuple[str, ...],
    thresholds: Path | None,
) -> None:
    """Write a page of trends by vendor, and say which tags could be dropped. The exit code judges nothing."""
    from harness import pipeline

    told, page = pipeline.write_insights(
        db,
        out or Path("reports/insights"),
        days=days,
        vendors=vendors,
        scenarios=scenarios,
        profiles=profiles,
        thresholds=thresholds,
    )
    click.echo(f"{told.runs} runs from {told.period.first} to {told.period.last}")
    width = max((len(entry.title) for entry in told.readiness), default=0)
    for entry in told.readiness:
        against = [reason.subject.lower() for reason in entry.reasons if reason.met is False]
        open_ = [reason.subject.lower() for reason in entry.reasons if reason.met is None]
        because = f": {', '.join(against or open_)}" if against or open_ else ""
        click.echo(f"{entry.title:<{width}}  without the tag: {entry.verdict}{because}")
    click.echo(f"\npage: {page}")
