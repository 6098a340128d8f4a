"""What can be named on the command line, and what is known about it?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness import demo
from harness.checks import CHECKS, RUN_CHECKS
from harness.conformance import conformance, table
from harness.errors import InputError, Mistake
from harness.load.documents import close_match
from harness.load.known_misses import load_known_misses
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenarios
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.pipeline.choosing import shipped_scenarios
from harness.pipeline.reporting import write
from harness.record.steps import STEP_VERBS
from harness.report.vendor_page import render_vendor


def catalogue(kind: str) -> list[tuple[str, str]]:
    """Names and one line about each, for `harness list`."""
    if kind == "faults":
        return [(fault.name, fault.title + _journey(fault)) for fault in demo.FAULTS.values()]
    if kind == "wirings":
        return list(demo.WIRINGS.items())
    if kind == "checks":
        of_runs = [(check.id, check.title) for check in RUN_CHECKS.values()]
        return [(check.id, check.title) for check in CHECKS.values()] + of_runs
    if kind == "profiles":
        return [(profile.id, profile.title) for profile in load_profiles().values()]
    if kind == "steps":
        return [(verb, (function.__doc__ or "").strip().splitlines()[0]) for verb, function in STEP_VERBS.items()]
    specs = load_vendor_specs(packaged_specs())
    if kind == "vendors":
        return [(spec.id, f"{spec.title}, reviewed {spec.reviewed}") for spec in specs.values()]
    scenarios = load_scenarios([shipped_scenarios()], vendors=specs, profiles=load_profiles(), environment={})
    return [(scenario.id, scenario.snapshot.title) for scenario in scenarios]


def _journey(fault: demo.Fault) -> str:
    """What it takes to see the fault, where an ordinary order does not show it."""
    return f" (journey {fault.journey})" if fault.journey else ""


def vendor_page(name: str) -> str:
    """The Markdown page of one vendor."""
    specs = load_vendor_specs(packaged_specs())
    if name not in specs:
        raise InputError(
            [
                Mistake(
                    file="vendor",
                    found=f'unknown vendor "{name}"',
                    expected=f"one of {', '.join(specs)}",
                    remedy=close_match(name, list(specs)),
                )
            ]
        )
    return render_vendor(specs[name])


def write_vendor_pages(folder: Path) -> list[Path]:
    """One Markdown page for each vendor spec; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    specs = load_vendor_specs(packaged_specs())
    paths = [folder / f"{name}.md" for name in specs]
    for path, spec in zip(paths, specs.values(), strict=True):
        write(path, render_vendor(spec))
    return paths


def read_corpora(paths: Sequence[Path]) -> tuple[list[str], bool]:
    """How well the specs read requests of other people's making (JSON lines), as a table; and do all vendors pass?"""
    lines = [line for path in paths for line in _text_of(path).splitlines()]
    folder = packaged_specs()
    tallies = conformance(lines, load_vendor_specs(folder), load_known_misses(folder / "known_misses.yaml"))
    return list(table(tallies)), not any(fault for tally in tallies.values() for fault in tally.faults())


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InputError([Mistake(file=str(path), found=str(error.strerror), expected="JSON lines")]) from None
