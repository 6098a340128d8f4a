"""Who is told when a verdict changes?"""

from __future__ import annotations

import os
from pathlib import Path

import click

from harness.cli.answers import DEFAULT_HISTORY


@click.command("notify")
@click.argument("result", metavar="RESULT.json", type=click.Path(path_type=Path))
@click.option(
    "--url",
    envvar="HARNESS_NOTIFY_URL",
    required=True,
    help="The webhook; better in $HARNESS_NOTIFY_URL, where no list of processes shows its token.",
)
@click.option("--secret-env", default="", metavar="NAME", help="The variable with the secret that signs the message.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "slack"]),
    default="json",
    show_default=True,
    help="The whole message, or text for Slack and what understands the same.",
)
@click.option(
    "--history",
    envvar="HARNESS_HISTORY",
    default=DEFAULT_HISTORY,
    show_default=True,
    metavar="PATH|URL",
    help="Where the verdict before is looked up; also $HARNESS_HISTORY.",
)
@click.option("--always", "is_always", is_flag=True, help="Also if the verdict is the same as before.")
def notify_command(result: Path, url: str, secret_env: str, format_: str, history: str, is_always: bool) -> None:
    """Tell a webhook of a result whose verdict is another one than before. 3 if nobody took it."""
    from harness import pipeline

    secret = os.environ.get(secret_env, "") if secret_env else ""
    if secret_env and not secret:
        raise click.BadParameter(f"the variable {secret_env} is not set, or empty", param_hint="--secret-env")
    click.echo(pipeline.notify(result, history, url, format_=format_, secret=secret, is_always=is_always))
