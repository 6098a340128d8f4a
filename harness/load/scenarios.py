"""Which scenario does a file describe, and what is wrong with it if it describes none?"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, close_match, mistake_at, mistakes_in, read_document
from harness.load.references import fill_in
from harness.model.scenario import Leg, Scenario, ScenarioSnapshot, ServerCalls, Site, Step, VendorAccount

# What a plain text after the verb stands for: `click: "#buy"` is short for `click: {css: "#buy"}`.
SHORT_FORMS = {"open": "url", "press": "key", "click": "css", "check": "css", "wait": "css"}
DEFAULT_CHANNELS = VendorAccount(vendor="").channels


def load_scenario(
    path: Path, *, vendors: Collection[str], profiles: Collection[str], environment: Mapping[str, str]
) -> Scenario:
    """Read one scenario file; an `InputError` names every mistake in it."""
    document, unresolved = fill_in(read_document(path), environment)
    mistakes = [
        *mistakes_in(document, _schema()),
        *unresolved,
        *_unknown_vendors(document, vendors),
        *_unknown_profiles(document, profiles),
        *_journey_mistakes(document),
        *_unknown_receivers(document),
    ]
    if mistakes:
        raise InputError(sorted(set(mistakes), key=lambda mistake: (mistake.line, mistake.column, mistake.found)))
    return _scenario(document)


def load_scenarios(
    paths: Sequence[Path], *, vendors: Collection[str], profiles: Collection[str], environment: Mapping[str, str]
) -> tuple[Scenario, ...]:
    """Read files, and all files in folders; one `InputError` names the mistakes of all of them."""
    scenarios: dict[str, Scenario] = {}
    mistakes: list[Mistake] = []
    for path in _scenario_files(paths, mistakes):
        try:
            scenario = load_scenario(path, vendors=vendors, profiles=profiles, environment=environment)
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


def step_verbs() -> dict[str, str]:
    """Every verb a journey may use, with what it does."""
    verbs = _schema()["$defs"]["step"]["oneOf"][-1]["properties"]
    return {verb: entry["description"] for verb, entry in verbs.items()}


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("harness.load") / "schemas" / "scenario.json").read_text("utf-8"))
    return schema


def _scenario_files(paths: Sequence[Path], mistakes: list[Mistake]) -> tuple[Path, ...]:
    """The files meant, each once even when it is named and in a named folder, too."""
    chosen: dict[Path, Path] = {}
    for path in paths:
        found = [path]
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
            if not found:
                mistakes.append(Mistake(file=str(path), found="no scenario in this folder", expected="files *.yaml"))
        for file in found:
            chosen.setdefault(file.resolve(), file)
    return tuple(chosen.values())


def _part(document: Document, key: str, kind: type) -> Any:
    """A top-level value, or an empty one where the file is too broken to have it."""
    value = document.data.get(key) if isinstance(document.data, dict) else None
    return value if isinstance(value, kind) else kind()


def _unknown_vendors(document: Document, vendors: Collection[str]) -> Iterator[Mistake]:
    for name in _part(document, "vendors", dict):
        if name not in vendors:
            place = document.place(("vendors", name), at_key=True)
            yield _unknown("vendor", name, vendors, place)


def _unknown_profiles(document: Document, profiles: Collection[str]) -> Iterator[Mistake]:
    for index, name in enumerate(_part(document, "profiles", list)):
        if isinstance(name, str) and name and name not in profiles:
            yield _unknown("profile", name, profiles, document.place(("profiles", index)))


def _unknown(kind: str, name: str, known: Collection[str], place: Any) -> Mistake:
    near = close_match(name, known)
    expected = "" if near else f"one of {', '.join(sorted(known))}"
    return mistake_at(place, f'unknown {kind} "{name}"', expected, near)


def _unknown_receivers(document: Document) -> Iterator[Mistake]:
    """Files are handed to vendors of this scenario."""
    known = _part(document, "vendors", dict)
    for index, step in enumerate(_part(document, "journey", list)):
        upload = step.get("upload") if isinstance(step, dict) else None
        name = upload.get("vendor") if isinstance(upload, dict) else None
        if isinstance(name, str) and name not in known:
            yield _unknown("vendor", name, known, document.place(("journey", index, "upload", "vendor")))


def _journey_mistakes(document: Document) -> Iterator[Mistake]:
    journey = _part(document, "journey", list)
    first = journey[0] if journey else None
    verb = next(iter(first), "") if isinstance(first, dict) else first
    if verb != "open" and verb in step_verbs():
        place = document.place(("journey", 0))
        yield mistake_at(place, f'the journey begins with "{verb}"', "open as the first step")


def _scenario(document: Document) -> Scenario:
    """The model of a document that has no mistakes."""
    data = document.data
    return Scenario(
        snapshot=ScenarioSnapshot(
            id=data["scenario"],
            title=data["title"],
            site=Site(**{**data["site"], "allow_hosts": tuple(data["site"].get("allow_hosts", ()))}),
            vendors=tuple(_vendor(name, entry) for name, entry in data["vendors"].items()),
            server_calls=_server_calls(data.get("server_calls", {})),
        ),
        profiles=tuple(data["profiles"]),
        legs=(_only_leg(document),),
        persona=data.get("persona", {}),
        variables=data.get("variables", {}),
        place=document.place(("scenario",)),
    )


def _only_leg(document: Document) -> Leg:
    """A journey without legs is one on one device."""
    steps = tuple(_step(document, index, step) for index, step in enumerate(document.data["journey"]))
    return Leg(steps=steps, place=document.place(("journey",), at_key=True))


def _server_calls(entry: Mapping[str, Any]) -> ServerCalls:
    usual = ServerCalls()
    return ServerCalls(
        source=entry.get("source", usual.source),
        budget=float(entry.get("budget", usual.budget)),
        quiet=float(entry.get("quiet", usual.quiet)),
    )


def _vendor(name: str, entry: Mapping[str, Any]) -> VendorAccount:
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


def _step(document: Document, index: int, step: str | Mapping[str, Any]) -> Step:
    verb, arguments = (step, None) if isinstance(step, str) else next(iter(step.items()))
    if isinstance(arguments, str):
        arguments = {SHORT_FORMS[verb]: arguments}
    if verb == "upload" and arguments and "file" in arguments:
        arguments = {**arguments, "file": str(Path(document.file).parent / arguments["file"])}
    path = ("journey", index) if isinstance(step, str) else ("journey", index, verb)
    return Step(verb=verb, arguments=dict(arguments or {}), place=document.place(path, at_key=True))
