"""What is wrong with a file of conversions, told before anybody uploads it?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.answers import fail_on_option
from harness.errors import ExitCode
from harness.model.result import Severity


@click.command("validate-upload")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--vendor", required=True, metavar="NAME", help="Whose upload it is; see `harness list vendors`.")
@click.option("--account", default="", metavar="ID", help="The account it is uploaded to.")
@fail_on_option()
def validate_upload_command(file: Path, vendor: str, account: str, fail_on: Severity) -> None:
    """Look at a file of offline conversions (CSV or JSON lines) without any run. Nothing is sent anywhere."""
    from harness import pipeline

    audit = pipeline.validate_upload(file, vendor, account)
    for line in audit.lines(str(file)):
        click.echo(line)
    failed = any(finding.severity.weight >= fail_on.weight for finding in audit.findings)
    click.get_current_context().exit(int(ExitCode.FAILED if failed else ExitCode.PASSED))
