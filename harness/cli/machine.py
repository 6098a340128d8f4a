"""Can this machine record?"""

from __future__ import annotations

import os

import click

from harness.errors import ExitCode


@click.command("doctor")
def doctor_command() -> None:
    """Look for everything a run needs, and say how to mend what is missing."""
    from harness import pipeline
    from harness.doctor import examine, is_fit

    answers = examine(cache=pipeline.cache_folder(os.environ) / "lists")
    width = max(len(answer.subject) for answer in answers)
    for answer in answers:
        sign = "ok     " if answer.good else ("MISSING" if answer.needed else "note   ")
        click.echo(f"{sign}  {answer.subject:<{width}}  {answer.found}")
        if answer.remedy:
            click.echo(f"{'':<{9 + width}}  -> {answer.remedy}")
    fit = is_fit(answers)
    click.echo("\na run is possible" if fit else "\na run is not possible yet")
    click.get_current_context().exit(int(ExitCode.PASSED if fit else ExitCode.INCONCLUSIVE))
