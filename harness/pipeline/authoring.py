"""How does a scenario file come about, and is what was written one?"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from harness.authoring import (
    Draft,
    DraftStep,
    DraftVendor,
    Reading,
    reading_from,
    reading_steps,
    scenario_text,
)
from harness.authoring.reading import EXPECTED
from harness.errors import InputError, Mistake
from harness.load.documents import close_match
from harness.load.one_step import step_from
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenario
from harness.load.schema_files import schema_kinds, schema_of
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.profile import Profile
from harness.model.scenario import Scenario, Step
from harness.model.spec import VendorSpec
from harness.pipeline.choosing import shipped_scenarios
from harness.pipeline.requests import Specs
from harness.record.storage import recording_schema
from harness.report.json_result import schema_text as result_schema_text

SCHEMA_FILE = "scenario.schema.json"
# The scenario that each embedded site is shipped with, and that a new one for it begins as.
_SHIPPED = {
    "shop": "demo/shop-direct.yaml",
    "loan": "use-cases/loan-lead.yaml",
    "travel": "use-cases/vacation-booking.yaml",
}
_ENVIRONMENT = re.compile(r"\$\{env\.(\w+)\}")
_PER_CHANNEL = re.compile(r"(tag|capi|collect|offline):")


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file, as `harness schema` prints it."""
    kinds = (*schema_kinds(), "result", "recording")
    if kind == "result":
        return result_schema_text()
    if kind == "recording":
        return json.dumps(recording_schema(), indent=1) + "\n"
    if kind not in kinds:
        near = close_match(kind, kinds)
        raise _mistaken("schema", f'unknown kind "{kind}"', "" if near else f"one of {', '.join(kinds)}", near)
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioAnswers:
    """What the questions of `harness new` were answered. `site` is a URL, or the name of an embedded site."""

    site: str
    title: str = ""
    data_layer: str = "window.dataLayer"
    vendors: tuple[DraftVendor, ...] = ()
    event: str = "purchase"
    readings: Mapping[str, Reading] = field(default_factory=dict)
    steps: tuple[DraftStep, ...] = ()
    profiles: tuple[str, ...] = ("none", "ublock")
    server_calls: str = "not-observable"
    country: str = "DE"
    accept: str = ""
    refuse: str = ""


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """What the answers are held against."""

    specs: Specs
    profiles: Mapping[str, Profile]

    @property
    def vendors(self) -> dict[str, str]:
        return {spec.id: spec.title for spec in self.specs.values()}

    @property
    def sites(self) -> tuple[str, ...]:
        return tuple(_SHIPPED)

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event for spec in self.specs.values() for event in spec.event_names.names))

    def site(self, text: str) -> str:
        if text in _SHIPPED:
            return text
        parts = urlsplit(text.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            near = close_match(text, self.sites)
            sites = ", ".join(self.sites)
            raise _mistaken("site", f'"{text}"', f"a URL that begins with https://, or one of {sites}", near)
        return text.strip().rstrip("/")

    def vendor(self, text: str) -> DraftVendor:
        """Its name alone, `NAME=123` for all channels, or `NAME=tag:123,capi:456`."""
        name, equals, account = (part.strip() for part in text.partition("="))
        self.spec(name)
        return DraftVendor(vendor=name, accounts=per_channel(account) if equals and account else {})

    def spec(self, name: str) -> VendorSpec:
        if name not in self.specs:
            near = close_match(name, list(self.specs))
            expected = "" if near else f"one of {', '.join(self.specs)}"
            raise _mistaken("vendor", f'unknown vendor "{name}"', expected, near)
        return self.specs[name]

    def profile(self, text: str) -> str:
        if text not in self.profiles:
            near = close_match(text, self.profiles)
            expected = "" if near else f"one of {', '.join(self.profiles)}"
            raise _mistaken("profile", f'unknown profile "{text}"', expected, near)
        return text

    def event(self, text: str) -> str:
        if text not in self.events:
            near = close_match(text, self.events)
            expected = "" if near else f"a generic event: {', '.join(self.events)}"
            raise _mistaken("event", f'unknown event "{text}"', expected, near)
        return text

    def step(self, text: str) -> DraftStep:
        verb, arguments = step_from(text)
        return DraftStep(verb=verb, arguments=arguments)

    def reading(self, text: str, data_layer: str) -> Reading:
        reading = reading_from(text, data_layer)
        if reading is None:
            raise _mistaken("where", f'"{text}"', EXPECTED)
        return reading

    def currency(self, text: str, data_layer: str) -> Reading:
        if re.fullmatch(r"[A-Z]{3}", text.strip()):
            return Reading(always=text.strip())
        reading = reading_from(text, data_layer)
        if reading is None:
            raise _mistaken("where", f'"{text}"', f"an ISO 4217 code such as EUR, or where it stands: {EXPECTED}")
        return reading


@cache
def known_answers() -> KnownAnswers:
    return KnownAnswers(load_vendor_specs(packaged_specs()), load_profiles())


def per_channel(text: str) -> dict[str, str]:
    """`123` for both channels, `tag:123,capi:456` for each its own."""
    if not _PER_CHANNEL.match(text):
        return {"tag": text, "capi": text}
    parts = [part.partition(":") for part in text.split(",")]
    return {channel.strip(): value.strip() for channel, _, value in parts}


def new_scenario(answers: ScenarioAnswers, path: Path, *, force: bool) -> tuple[Path, ...]:
    """Write the scenario and the schema that editors complete it by; what was written is read back."""
    draft = _of_embedded(answers, path) if answers.site in _SHIPPED else _of_site(answers, path)
    return write_scenario(draft, path, force=force)


def write_scenario(draft: Draft, path: Path, *, force: bool) -> tuple[Path, ...]:
    """Never over a file that is there, unless told to.

    An `InputError` with places in the file says that it was written and needs mending: what was answered is not lost.
    """
    if path.exists() and not force:
        raise _mistaken(str(path), "the file is there already", "a new name", "or give --force to write over it")
    schema, text = path.parent / SCHEMA_FILE, scenario_text(draft)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        schema.write_text(schema_text("scenario"), "utf-8")
    except OSError as error:
        raise _mistaken(str(path), f"cannot be written: {error.strerror}") from None
    # What it takes from the environment need not be there yet: passwords and cards are given when it is run.
    known = known_answers()
    environment = {**dict.fromkeys(_ENVIRONMENT.findall(text), "-"), **os.environ}
    load_scenario(path, vendors=known.specs, profiles=known.profiles, environment=environment)
    return path, schema


def scenario_id(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "scenario"


def _of_site(answers: ScenarioAnswers, path: Path) -> Draft:
    host = urlsplit(answers.site).hostname or answers.site
    consent = {
        answer: (DraftStep(verb="click", arguments={"role": "button", "name": name}),)
        for answer, name in (("granted", answers.accept), ("denied", answers.refuse))
        if name
    }
    opening = [DraftStep(verb="open", arguments={"url": "/?${click_ids}"}, note="By a click on an ad of each vendor.")]
    opening += [DraftStep(verb="consent")] if consent else []
    given = list(answers.steps)
    if given and given[0].verb == "open":
        opening = opening[1:]
    return Draft(
        id=scenario_id(path),
        title=answers.title or f"A visitor of {host} converts",
        schema=SCHEMA_FILE,
        site={"url": answers.site, "data_layer": answers.data_layer},
        vendors=answers.vendors,
        profiles=answers.profiles,
        persona={"country": answers.country},
        server_calls={"source": answers.server_calls},
        consent=consent,
        steps=(*opening, *given, *reading_steps(answers.event, answers.readings)),
    )


def _of_embedded(answers: ScenarioAnswers, path: Path) -> Draft:
    """An embedded site has a way to its conversion already: that of the scenario it is shipped with."""
    known, path_shipped = known_answers(), shipped_scenarios() / _SHIPPED[answers.site]
    shipped = load_scenario(path_shipped, vendors=known.specs, profiles=known.profiles, environment={})
    snapshot = shipped.snapshot
    chosen = {vendor.vendor for vendor in answers.vendors}
    return Draft(
        id=scenario_id(path),
        title=answers.title or snapshot.title,
        schema=SCHEMA_FILE,
        site={"demo": snapshot.site.demo, "options": snapshot.site.options},
        vendors=tuple(
            DraftVendor(vendor=vendor.vendor, accounts=vendor.accounts, names=vendor.names, lateness=vendor.lateness)
            for vendor in snapshot.vendors
            if not chosen or vendor.vendor in chosen
        ),
        profiles=answers.profiles,
        persona={"country": answers.country},
        server_calls={"source": snapshot.server_calls.source, "budget": snapshot.server_calls.budget},
        consent={answer: _drafted(steps) for answer, steps in shipped.consent.items()},
        steps=_steps_of(shipped),
    )


def _steps_of(scenario: Scenario) -> tuple[DraftStep, ...]:
    return _drafted(scenario.legs[0].steps)


def _drafted(steps: Sequence[Step]) -> tuple[DraftStep, ...]:
    return tuple(DraftStep(verb=step.verb, arguments=step.arguments) for step in steps)


def with_names(vendor: DraftVendor, event: str, text: str) -> DraftVendor:
    """The vendor with its own name of the event, where the site chose it."""
    return replace(vendor, names={event: per_channel(text)}) if text else vendor


def _mistaken(file: str, found: str, expected: str = "", remedy: str = "") -> InputError:
    return InputError([Mistake(file=file, found=found, expected=expected, remedy=remedy)])
