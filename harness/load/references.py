"""Does every `${...}` of a scenario name something that is known where it stands, and what is filled in at load?

`${env.NAME}` and `${variables.name}` (or the bare name) are filled in here. `${persona.field}`, `${click_ids}`,
`${click_id.parameter}` and names that a step keeps stay for the run: nothing before the journey may use them, but for
the addresses that lead to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from harness.errors import Mistake
from harness.load.documents import Document, close_match, mistake_at
from harness.load.journeys import WrittenJourney, WrittenStep, used_by
from harness.load.placeholders import REFERENCE, DocumentPath, replaced, texts
from harness.model.persona import Persona
from harness.model.scenario import Place

_UNFINISHED = re.compile(r"\$\{[^{}]*$")

# `name` is the first and the last name together, as many forms ask for it.
PERSONA_FIELDS = (*(entry.name for entry in fields(Persona) if entry.name not in ("seed", "click_ids")), "name")
# A variable or a kept name of this kind would hide what the harness itself provides.
RESERVED = ("persona", "click_ids", "click_id", "variables", "env", "with")

_Judgement = tuple[str, str, str]
_FINE: _Judgement = ("", "", "")


@dataclass(frozen=True, slots=True)
class _Where:
    """`part` is `before` the journey, a `variable`, an `address` that leads to the site, or a `step`.

    `known` are the names that steps before have kept, `kept` those that any step keeps.
    """

    part: str
    known: Collection[str] = ()
    kept: Collection[str] = ()


class References:
    """What a scenario may refer to, and what is wrong with the names in it."""

    def __init__(self, document: Document, environment: Mapping[str, str]) -> None:
        self._document = document
        self._environment = environment
        self._variables = _variables(document.data, environment)
        self._known = {f"env.{name}": value for name, value in environment.items()}
        self._known |= self._variables | {f"variables.{name}": value for name, value in self._variables.items()}

    def filled(self, value: Any) -> Any:
        """The value with environment and variables filled in."""
        return replaced(value, self._known)

    def mistakes(self, journey: WrittenJourney) -> tuple[Mistake, ...]:
        """Every reference that leads nowhere, and every name that is taken already."""
        return (*self._outside(), *self._in_steps(journey), *self._clashes(journey))

    def _outside(self) -> Iterator[Mistake]:
        for path, text in texts(self._document.data):
            part = _part_of(path)
            if part != "step":
                yield from self._wrong(text, self._document.place(path), _Where(part))

    def _in_steps(self, journey: WrittenJourney) -> Iterator[Mistake]:
        """An answer to the question of consent may come anywhere, so what it keeps is known once there was one."""
        answering = [step for steps in journey.consent.values() for step in steps]
        travelling = [step for leg in journey.legs for step in leg]
        kept = {name for step in (*travelling, *answering) for name, _ in _names_kept(step)}
        known: set[str] = set()
        for step in travelling:
            yield from self._in_step(step, _Where("step", frozenset(known), kept))
            known |= {name for name, _ in _names_kept(step)}
            if step.verb == "consent":
                known |= {name for answer in answering for name, _ in _names_kept(answer)}
        for step in answering:
            yield from self._in_step(step, _Where("step", kept, kept))
        for parts in journey.invariants.values():
            changed = [step for steps in parts.values() for step in steps]
            within = kept | {name for step in changed for name, _ in _names_kept(step)}
            for step in changed:
                yield from self._in_step(step, _Where("step", frozenset(within), within))

    def _in_step(self, step: WrittenStep, where: _Where) -> Iterator[Mistake]:
        for path, text in texts(step.arguments, step.path):
            for mistake in self._wrong(text, step.document.place(path), where):
                yield replace(mistake, found=mistake.found + used_by(step.used_at))

    def _wrong(self, text: str, place: Place, where: _Where) -> Iterator[Mistake]:
        if _UNFINISHED.search(text):
            yield mistake_at(place, "${ without its }", remedy="close it")
        for name in REFERENCE.findall(text):
            found, expected, remedy = self._judged(name, where)
            if found:
                yield mistake_at(place, found, expected, remedy)

    def _judged(self, name: str, where: _Where) -> _Judgement:
        """What is wrong with one reference: found, expected, remedy; all empty if nothing is."""
        head, dot, tail = name.partition(".")
        if head == "env" and dot:
            if tail in self._environment:
                return _FINE
            return f"environment variable {tail} is not set", "", f"run with {tail}=... in the environment"
        if where.part != "variable" and ((head == "variables" and tail in self._variables) or name in self._variables):
            return _FINE
        if where.part == "before":
            return f"${{{name}}} is not known before the journey", "${env.NAME} or a variable", ""
        if head == "persona" and dot:
            remedy = close_match(tail, PERSONA_FIELDS)
            expected = "" if remedy else f"one of {', '.join(PERSONA_FIELDS)}"
            return _FINE if tail in PERSONA_FIELDS else (f'the persona has no "{tail}"', expected, remedy)
        if name == "click_ids" or (head == "click_id" and tail) or (name == "page.url" and where.part == "step"):
            return _FINE
        if head == "with" and dot:  # one without a value is told of where the file is used
            return _FINE if where.part == "step" else (f"${{{name}}} is for files that are used", "", "")
        if where.part == "variable":
            return (
                f"${{{name}}} cannot be used in a variable",
                "env.<NAME>, persona.<field> or click_id.<parameter>",
                "",
            )
        return self._judged_kept(name, where)

    def _judged_kept(self, name: str, where: _Where) -> _Judgement:
        if name in where.known:
            return _FINE
        if name in where.kept:
            return f"${{{name}}} is used before it is read", "", 'move the "read" step before this one'
        choices = [*self._variables, *where.kept, "click_ids", *(f"persona.{field}" for field in PERSONA_FIELDS)]
        remedy = close_match(name, choices)
        expected = "persona.<field>, click_ids, click_id.<parameter>, env.<NAME>, a variable or a name read before"
        return f"unknown name ${{{name}}}", "" if remedy else expected, remedy

    def _clashes(self, journey: WrittenJourney) -> Iterator[Mistake]:
        remedy = "choose another name"
        for name in self._variables:
            if name in RESERVED:
                place = self._document.place(("variables", name), at_key=True)
                yield mistake_at(place, f'"{name}" is a name of the harness', remedy=remedy)
        for step in (each for steps in (*journey.legs, *journey.beside_the_legs()) for each in steps):
            for name, place in _names_kept(step):
                if name in RESERVED:
                    yield step.mistake(place, f'"{name}" is a name of the harness', remedy=remedy)
                elif name in self._variables:
                    yield step.mistake(place, f'"{name}" is a variable already', remedy=remedy)


def _part_of(path: DocumentPath) -> str:
    match path:
        case ("journey" | "consent" | "invariants", *_) | ("legs", int(), "journey", *_):
            return "step"
        case ("variables", *_):
            return "variable"
        case ("site", "redirects", *_):
            return "address"
    return "before"


def _variables(data: Any, environment: Mapping[str, str]) -> dict[str, str]:
    written = data.get("variables") if isinstance(data, dict) else None
    if not isinstance(written, dict):
        return {}
    known = {f"env.{name}": value for name, value in environment.items()}
    return {name: replaced(value, known) for name, value in written.items() if isinstance(value, str)}


def _names_kept(step: WrittenStep) -> Iterator[tuple[str, Place]]:
    """The names under which a step keeps what it found, each with its place."""
    kept = step.arguments.get("as") if isinstance(step.arguments, dict) else None
    if isinstance(kept, str):
        yield kept, step.document.place((*step.path, "as"))
    elif isinstance(kept, dict):
        for name in kept:
            yield name, step.document.place((*step.path, "as", name), at_key=True)
