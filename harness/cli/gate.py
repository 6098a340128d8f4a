"""May this result pass?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.answers import fail_on_option, print_table, waivers_option
from harness.cli.github import tell_github

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("gate")
@click.argument("result", metavar="RESULT.json", type=_FILE)
@click.option("--baseline", type=_FILE, default=None, help="What is agreed; without it every finding is new.")
@waivers_option()
@fail_on_option()
@click.option("--promote", type=_FILE, default=None, help="Write this result as the baseline into a file.")
@click.option("--markdown", type=_FILE, default=None, help="Write the answer as Markdown, too.")
def gate_command(**options: Any) -> None:
    """Hold a result to what is agreed: new findings, waivers, checks that must judge, identifier coverage.

    \b
    Exit codes: 0 nothing new, 1 something new at or above --fail-on, a waiver that is over,
    a check that had to judge and did not, or less coverage than agreed; 3 a run is inconclusive or missing.
    """
    from harness import pipeline

    outcome = pipeline.gate(pipeline.GateRequest(**options))
    print_table(pipeline.gate_table(outcome.gate))
    if outcome.promoted is not None:
        agreed = outcome.promoted
        counted = ((agreed.runs, "run"), (agreed.findings, "known finding"), (agreed.coverage, "coverage"))
        counts = ", ".join(f"{len(each)} {word}{'' if len(each) == 1 else 's'}" for each, word in counted)
        click.echo(f"\npromoted: {options['promote']} ({counts})")
    tell_github((), lambda: outcome.markdown, str(options["markdown"] or "what `--markdown FILE` writes"))
    click.get_current_context().exit(int(outcome.exit_code))
