"""How does somebody listen to a visit of their own, or to a backend, and see what comes?"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from harness.cli.answers import fail_on_option, out_option, show
from harness.model.recording import Conversion

if TYPE_CHECKING:
    from rich.live import Live

    from harness.pipeline import Connections, LiveRow

_ORDER = re.compile(r"(?P<id>[^=]+?)\s*(?:=\s*(?P<value>\d+(?:\.\d+)?)(?:\s+(?P<currency>[A-Z]{3}))?)?\s*")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)?")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
# Of the screen's height: the head of the table, its caption, and a line to breathe.
_AROUND = 4


def _orders(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> tuple[Conversion, ...]:
    found = [(text, order_from(text)) for text in given]
    for text, order in found:
        if order is None:
            raise click.BadParameter(f'found "{text}"; expected an order such as "1001=129.90 EUR", or its ID alone')
    return tuple(order for _, order in found if order is not None)


def _seconds(context: click.Context, parameter: click.Parameter, given: str | None) -> float | None:
    found = _DURATION.fullmatch(given.strip()) if given is not None else None
    if given is not None and (found is None or not float(found[1])):
        raise click.BadParameter(f'found "{given}"; expected a duration such as 60s, 5m or 1h')
    return float(found[1]) * _UNITS[found[2] or "s"] if found is not None else None


def _routes(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, int]:
    found = {}
    for text in given:
        host, _, port = text.rpartition("=")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            expected = "a host and a port of this machine, such as www.shop.example=8000"
            raise click.BadParameter(f'found "{text}"; expected {expected}')
        name, slash, path = host.partition("/")
        found[f"{name.lower()}{slash}{path}"] = int(port)
    return found


def order_from(text: str) -> Conversion | None:
    """`1001=129.90 EUR`, `1001=129.90` or `1001`; None for anything else."""
    found = _ORDER.fullmatch(text.strip())
    if found is None:
        return None
    return Conversion(
        event="purchase",
        order_id=found["id"],
        value=found["value"] or "",
        currency=found["currency"] or "",
        at=time.time(),
        step=0,
    )


@click.command("listen")
@click.option("--port", type=click.IntRange(0, 65535), default=8899, show_default=True, help="For browsers; 0: any.")
@click.option("--server-port", type=click.IntRange(0, 65535), default=8898, show_default=True, help="For backends.")
@click.option("--site", default="", metavar="URL", help="The shop's address; it is opened, and named in the report.")
@click.option("--demo", is_flag=True, help="Start the shop that is shipped, to try this on.")
@click.option(
    "--route",
    "routes",
    multiple=True,
    metavar="HOST=PORT",
    callback=_routes,
    help="A host that listens at this port here; may be repeated.",
)
@click.option("--vendor", "vendors", multiple=True, metavar="NAME", help="Only this vendor; may be repeated.")
@click.option("--profile", default="none", show_default=True, metavar="NAME", help="What the proxy blocks and strips.")
@click.option(
    "--profiles-from",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="A folder with profiles of your own; see docs/profiles.md.",
)
@click.option(
    "--order",
    "orders",
    multiple=True,
    metavar='"ID=VALUE CURRENCY"',
    callback=_orders,
    help="An order that the site confirms; may be repeated.",
)
@click.option(
    "--for", "seconds", default=None, metavar="DURATION", callback=_seconds, help="Stop after this time: 60s, 5m."
)
@click.option("--until-orders", type=click.IntRange(1), default=None, metavar="N", help="Stop after N orders.")
@click.option("--open", "opens", is_flag=True, help="Open a browser here that speaks through the port.")
@click.option("--browser", default="", metavar="PATH", help="With --open: its path, or chromium, chrome, firefox.")
@click.option(
    "--lists",
    type=click.Choice(["installed", "own"]),
    default="installed",
    show_default=True,
    help="Filter lists of this machine, or the short one that is shipped.",
)
@click.option("--plain", is_flag=True, help="Lines in place of a table that moves.")
@out_option("Folder for the report and the recording.")
@fail_on_option()
def listen_command(plain: bool, out: Path | None, port: int, server_port: int, **options: Any) -> None:
    """Listen to a visit that you make yourself, or to a backend, and judge what the vendors are told.

    Vendors are answered for, and hear nothing. Ctrl-C ends it and writes the report.
    """
    from harness import pipeline

    given = {name: value for name, value in options.items() if value is not None}
    request = pipeline.ListenRequest(
        out=out or Path("reports/listen"),
        ports=pipeline.Ports(browser=port, server=server_port),
        environment=dict(os.environ),
        **given,
    )
    outcome = pipeline.listen(request, _Screen(sys.stderr, plain=plain, vendors=request.vendors))
    show(outcome)
    click.get_current_context().exit(int(outcome.exit_code))


class _Screen:
    """A table that moves on a terminal, else lines; on standard error, so that the outcome can be piped."""

    def __init__(self, stream: TextIO, *, plain: bool, vendors: Sequence[str]) -> None:
        from rich.console import Console

        self._stream = stream
        self._vendors = vendors
        self._console = Console(file=stream)
        self._moves = self._console.is_terminal and not plain
        self._live: Live | None = None
        self._shown: tuple[LiveRow, ...] = ()

    def connections(self, connections: Connections) -> None:
        for line in how_to_connect(connections):
            self._say(line)
        if self._moves:
            from rich.live import Live

            self._live = Live(console=self._console, auto_refresh=False)
            self._live.start()

    def show(self, rows: Sequence[LiveRow]) -> None:
        from harness import pipeline

        mine = tuple(row for row in rows if not self._vendors or row.vendor in self._vendors)
        if self._live is not None:
            self._live.update(pipeline.live_table(mine, self._console.height - _AROUND), refresh=True)
        else:
            for row in mine:
                if row not in self._shown:
                    self._say(pipeline.live_line(row))
        self._shown = mine

    def warn(self, text: str) -> None:
        self._say(f"! {text}")

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()

    def orders_of(self, heard: Sequence[str]) -> list[Conversion]:
        """Only a person knows which orders there are; where there is none to ask, there is no order."""
        if not heard or not (sys.stdin.isatty() and self._console.is_terminal):
            return []
        click.echo("\nWhat did the site confirm? VALUE CURRENCY as the page showed it, nothing for no such order.")
        found = []
        for order_id in heard:
            while answer := _asked(order_id):
                order = order_from(f"{order_id}={answer}")
                if order is not None:
                    found.append(order)
                    break
                click.echo(f'found "{answer}"; expected an amount such as 129.90 EUR')
        return found

    def _say(self, line: str) -> None:
        if self._live is not None:
            self._live.console.print(line, markup=False, highlight=False)
        else:
            print(line, file=self._stream, flush=True)


def _asked(order_id: str) -> str:
    """What the person says; nothing, too, where the keyboard is gone or Ctrl-C is pressed again."""
    try:
        return str(click.prompt(f"order {order_id}", default="", show_default=False)).strip()
    except click.Abort:
        return ""


def how_to_connect(known: Connections) -> list[str]:
    """Every command whole, so that it can be copied."""
    lines = [] if known.opens else _browser_lines(known)
    lines += ["", "A backend on this machine, with the environment:"]
    lines += [f"  export {name}={shlex.quote(value)}" for name, value in known.environment.items()]
    lines += ["or, where it can be told each vendor's base URL:"] if known.base_urls else []
    width = max(map(len, known.base_urls), default=0)
    for name, url in known.base_urls.items():
        lines.append(f"  http://127.0.0.1:{known.server_port}/{name.ljust(width)}  for {url}")
    lines += ["", "Type this visitor's data, and every hash can be recomputed:"]
    lines += [f"  {name.replace('_', ' ')}: {value}" for name, value in known.visitor.items()]
    lines += ["Click IDs for the landing page:", f"  {known.site.rstrip('/')}/?{known.landing}"]
    if known.profile:
        lines += ["", f"Requests of the browser are treated as by: {known.profile}"]
    lines += [f"! the proxy cannot do this part of it: {part}" for part in known.lacks]
    return [*lines, "", "Vendors are answered for and hear nothing. Listening; Ctrl-C ends it.", ""]


def _browser_lines(known: Connections) -> list[str]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    command = [
        known.program,
        *(["--no-sandbox"] if is_root else []),
        f"--user-data-dir={Path(tempfile.gettempdir()) / 'harness-listen'}",
        f"--proxy-server=http://127.0.0.1:{known.port}",
        "--proxy-bypass-list=<-loopback>",
        f"--ignore-certificate-errors-spki-list={known.spki}",
        "--disable-quic",
        "--no-first-run",
        known.site or "https://your-shop.example/",
    ]
    return [
        "A browser (Chrome, Chromium or Edge):",
        f"  {shlex.join(command)}",
        f"Any other: the proxy 127.0.0.1:{known.port} for http and https, and trust for websites in the authority",
        f"  {known.certificate}",
    ]
