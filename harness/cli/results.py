"""What do stored recordings and stored results say, without a browser?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.answers import (
    document_options,
    document_request,
    fail_on_option,
    history_option,
    out_option,
    remember,
    show,
    waivers_option,
)
from harness.model.result import Severity


@click.command("audit")
@click.argument("recordings", nargs=-1, required=True, metavar="RECORDING...", type=click.Path(path_type=Path))
@out_option("Folder for the report; reports/audit if not given.")
@waivers_option()
@fail_on_option()
@history_option()
@document_options
def audit_command(
    recordings: tuple[Path, ...],
    out: Path | None,
    waivers: Path | None,
    fail_on: Severity,
    history: str | None,
    **document: Any,
) -> None:
    """Judge stored recordings again, with today's vendor specs."""
    from harness import pipeline
    from harness.cli.progress import Progress

    with Progress() as progress:
        outcome = pipeline.audit(
            recordings,
            out or Path("reports/audit"),
            waivers=waivers,
            fail_on=fail_on,
            progress=progress,
            document=document_request(**document),
        )
    show(outcome)
    remember(outcome, history)
    click.get_current_context().exit(int(outcome.exit_code))


@click.command("report")
@click.argument("result", metavar="RESULT.json", type=click.Path(path_type=Path))
@out_option("Folder for the report; beside the result if not given.")
@document_options
def report_command(result: Path, out: Path | None, **document: Any) -> None:
    """Render a stored result again; the exit code says only whether that worked."""
    from harness import pipeline

    show(pipeline.render(result, out or result.parent, document_request(**document)))
