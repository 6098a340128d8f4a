"""Which scenario does a file describe, and what is wrong with it if it describes none?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, close_match, mistake_at, mistakes_in, read_document
from harness.load.journey_rules import journey_mistakes
from harness.load.journeys import (
    ANSWERS,
    WrittenJourney,
    WrittenStep,
    is_step_group,
    leg_entries,
    step_verbs,
    written_journey,
)
from harness.load.profile_entries import ProfileEntries
from harness.load.references import References
from harness.load.schema_files import schema_of
from harness.model.profile import Profile
from harness.model.scenario import (
    Invariant,
    Leg,
    Place,
    Redirect,
    Scenario,
    ScenarioSnapshot,
    ServerCalls,
    SeverityLimit,
    Site,
    Step,
    VendorAccount,
)

__all__ = ["given_scenario", "load_scenario", "load_scenarios", "step_verbs", "vendor_account"]

_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 24 * 3600.0}
DEFAULT_CHANNELS = VendorAccount(vendor="").channels


def load_scenario(
    path: Path,
    *,
    vendors: Collection[str],
    profiles: Mapping[str, Profile],
    environment: Mapping[str, str],
    checks: Collection[str] | None = None,
    run_checks: Collection[str] = (),
) -> Scenario:
    """Read one scenario file; an `InputError` names every mistake in it.

    Without `checks`, any may be named; `run_checks` are those among them that are asked of no vendor.
    """
    return _read(read_document(path), vendors, profiles, environment, checks, run_checks)


def given_scenario(
    data: Mapping[str, Any], place: Place, *, vendors: Collection[str], profiles: Mapping[str, Profile]
) -> Scenario:
    """A visit that a test describes, under the rules of a scenario file; its journey is the test's own affair."""
    # What a journey must have, consent included: nobody knows yet whether the test will do it.
    journey = {"journey": [{"open": "/"}, "consent"], "consent": {each: [{"open": "/"}] for each in ANSWERS}}
    try:
        scenario = _read(Document({**data, **journey}, place.file), vendors, profiles, {})
    except InputError as error:
        raise InputError([replace(each, line=place.line, column=place.column) for each in error.mistakes]) from None
    return replace(scenario, legs=(Leg(steps=(), place=place),), consent={}, place=place)


def _read(
    written: Document,
    vendors: Collection[str],
    profiles: Mapping[str, Profile],
    environment: Mapping[str, str],
    checks: Collection[str] | None = None,
    run_checks: Collection[str] = (),
) -> Scenario:
    journey, references = written_journey(written), References(written, environment)
    document = written.with_data(references.filled(written.data))
    entries = ProfileEntries(document, profiles).read()
    known = {**profiles, **entries.made}
    mistakes = [
        *mistakes_in(document, schema_of("scenario")),
        *journey.mistakes,
        *references.mistakes(journey),
        *_unknown_vendors(document, journey, vendors),
        *_unknown_checks(document, checks, run_checks),
        *entries.mistakes,
        *_unknown_profiles(document, known),
        *journey_mistakes(document, journey, known, entries.places),
    ]
    if mistakes:
        raise InputError(sorted(set(mistakes), key=lambda each: (each.file != written.file, *_position(each))))
    return _scenario(document, journey, references, entries)


def _position(mistake: Mistake) -> tuple[str, int, int, str]:
    return mistake.file, mistake.line, mistake.column, mistake.found


def load_scenarios(
    paths: Sequence[Path],
    *,
    vendors: Collection[str],
    profiles: Mapping[str, Profile],
    environment: Mapping[str, str],
    checks: Collection[str] | None = None,
    run_checks: Collection[str] = (),
) -> tuple[Scenario, ...]:
    """Read files, and all files in folders; one `InputError` names the mistakes of all of them."""
    scenarios: dict[str, Scenario] = {}
    mistakes: list[Mistake] = []
    for path in _scenario_files(paths, mistakes):
        try:
            scenario = load_scenario(
                path,
                vendors=vendors,
                profiles=profiles,
                environment=environment,
                checks=checks,
                run_checks=run_checks,
            )
        except InputError as error:
            mistakes.extend(error.mistakes)
            continue
        first = scenarios.setdefault(scenario.id, scenario)
        if first is not scenario:
            found = f'scenario "{scenario.id}" exists already in {first.place.file}'
            mistakes.append(mistake_at(scenario.place, found, remedy="give each scenario an ID of its own"))
    if mistakes:
        raise InputError(mistakes)
    return tuple(scenarios.values())


