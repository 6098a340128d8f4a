"""How is a visit recorded and judged, for the user's scenarios and for the demo?"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.cli.answers import Decorator, fail_on_option, history_option, out_option, remember, show, waivers_option
from harness.cli.debugging import debugging_options, refuse_contradictions, say_what_traces_hold

_OPTIONS: tuple[Decorator, ...] = (
    click.option(
        "--profile",
        "profiles",
        multiple=True,
        metavar="NAME",
        help="Only this profile, or several at once: brave+consent-denied; may be repeated.",
    ),
    click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="NAME",
        help="Break the embedded site; see `harness list faults`. May be repeated.",
    ),
    click.option("--vendor", "vendors", multiple=True, metavar="NAME", help="Only this vendor; may be repeated."),
    click.option(
        "--profiles-from",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=None,
        help="A folder with profiles of your own; see docs/profiles.md.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 32),
        default=lambda: min(os.cpu_count() or 2, 4),
        show_default="processors, at most 4",
        help="Runs at the same time.",
    ),
    out_option("Folder for the report and the recordings."),
    click.option(
        "--browser", default="", metavar="PATH", help="Its path, or headless-shell, chromium, chrome, firefox, webkit."
    ),
    click.option("--headed", is_flag=True, help="Show the browser."),
    *debugging_options(),
    click.option(
        "--enforcer",
        type=click.Choice(["auto", "proxy", "extension"]),
        default="auto",
        show_default=True,
        help="Who blocks in a blocking profile.",
    ),
    click.option(
        "--lists",
        type=click.Choice(["installed", "own"]),
        default="installed",
        show_default=True,
        help="Filter lists of this machine, or the short one that is shipped.",
    ),
    waivers_option(),
    fail_on_option(),
    history_option(),
)


def _recording_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("run")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...", type=click.Path(path_type=Path))
@click.option(
    "--allow-orders",
    multiple=True,
    metavar="HOST",
    help="Do the steps that place an order on this live site, too; may be repeated.",
)
@click.option(
    "--pause",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="On live sites: least seconds between pages.",
)
@click.option("--most-runs", type=click.IntRange(1), default=20, show_default=True, help="On live sites: runs of each.")
@click.option(
    "--egress-port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="any",
    help="Where a backend that runs already is heard; see docs/live-sites.md.",
)
@_recording_options
def run_command(scenarios: tuple[Path, ...], out: Path | None, **options: Any) -> None:
    """Drive browsers through scenario files (or folders of them) and judge what was sent."""
    _record(scenarios=scenarios, out=out or Path("reports/latest"), **options)


@click.command("demo")
@click.option(
    "--wiring",
    "wirings",
    multiple=True,
    metavar="NAME",
    help="How tags and server calls are set up; all ways if not given. See `harness list wirings`.",
)
@_recording_options
def demo_command(faults: tuple[str, ...], wirings: tuple[str, ...], out: Path | None, **options: Any) -> None:
    """Test the shop that is shipped, sound or with faults."""
    _record(
        out=out or Path("reports") / "-".join(("demo", *faults)),
        faults=faults,
        wirings=wirings,
        **options,
    )


def _record(*, history: str | None, **options: Any) -> None:
    from harness import pipeline
    from harness.cli.progress import Progress

    refuse_contradictions(options)
    request = pipeline.RunRequest(environment=dict(os.environ), **options)
    started = time.monotonic()
    with Progress() as progress:
        outcome = pipeline.run_suite(request, progress)
    show(outcome)
    remember(outcome, history)
    say_what_traces_hold(outcome)
    click.echo(f"time: {time.monotonic() - started:.0f} s")
    click.get_current_context().exit(int(outcome.exit_code))
