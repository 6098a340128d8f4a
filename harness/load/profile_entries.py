"""Which profiles does a scenario mean by the entries of its `profiles`?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.combining import SEPARATOR, combined, contradictions
from harness.load.documents import Document, close_match, mistake_at
from harness.load.profiles import load_profile, profile_in
from harness.model.profile import Profile

_Path = tuple[str | int, ...]


@dataclass(slots=True)
class ProfileEntries:
    """The IDs in the order of the file, the profiles that the scenario makes itself, and what is wrong.

    `places` has the profile of each entry by where it stands.
    """

    document: Document
    known: Mapping[str, Profile]
    ids: list[str] = field(default_factory=list)
    made: dict[str, Profile] = field(default_factory=dict)
    places: dict[_Path, Profile] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def read(self) -> ProfileEntries:
        data = self.document.data
        entries = data.get("profiles") if isinstance(data, dict) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            profile = self._profile(entry, ("profiles", index))
            if profile is not None:
                self.ids.append(profile.id)
                self.places["profiles", index] = profile
        return self

    def _profile(self, entry: Any, path: _Path) -> Profile | None:
        if isinstance(entry, str):
            return self._from_file(entry, path) if _is_file(entry) else self._named(entry, path)
        if isinstance(entry, dict):
            return self._described(lambda: profile_in(self.document.part(path), self.known, is_whole=False), path)
        return self._combined(entry, path) if isinstance(entry, list) else None

    def _from_file(self, name: str, path: _Path) -> Profile | None:
        file = Path(self.document.file).parent / name
        if not file.is_file():
            self._wrong(path, f'no file "{name}"', "a profile beside the scenario")
            return None
        return self._described(lambda: load_profile(file, self.known), path)

    def _described(self, read: Callable[[], Profile], path: _Path) -> Profile | None:
        """A profile that only this scenario has."""
        try:
            profile = read()
        except InputError as error:
            self.mistakes += error.mistakes
            return None
        if profile.id in self.known or self.made.get(profile.id, profile) != profile:
            self._wrong((*path, "id"), f'profile "{profile.id}" exists already', remedy="give it an ID of its own")
            return None
        self.made[profile.id] = profile
        return profile

    def _named(self, name: str, path: _Path) -> Profile | None:
        if name in self.known or not name:
            return self.known.get(name)
        near = close_match(name, self.known)
        expected = "" if near else f"one of {', '.join(sorted(self.known))}"
        if SEPARATOR in name:
            near, expected = "", f"a list: [{name.replace(SEPARATOR, ', ')}]"
        self._wrong(path, f'unknown profile "{name}"', expected, near)
        return None

    def _combined(self, entries: list[Any], path: _Path) -> Profile | None:
        found = [self._profile(entry, (*path, index)) for index, entry in enumerate(entries)]
        parts = [part for part in found if part is not None]
        if len(parts) < len(entries):
            return None
        problems = list(contradictions(parts))
        for problem in problems:
            self._wrong(path, problem, remedy="combine profiles that one visitor can have")
        if problems:
            return None
        profile = combined(parts)
        self.made[profile.id] = profile
        return profile

    def _wrong(self, path: _Path, found: str, expected: str = "", remedy: str = "") -> None:
        self.mistakes.append(mistake_at(self.document.place(path), found, expected, remedy))


def _is_file(entry: str) -> bool:
    return entry.startswith(("./", "../", "/")) or entry.endswith((".yaml", ".yml"))
