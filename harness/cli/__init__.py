"""What can be typed after `harness`, and what does the process answer to the shell?"""

from __future__ import annotations

import traceback
from typing import Any

import click

from harness import __version__
from harness.cli.accuracy import accuracy_command
from harness.cli.authoring import new_command, record_journey_command, schema_command
from harness.cli.catalogue import conformance_command, list_command, vendor_command
from harness.cli.compare import compare_command
from harness.cli.gate import gate_command
from harness.cli.history import history_command
from harness.cli.insights import insights_command
from harness.cli.listen import listen_command
from harness.cli.lists import lists_command
from harness.cli.machine import doctor_command
from harness.cli.notify import notify_command
from harness.cli.recording import demo_command, run_command
from harness.cli.results import audit_command, report_command
from harness.cli.uploads import validate_upload_command
from harness.cli.verifying import verify_blocking_command
from harness.errors import ExitCode, HarnessError, InputError, RecordingError

__all__ = ["main"]


class _HarnessGroup(click.Group):
    """Turns every exception into a message and an exit code; click keeps its own for wrong usage (2)."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HarnessError as error:
            _say_error(error)
            ctx.exit(int(error.exit_code))
        except KeyboardInterrupt:
            click.echo("stopped before anything could be judged", err=True)
            ctx.exit(int(ExitCode.INCONCLUSIVE))
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            # The one broad net: a programming mistake must not look like a finding (exit 1).
            if ctx.params.get("debug"):
                traceback.print_exc()
            summary = " ".join(str(error).split())
            click.echo(f"internal error: {type(error).__name__}: {summary}", err=True)
            if not ctx.params.get("debug"):
                click.echo("`harness --debug ...` shows where; please report it with that output", err=True)
            ctx.exit(int(ExitCode.INTERNAL))


def _say_error(error: HarnessError) -> None:
    if isinstance(error, InputError):
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        if len(error.mistakes) > 1:
            click.echo(f"{len(error.mistakes)} mistakes, nothing was run", err=True)
        return
    click.echo(f"could not record: {error}" if isinstance(error, RecordingError) else str(error), err=True)


@click.group(cls=_HarnessGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="harness", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
def main(debug: bool) -> None:
    """Is every conversion reported, counted exactly once, and well identified?

    \b
    Exit codes: 0 passed, 1 findings at or above --fail-on, 2 wrong usage or input,
    3 inconclusive (could not record or judge), 4 internal error.
    """


for _command in (
    run_command,
    demo_command,
    new_command,
    record_journey_command,
    listen_command,
    audit_command,
    report_command,
    compare_command,
    gate_command,
    validate_upload_command,
    list_command,
    vendor_command,
    schema_command,
    conformance_command,
    accuracy_command,
    lists_command,
    verify_blocking_command,
    history_command,
    insights_command,
    notify_command,
    doctor_command,
):
    main.add_command(_command)
