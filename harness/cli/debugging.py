"""What does a person ask for who looks for a mistake in a journey, or mistrusts a verdict?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from harness.cli.answers import Decorator

if TYPE_CHECKING:
    from harness.pipeline import SuiteOutcome


def debugging_options() -> tuple[Decorator, ...]:
    return (
        click.option(
            "--slow-mo",
            type=click.FloatRange(0),
            default=0.0,
            metavar="MS",
            help="Wait so many milliseconds between the browser's actions.",
        ),
        click.option(
            "--trace", is_flag=True, help="Keep Playwright's trace of each run. It is NOT redacted: do not share it."
        ),
        click.option(
            "--keep-open",
            is_flag=True,
            help="With --headed: leave the browser open where a journey stops before its end, until you close it.",
        ),
        click.option(
            "--until-step",
            type=click.IntRange(1),
            default=None,
            metavar="N",
            callback=lambda context, parameter, value: value or 0,
            help="Stop after this step of the journey, counted as the progress does; the run is inconclusive.",
        ),
        click.option(
            "--retries",
            type=click.IntRange(0, 10),
            default=0,
            metavar="N",
            help="Try a run that does not pass again; one that passes then is reported as flaky.",
        ),
    )


def refuse_contradictions(options: Mapping[str, Any]) -> None:
    if options["keep_open"] and not options["headed"]:
        raise click.UsageError("--keep-open leaves a window open, and there is none: add --headed")
    if options["until_step"] and options["retries"]:
        raise click.UsageError("--until-step never passes, so --retries would only repeat it: leave one of them out")


def say_what_traces_hold(outcome: SuiteOutcome) -> None:
    traces = [trace for run in outcome.result.runs for trace in run.traces]
    if not traces:
        return
    click.echo("\ntraces, with every cookie, token and typed value in them; do not share them:")
    for trace in traces:
        click.echo(f"  python -m playwright show-trace {outcome.folder / trace}")
