"""What do stored recordings and stored results say, without a browser?"""

from __future__ import annotations

import os
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
from harness.model.recording import Origin
from harness.model.result import Severity


def _origins(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[int, Origin]:
    """`browser`, `server`, or one of them for a port of the proxy: `8080=browser`."""
    found: dict[int, Origin] = {}
    for value in values:
        port, _, name = value.rpartition("=")
        if name not in tuple(Origin) or not (port.isdigit() or value == name):
            raise click.BadParameter(f'expected browser, server, or PORT=browser, found "{value}"')
        found[int(port or 0)] = Origin(name)
    return found


@click.command("audit")
@click.argument("evidence", nargs=-1, metavar="EVIDENCE...", type=click.Path(path_type=Path))
@click.option(
    "--server",
    "server",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the site's servers sent: JSON lines, a HAR or a flow file; may be repeated.",
)
@click.option("--scenario", type=click.Path(path_type=Path), default=None, help="The scenario that the visit followed.")
@click.option(
    "--visit",
    type=click.Path(path_type=Path),
    default=None,
    help="Who came and what was ordered; see docs/audits.md.",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="[PORT=]WHO",
    callback=_origins,
    help="Who sent what a flow file holds, browser or server; by the proxy's port where it had several.",
)
@out_option("Folder for the report; reports/audit if not given.")
@waivers_option()
@fail_on_option()
@history_option()
@document_options
def audit_command(
    evidence: tuple[Path, ...],
    server: tuple[Path, ...],
    scenario: Path | None,
    visit: Path | None,
    origins: dict[int, Origin],
    out: Path | None,
    waivers: Path | None,
    fail_on: Severity,
    history: str | None,
    **document: Any,
) -> None:
    """Judge stored recordings again, or a visit that a browser or a proxy saved (HAR, flow file, JSON lines)."""
    from harness import pipeline
    from harness.cli.progress import Progress

    if not evidence and not server:
        raise click.UsageError("nothing to audit: name a recording, a HAR, a flow file, or server calls by --server")
    request = pipeline.EvidenceRequest(
        server=server, scenario=scenario, visit=visit, origins=origins, environment=dict(os.environ)
    )
    with Progress() as progress:
        outcome = pipeline.audit(
            evidence,
            out or Path("reports/audit"),
            waivers=waivers,
            fail_on=fail_on,
            progress=progress,
            document=document_request(**document),
            evidence=request,
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
