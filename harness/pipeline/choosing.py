"""Which of the scenarios are to be run, and broken how?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness import demo
from harness.errors import InputError, Mistake
from harness.load.combining import SEPARATOR, combined, contradictions
from harness.load.documents import close_match, mistake_at
from harness.load.vendor_specs import packaged_specs
from harness.model.profile import Profile
from harness.model.scenario import Scenario
from harness.pipeline.requests import RunRequest


def chosen(scenarios: Sequence[Scenario], request: RunRequest) -> list[Scenario]:
    """The scenarios with the wanted wiring and vendors, broken as asked."""
    known = {vendor.vendor for scenario in scenarios for vendor in scenario.snapshot.vendors}
    mistakes = [
        *(unknown_name("--wiring", name, demo.WIRINGS) for name in request.wirings if name not in demo.WIRINGS),
        *(unknown_name("--vendor", name, known) for name in request.vendors if name not in known),
    ]
    if mistakes:
        raise InputError(mistakes)
    wanted = (_wanted(scenario, request) for scenario in scenarios)
    chosen = [scenario for scenario in wanted if scenario is not None]
    if not chosen:
        raise InputError(
            [Mistake(file="scenarios", found="no scenario is left", expected="a wiring in which the fault can occur")]
        )
    return chosen


def under_profiles(
    scenarios: Sequence[Scenario], names: Iterable[str], known: Mapping[str, Profile]
) -> tuple[list[Scenario], dict[str, Profile]]:
    """The scenarios under the profiles asked for, and every profile by its ID.

    A profile that no scenario has, or a combination such as `brave+gpc`, is added to all of them.
    """
    profiles = {**known, **_profiles_of(scenarios)}
    offered = {name for scenario in scenarios for name in scenario.profiles}
    added = [name for name in dict.fromkeys(names) if name not in offered]
    mistakes: list[Mistake] = []
    for name in added:
        parts = name.split(SEPARATOR)
        unknown = [part for part in parts if part not in profiles]
        mistakes += (unknown_name("--profile", part, profiles) for part in unknown)
        if not unknown and len(parts) > 1:
            together = [profiles[part] for part in parts]
            mistakes += (Mistake(file="--profile", found=problem) for problem in contradictions(together))
            profiles[name] = combined(together)
    mistakes += (
        Mistake(
            file="--profile",
            found=f'the visitor of profile "{name}" answers the question of consent with {profiles[name].consent}',
            expected=f"steps under consent: {profiles[name].consent} in {scenario.place.file}",
        )
        for name in added
        for scenario in scenarios
        if name in profiles and profiles[name].consent == "denied" and "denied" not in scenario.consent
    )
    if mistakes:
        raise InputError(mistakes)
    return [replace(scenario, profiles=(*scenario.profiles, *added)) for scenario in scenarios], profiles


def _profiles_of(scenarios: Iterable[Scenario]) -> dict[str, Profile]:
    """Those that scenarios describe themselves. One ID is one column of the report, so it must mean one profile."""
    found: dict[str, Profile] = {}
    mistakes = []
    for scenario in scenarios:
        for profile in scenario.own_profiles:
            if found.setdefault(profile.id, profile) != profile:
                told = f'profile "{profile.id}" is another one than in a scenario before'
                mistakes.append(mistake_at(scenario.place, told, remedy="give it an ID of its own"))
    if mistakes:
        raise InputError(mistakes)
    return found


def _wanted(scenario: Scenario, request: RunRequest) -> Scenario | None:
    """The scenario as asked for, or None where it is not."""
    snapshot = replace(scenario.snapshot, file=_file_to_name(scenario))
    site = snapshot.site
    wiring = site.options.get("wiring", "")
    if request.wirings and wiring not in request.wirings:
        return None
    if request.vendors:
        vendors = tuple(vendor for vendor in snapshot.vendors if vendor.vendor in request.vendors)
        if not vendors:
            return None
        snapshot = replace(snapshot, vendors=vendors)
    invariants = scenario.invariants
    if request.faults and site.demo:
        invariants = tuple(each for each in invariants if each.name.replace("_", "-") in _journeys(request.faults))
        suitable = [name for name in request.faults if name not in demo.FAULTS or wiring in demo.FAULTS[name].wirings]
        if not suitable:
            return None
        site = replace(site, options={**site.options, "faults": ",".join(suitable)})
    if request.vendors and site.demo:
        site = replace(site, options={**site.options, "vendors": ",".join(_embedded(request.vendors))})
    return replace(scenario, snapshot=replace(snapshot, site=site), invariants=invariants)


def demo_scenarios(faults: Sequence[str]) -> tuple[Path, ...]:
    """Where the embedded shop's scenarios are: ordinary orders, and the other ways that some faults need to show."""
    journeys = _journeys(faults)
    shipped = shipped_scenarios()
    others = dict.fromkeys(shipped / (f"{each}.yaml" if "/" in each else "invariants") for each in journeys)
    return (*(() if journeys and len(journeys) == len(faults) else (shipped / "demo",)), *others)


def _journeys(faults: Sequence[str]) -> list[str]:
    return [demo.FAULTS[name].journey for name in faults if name in demo.FAULTS and demo.FAULTS[name].journey]


def _embedded(vendors: Sequence[str]) -> list[str]:
    """Those the embedded shop calls itself; a transport is part of its wiring."""
    return [name for name in vendors if name in demo.VENDORS]


def unknown_name(option: str, name: str, names: Iterable[str]) -> Mistake:
    known = sorted(names)
    return Mistake(
        file=option,
        found=f'unknown {option.rpartition("-")[2]} "{name}"',
        expected=f"one of {', '.join(known)}",
        remedy=close_match(name, known),
    )


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
