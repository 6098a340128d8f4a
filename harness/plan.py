"""Which runs does a suite consist of, and whose is each of them?"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.errors import InputError, Mistake
from harness.invariants import invariant_mistakes, with_invariants
from harness.model.persona import Persona, PersonaSeed
from harness.model.scenario import Run, Scenario, ScenarioSnapshot
from harness.model.spec import ClickId, VendorSpec
from harness.personas import make_persona

_CLICK_ID = re.compile(r"\$\{\s*click_id(?:s|\.([^{}\s]+))\s*\}")
_TOKEN_LENGTH = 8
# Short ranges of phone numbers make two people alike by chance; so many other tokens are tried then.
_ATTEMPTS = 100


def plan_runs(
    scenarios: Sequence[Scenario],
    profiles: Collection[str],
    *,
    suite_token: str,
    specs: Mapping[str, VendorSpec],
) -> tuple[Run, ...]:
    """Each scenario under each of its profiles, its invariants under the first.

    `profiles` keeps only these, if there are any in it.
    """
    mistakes = [
        *_unknown_click_ids(scenarios, specs),
        *(mistake for scenario in scenarios for mistake in invariant_mistakes(scenario)),
    ]
    if mistakes:
        raise InputError(mistakes)
    runs: list[Run] = []
    taken: set[str] = set()
    for scenario in (each for written in scenarios for each in with_invariants(written)):
        ready = replace(scenario, snapshot=_with_landing(scenario, specs))
        for profile in scenario.profiles:
            if profiles and profile not in profiles:
                continue
            run = _own_run(ready, profile, suite_token, specs, taken)
            taken |= _own_values(make_persona(seed_of(run), _click_ids(run, specs)))
            runs.append(run)
    return tuple(runs)


def planned_again(runs: Sequence[Run], *, suite_token: str, specs: Mapping[str, VendorSpec]) -> tuple[Run, ...]:
    """The next attempt at each of these runs, with people and click IDs of its own."""
    taken = {value for run in runs for value in _own_values(make_persona(seed_of(run), _click_ids(run, specs)))}
    again: list[Run] = []
    for run in runs:
        again.append(_own_run(run.scenario, run.profile, suite_token, specs, taken, attempt=run.attempt + 1))
        taken |= _own_values(make_persona(seed_of(again[-1]), _click_ids(run, specs)))
    return tuple(again)


def seed_of(run: Run) -> PersonaSeed:
    """What makes the persona of a run."""
    return PersonaSeed(token=run.token, **run.scenario.persona)


def click_ids_of(snapshot: ScenarioSnapshot, specs: Mapping[str, VendorSpec]) -> tuple[ClickId, ...]:
    """The click IDs of the scenario's vendors, each parameter once."""
    found: dict[str, ClickId] = {}
    for account in snapshot.vendors:
        for entry in specs[account.vendor].click_ids:
            found.setdefault(entry.parameter, entry)
    return tuple(found.values())


def _own_run(
    scenario: Scenario,
    profile: str,
    suite_token: str,
    specs: Mapping[str, VendorSpec],
    taken: Collection[str],
    attempt: int = 1,
) -> Run:
    """The run with the first token whose persona shares nothing with the runs before."""
    run_id = f"{scenario.id}--{profile}" + (f"--attempt-{attempt}" if attempt > 1 else "")
    click_ids = click_ids_of(scenario.snapshot, specs)
    for number in range(_ATTEMPTS):
        token = _token(f"{suite_token}/{run_id}/{number}")
        run = Run(id=run_id, scenario=scenario, profile=profile, token=token, attempt=attempt)
        if not _own_values(make_persona(seed_of(run), click_ids)) & set(taken):
            break
    return run


def _click_ids(run: Run, specs: Mapping[str, VendorSpec]) -> tuple[ClickId, ...]:
    return click_ids_of(run.scenario.snapshot, specs)


def _own_values(persona: Persona) -> set[str]:
    return {persona.email, persona.phone, persona.street, persona.external_id, *persona.click_ids.values()}


def _token(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_TOKEN_LENGTH]


def _with_landing(scenario: Scenario, specs: Mapping[str, VendorSpec]) -> ScenarioSnapshot:
    """A click ID counts as present at the landing only if the journey puts it into a URL."""
    used = {parameter for step in scenario.steps for parameter in _click_ids_in(step.arguments)}
    used |= {parameter for each in scenario.snapshot.site.redirects.values() for parameter in _click_ids_in(each.to)}
    known = [entry.parameter for entry in click_ids_of(scenario.snapshot, specs)]
    landing = tuple(parameter for parameter in known if "" in used or parameter in used)
    return replace(scenario.snapshot, landing_parameters=landing)


def _click_ids_in(value: Any) -> Iterator[str]:
    """The parameters named in texts; an empty one stands for `${click_ids}`, which is all of them."""
    for text in _texts(value):
        yield from _CLICK_ID.findall(text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _unknown_click_ids(scenarios: Sequence[Scenario], specs: Mapping[str, VendorSpec]) -> Iterator[Mistake]:
    for scenario in scenarios:
        known = [entry.parameter for entry in click_ids_of(scenario.snapshot, specs)]
        written = [(step.place, step.arguments) for step in scenario.steps]
        written += [(scenario.place, {"to": each.to}) for each in scenario.snapshot.site.redirects.values()]
        for place, texts in written:
            for parameter in _click_ids_in(texts):
                if parameter and parameter not in known:
                    yield Mistake(
                        file=place.file,
                        line=place.line,
                        column=place.column,
                        found=f'no vendor of this scenario has the click ID "{parameter}"',
                        expected=f"one of {', '.join(known)}" if known else "",
                        remedy="" if known else "add the vendor to the scenario",
                    )