def _scenario_files(paths: Sequence[Path], mistakes: list[Mistake]) -> tuple[Path, ...]:
    """The files meant, each once even when it is named and in a named folder, too."""
    chosen: dict[Path, Path] = {}
    for path in paths:
        found = [path]
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
            found = [file for file in found if not is_step_group(file)]
            if not found:
                mistakes.append(Mistake(file=str(path), found="no scenario in this folder", expected="files *.yaml"))
        for file in found:
            chosen.setdefault(file.resolve(), file)
    return tuple(chosen.values())


def _part(document: Document, key: str, kind: type) -> Any:
    """A top-level value, or an empty one where the file is too broken to have it."""
    value = document.data.get(key) if isinstance(document.data, dict) else None
    return value if isinstance(value, kind) else kind()


def _unknown_vendors(document: Document, journey: WrittenJourney, vendors: Collection[str]) -> Iterator[Mistake]:
    chosen = _part(document, "vendors", dict)
    for name in chosen:
        if name not in vendors:
            near = close_match(name, vendors)
            expected = "" if near else f"one of {', '.join(sorted(vendors))}"
            place = document.place(("vendors", name), at_key=True)
            yield mistake_at(place, f'unknown vendor "{name}"', expected, near)
    for step in (each for steps in (*journey.legs, *journey.beside_the_legs()) for each in steps):
        arguments, path = step.whole_arguments(), step.path
        if step.verb == "wait" and isinstance(arguments.get("vendor_event"), dict):
            arguments, path = arguments["vendor_event"], (*path, "vendor_event")
        name = arguments.get("vendor")
        if isinstance(name, str) and name not in chosen:
            near = close_match(name, chosen)
            expected = "" if near else f"one of {', '.join(chosen)}"
            place = step.document.place((*path, "vendor"))
            yield step.mistake(place, f'the scenario has no vendor "{name}"', expected, near)


def _unknown_checks(
    document: Document, checks: Collection[str] | None, run_checks: Collection[str]
) -> Iterator[Mistake]:
    """`check` or `check@vendor`: the check has to exist, and the vendor to be one of the scenario."""
    chosen = _part(document, "vendors", dict)
    demanded = enumerate(_part(document, "must_run", list))
    named = [(name, document.place(("must_run", index))) for index, name in demanded if isinstance(name, str)]
    named += [(name, document.place(("severity", name), at_key=True)) for name in _part(document, "severity", dict)]
    for name, place in named:
        check, at, vendor = name.partition("@")
        if checks is not None and check not in checks:
            near = close_match(check, checks)
            expected = "" if near else f"one of {', '.join(sorted(checks))}"
            yield mistake_at(place, f'unknown check "{check}"', expected, near)
        if at and check in run_checks:
            yield mistake_at(place, f'"{check}" is asked of the whole run, not of a vendor', remedy=f"write {check}")
        elif at and vendor not in chosen:
            near = close_match(vendor, chosen)
            expected = "" if near else f"one of {', '.join(chosen)}"
            yield mistake_at(place, f'the scenario has no vendor "{vendor}"', expected, near)


def _unknown_profiles(document: Document, profiles: Collection[str]) -> Iterator[Mistake]:
    for index, leg in enumerate(_part(document, "legs", list)):
        name = leg.get("profile") if isinstance(leg, dict) else None
        if isinstance(name, str) and name and name not in profiles:
            near = close_match(name, profiles)
            expected = "" if near else f"one of {', '.join(sorted(profiles))}"
            yield mistake_at(document.place(("legs", index, "profile")), f'unknown profile "{name}"', expected, near)


