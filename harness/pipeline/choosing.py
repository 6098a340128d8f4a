"""Which of the scenarios are to be run, and broken how?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness import demo
from harness.errors import InputError, Mistake
from harness.load.vendor_specs import packaged_specs
from harness.model.scenario import Scenario
from harness.pipeline.requests import RunRequest


def chosen(scenarios: Sequence[Scenario], request: RunRequest) -> list[Scenario]:
    """The scenarios with the wanted wiring, broken as asked."""
    mistakes = [
        Mistake(file="--wiring", found=f'unknown wiring "{name}"', expected=f"one of {', '.join(demo.WIRINGS)}")
        for name in request.wirings
        if name not in demo.WIRINGS
    ]
    if mistakes:
        raise InputError(mistakes)
    chosen = []
    for scenario in scenarios:
        site = scenario.snapshot.site
        if request.wirings and site.options.get("wiring") not in request.wirings:
            continue
        scenario = replace(scenario, snapshot=replace(scenario.snapshot, file=_file_to_name(scenario)))
        if request.faults and site.demo:
            wiring = site.options.get("wiring", "")
            suitable = [
                name for name in request.faults if name not in demo.FAULTS or wiring in demo.FAULTS[name].wirings
            ]
            if not suitable:
                continue
            site = replace(site, options={**site.options, "faults": ",".join(suitable)})
            scenario = replace(scenario, snapshot=replace(scenario.snapshot, site=site))
        chosen.append(scenario)
    if not chosen:
        raise InputError(
            [Mistake(file="scenarios", found="no scenario is left", expected="a wiring in which the fault can occur")]
        )
    return chosen


def _file_to_name(scenario: Scenario) -> str:
    """The scenario's file as a command would name it from here; none for the embedded shop's own."""
    file = Path(scenario.place.file)
    if file.resolve().is_relative_to((shipped_scenarios() / "demo").resolve()):
        return ""
    here = Path.cwd()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()


def shipped_scenarios() -> Path:
    specs = packaged_specs()
    return specs.parent / ("_scenarios" if specs.name.startswith("_") else "scenarios")
