"""Which names does the harness know, and what does it know about a vendor?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harness.model.spec import VendorSpec

_KINDS = ("faults", "wirings", "vendors", "profiles", "checks", "steps", "scenarios")


@click.command("list")
@click.argument("kind", type=click.Choice(_KINDS))
def list_command(kind: str) -> None:
    """List what can be named in a scenario or on the command line."""
    from harness import pipeline

    entries = pipeline.catalogue(kind)
    width = max((len(name) for name, _ in entries), default=0)
    for name, text in entries:
        click.echo(f"{name:<{width}}  {text}".rstrip())


@click.group("vendor")
def vendor_command() -> None:
    """Look up what is known about vendors."""


@vendor_command.command("show")
@click.argument("name")
def show_vendor(name: str) -> None:
    """Show a vendor's spec: requests, deduplication, identifiers, rules and their sources."""
    from harness import pipeline

    for line in _vendor_lines(pipeline.vendor_spec(name)):
        click.echo(line)


def _vendor_lines(spec: VendorSpec) -> Iterator[str]:
    yield f"{spec.title} ({spec.id}, {spec.kind}), reviewed {spec.reviewed}"
    yield f"hosts: {', '.join(spec.hosts)}"
    yield from _section(
        "Requests", [(f"{each.id} ({each.channel}, {each.role})", each.rule.says) for each in spec.requests]
    )
    events = [(event, ", ".join(names)) for event, names in spec.event_names.names.items()]
    yield from _section("Events", events)
    yield from _section("Deduplication", [(" + ".join(each.key), each.rule.says) for each in spec.dedup])
    yield from _section("Click IDs", [(each.parameter, each.rule.says) for each in spec.click_ids])
    identifiers = [(f"{each.name} ({each.tier})", each.rule.says) for each in spec.identifiers]
    yield from _section("Identifiers", identifiers)
    yield from _section("Parameters", [(each.parameter, each.rule.says) for each in spec.parameters])
    rules = [
        (rule.id, f"{rule.basis}, confidence {rule.confidence}, reviewed {rule.reviewed or spec.reviewed}, "
         f"sources {', '.join(rule.sources) or 'none'}")
        for rule in spec.rules().values()
    ]  # fmt: skip
    yield from _section("Rules", rules)
    sources = [(key, f"{source.title} {source.url}".rstrip()) for key, source in spec.sources.items()]
    yield from _section("Sources", sources)


def _section(title: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    if not rows:
        return
    width = max(len(name) for name, _ in rows)
    yield ""
    yield title
    for name, text in rows:
        yield f"  {name:<{width}}  {text}".rstrip()
