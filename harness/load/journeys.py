"""Which steps does a scenario have, those of the files it uses included?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, close_match, mistake_at, mistakes_in, read_document
from harness.load.placeholders import REFERENCE, DocumentPath, replaced, texts
from harness.load.schema_files import schema_of
from harness.model.scenario import Place

# What a plain text after the verb stands for: `click: "#buy"` is short for `click: {css: "#buy"}`.
SHORT_FORMS = {
    "open": "url", "new_tab": "url", "press": "key", "click": "css", "double_click": "css", "check": "css",
    "wait": "css", "expect": "css", "script": "code", "call": "url", "consent": "answer", "use": "file",
    "no_conversion": "event",
}  # fmt: skip
ANSWERS = ("granted", "denied", "withdrawn")
_WITH = "with."
_TOP_KEY = re.compile(r"^([a-z]+):", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenStep:
    """A step where it stands. `used_at` are the places of the `use` steps that led to its file, the first one first."""

    verb: str
    arguments: Any
    document: Document
    path: DocumentPath
    used_at: tuple[Place, ...] = ()

    @property
    def place(self) -> Place:
        return self.document.place(self.path, at_key=True)

    @property
    def entry_place(self) -> Place:
        """Where its line of the list begins."""
        is_bare = isinstance(self.path[-1], int)
        return self.document.place(self.path if is_bare else self.path[:-1])

    def whole_arguments(self) -> dict[str, Any]:
        if isinstance(self.arguments, str):
            return {SHORT_FORMS.get(self.verb, ""): self.arguments}
        if isinstance(self.arguments, list):
            return {"command": self.arguments}
        return dict(self.arguments) if isinstance(self.arguments, dict) else {}

    def mistake(self, place: Place, found: str, expected: str = "", remedy: str = "") -> Mistake:
        return mistake_at(place, found + used_by(self.used_at), expected, remedy)


@dataclass(slots=True, kw_only=True)
class WrittenJourney:
    """The steps of each leg, of each answer to the question of consent and of each invariant.

    `mistakes` are those of the files they use.

    `invariants` has those of each part (`before`, `instead`, `then`) by name.
    """

    legs: list[list[WrittenStep]] = field(default_factory=list)
    consent: dict[str, list[WrittenStep]] = field(default_factory=dict)
    invariants: dict[str, dict[str, list[WrittenStep]]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def beside_the_legs(self) -> Iterator[list[WrittenStep]]:
        """The steps that are taken in answer to something, or in another journey."""
        yield from self.consent.values()
        yield from (steps for parts in self.invariants.values() for steps in parts.values())


def written_journey(document: Document) -> WrittenJourney:
    """Never fails: what a broken file does not have is left out, and its schema has told of it."""
    data = document.data if isinstance(document.data, dict) else {}
    found = WrittenJourney()
    paths: list[DocumentPath] = [("journey",)] if "journey" in data else []
    legs = data.get("legs")
    paths += [("legs", index, "journey") for index in range(len(legs))] if isinstance(legs, list) else []
    found.legs = [list(_steps(document, path, (), (), found.mistakes)) for path in paths]
    consent = data.get("consent")
    for answer in consent if isinstance(consent, dict) else ():
        found.consent[answer] = list(_steps(document, ("consent", answer), (), (), found.mistakes))
    invariants = data.get("invariants")
    for name, parts in (invariants if isinstance(invariants, dict) else {}).items():
        found.invariants[name] = {
            part: list(_steps(document, ("invariants", name, part), (), (), found.mistakes))
            for part in (parts if isinstance(parts, dict) else ())
        }
    return found


def leg_entries(document: Document) -> list[dict[str, Any]]:
    """What each leg says of itself; a device keeps its looks and its profile from leg to leg."""
    data = document.data if isinstance(document.data, dict) else {}
    legs = data.get("legs")
    devices: dict[Any, dict[str, Any]] = {}
    entries = []
    for leg in legs if isinstance(legs, list) else ():
        said = leg if isinstance(leg, dict) else {}
        device = str(said.get("device", ""))
        entries.append({**devices.get(device, {}), **said})
        devices[device] = {name: entries[-1][name] for name in ("looks_like", "profile") if name in entries[-1]}
    return entries


def used_by(places: Sequence[Place]) -> str:
    return "".join(f", used at {place}" for place in reversed(places))


def step_verbs() -> dict[str, str]:
    """Every verb a journey may use, with what it does."""
    verbs = schema_of("scenario")["$defs"]["step"]["oneOf"][-1]["properties"]
    return {verb: entry["description"] for verb, entry in verbs.items()}


def is_step_group(path: Path) -> bool:
    """Whether a file is there to be used by scenarios, and is none itself."""
    keys = set(_TOP_KEY.findall(path.read_text("utf-8", "replace")))
    return "steps" in keys and "scenario" not in keys


def _steps(
    document: Document,
    path: DocumentPath,
    chain: tuple[Path, ...],
    used_at: tuple[Place, ...],
    mistakes: list[Mistake],
) -> Iterator[WrittenStep]:
    entries = _value_at(document.data, path)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        here = (*path, index)
        if isinstance(entry, str):
            yield WrittenStep(verb=entry, arguments=None, document=document, path=here, used_at=used_at)
        if not isinstance(entry, dict) or not entry:
            continue
        verb, arguments = next(iter(entry.items()))
        step = WrittenStep(verb=verb, arguments=arguments, document=document, path=(*here, verb), used_at=used_at)
        if verb == "use":
            yield from _used(step, chain, mistakes)
        else:
            yield step


def _used(step: WrittenStep, chain: tuple[Path, ...], mistakes: list[Mistake]) -> Iterator[WrittenStep]:
    """The steps of another file, which is looked for beside the one that uses it."""
    arguments = step.whole_arguments()
    name, given = arguments.get("file"), arguments.get("with", {})
    if not isinstance(name, str) or not isinstance(given, dict):
        return
    path = Path(step.document.file).parent / name
    chain = chain or (Path(step.document.file).resolve(),)
    if path.resolve() in chain:
        mistakes.append(step.mistake(step.place, f"{name} uses itself", remedy="remove one of the uses"))
        return
    used_at = (*step.used_at, step.place)
    try:
        document = read_document(path)
    except InputError as problem:
        mistakes += (replace(each, found=each.found + used_by(used_at)) for each in problem.mistakes)
        return
    wrong = mistakes_in(document, schema_of("steps"))
    mistakes += (replace(each, found=each.found + used_by(used_at)) for each in wrong)
    mistakes += _wrong_values(step, document, given, used_at)
    filled = document.with_data(_with_values(document.data, given))
    yield from _steps(filled, ("steps",), (*chain, path.resolve()), used_at, mistakes)


def _wrong_values(
    step: WrittenStep, document: Document, given: Mapping[str, Any], used_at: tuple[Place, ...]
) -> Iterator[Mistake]:
    wanted = set()
    for path, text in texts(document.data):
        for name in REFERENCE.findall(text):
            if not name.startswith(_WITH):
                continue
            wanted.add(name.removeprefix(_WITH))
            if name.removeprefix(_WITH) not in given:
                near = close_match(name.removeprefix(_WITH), list(given))
                found = f"${{{name}}} has no value{used_by(used_at)}"
                yield mistake_at(document.place(path), found, remedy=near or "give it under with")
    for name in given:
        if name not in wanted:
            place = step.document.place((*step.path, "with", name), at_key=True)
            yield step.mistake(place, f'{document.file} has no use for "{name}"', remedy=close_match(name, wanted))


def _with_values(data: Any, given: Mapping[str, Any]) -> Any:
    return replaced(data, {f"{_WITH}{name}": str(value) for name, value in given.items()})


def _value_at(data: Any, path: DocumentPath) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