def _scenario(document: Document, journey: WrittenJourney, references: References, entries: ProfileEntries) -> Scenario:
    """The model of a document that has no mistakes."""
    data = document.data

    def steps(written: Sequence[WrittenStep]) -> tuple[Step, ...]:
        return tuple(_step(each, references) for each in written)

    return Scenario(
        snapshot=ScenarioSnapshot(
            id=data["scenario"],
            title=data["title"],
            site=_site(data["site"]),
            vendors=tuple(vendor_account(name, entry) for name, entry in data["vendors"].items()),
            server_calls=_server_calls(data.get("server_calls", {})),
            must_run=tuple(data.get("must_run", ())),
            severities=tuple(
                _severity_limit(name, gravest, document.place(("severity", name), at_key=True))
                for name, gravest in data.get("severity", {}).items()
            ),
        ),
        profiles=tuple(entries.ids),
        browser=data.get("browser", ""),
        places_no_order=data.get("orders") == "none",
        own_profiles=tuple(entries.made.values()),
        legs=tuple(_leg(document, index, steps(written)) for index, written in enumerate(journey.legs)),
        consent={answer: steps(written) for answer, written in journey.consent.items()},
        invariants=tuple(
            Invariant(
                name=name,
                place=document.place(("invariants", name), at_key=True),
                **{part: steps(written) for part, written in parts.items()},
            )
            for name, parts in journey.invariants.items()
        ),
        persona=data.get("persona", {}),
        variables=data.get("variables", {}),
        place=document.place(("scenario",)),
    )


def _step(written: WrittenStep, references: References) -> Step:
    arguments = references.filled(written.whole_arguments())
    if written.verb == "upload" and "file" in arguments:
        # Beside the file that has the step, as with the files that are used.
        arguments["file"] = str(Path(written.document.file).parent / arguments["file"])
    return Step(verb=written.verb, arguments=arguments, place=written.place)


def _leg(document: Document, index: int, steps: tuple[Step, ...]) -> Leg:
    """A journey without legs is one on one device."""
    if "journey" in document.data:
        return Leg(steps=steps, place=document.place(("journey",), at_key=True))
    entry = leg_entries(document)[index]
    words = {name: entry[name] for name in ("name", "device", "looks_like", "profile") if name in entry}
    number, _, unit = entry.get("after", "0 seconds").partition(" ")
    after = float(number) * _SECONDS[unit.removesuffix("s")]
    place = document.place(("legs", index, "looks_like" if "looks_like" in entry else "name"))
    return Leg(**words, after=after, steps=steps, place=place)


def _site(entry: Mapping[str, Any]) -> Site:
    redirects = {
        address: Redirect(to=target)
        if isinstance(target, str)
        else Redirect(**{**target, "drops": tuple(target.get("drops", ()))})
        for address, target in entry.get("redirects", {}).items()
    }
    hosts = {key: tuple(entry.get(key, ())) for key in ("allow_hosts", "cloaked_hosts")}
    return Site(**{**entry, **hosts, "redirects": redirects})


def _server_calls(entry: Mapping[str, Any]) -> ServerCalls:
    usual = ServerCalls()
    return ServerCalls(
        source=entry.get("source", usual.source),
        budget=float(entry.get("budget", usual.budget)),
        quiet=float(entry.get("quiet", usual.quiet)),
    )


def _severity_limit(name: str, gravest: str, place: Place) -> SeverityLimit:
    check, _, vendor = name.partition("@")
    return SeverityLimit(check=check, vendor=vendor, at_most=gravest, line=place.line, column=place.column)


def vendor_account(name: str, entry: Mapping[str, Any]) -> VendorAccount:
    channels = tuple(entry.get("channels", DEFAULT_CHANNELS))
    return VendorAccount(
        vendor=name,
        accounts=_per_channel(entry.get("accounts", {}), channels),
        names={event: _per_channel(names, channels) for event, names in entry.get("names", {}).items()},
        channels=channels,
        lateness=float(entry.get("lateness", 0)),
    )


def _per_channel(value: str | Mapping[str, str], channels: Sequence[str]) -> dict[str, str]:
    return dict.fromkeys(channels, value) if isinstance(value, str) else dict(value)
