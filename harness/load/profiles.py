"""Which privacy profiles are there, and what does each of them block?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, close_match, mistake_at, mistakes_in, read_document
from harness.load.extensions import extension_mistakes
from harness.load.schema_files import schema_of
from harness.model.profile import ListSource, Profile

# What a profile adds to the one it extends; everything else it says in that one's place.
_ADDED = (
    "sources", "extra_rules", "blocked_hosts", "allow", "strip_parameters", "classified_hosts", "cloaked_hosts"
)  # fmt: skip
PROFILES = Path(str(files("harness"))) / "profiles"


def load_profiles(folder: Path = PROFILES, known: Mapping[str, Profile] | None = None) -> dict[str, Profile]:
    """Read every profile of a folder, by ID; one `InputError` names the mistakes of all files.

    They may extend those in `known`.
    """
    profiles: dict[str, Profile] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            profile = load_profile(path, known or {})
        except InputError as error:
            mistakes.extend(error.mistakes)
            continue
        profiles[profile.id] = profile
    if not profiles and not mistakes:
        mistakes.append(Mistake(file=str(folder), found="no profile in this folder", expected="files *.yaml"))
    if mistakes:
        raise InputError(mistakes)
    return profiles


def known_profiles(own: Path | None) -> dict[str, Profile]:
    """Those that are shipped, and those in a folder of the user's, which may extend or replace them."""
    known = load_profiles()
    return known | load_profiles(own, known) if own else known


def load_profile(path: Path, known: Mapping[str, Profile]) -> Profile:
    """The profile in a file of its own, which is called like its ID."""
    document = read_document(path)
    profile = profile_in(document, known)
    if profile.id != path.stem:
        found = f'profile "{profile.id}" in a file of another name'
        raise InputError([mistake_at(document.place(("id",)), found, f'id "{path.stem}", as the file is called')])
    return profile


def profile_in(document: Document, known: Mapping[str, Profile], *, is_whole: bool = True) -> Profile:
    """The profile that a document, or the part of one, describes. A whole one says of itself where it comes from."""
    schema = schema_of("profile")
    mistakes = mistakes_in(document, schema if is_whole else schema | {"else": True})
    if not mistakes:
        mistakes = (*_unknown_base(document, known), *_missing_files(document))
    if mistakes:
        raise InputError(mistakes)
    data: dict[str, Any] = document.data
    name = data["id"]
    plain = Profile(id=name, title=name, description="", reviewed="", sources=())
    base = known[data["extends"]] if "extends" in data else plain
    said = {field.name: data.get(field.name, getattr(base, field.name)) for field in fields(Profile)}
    added = {key: (*getattr(base, key), *data.get(key, ())) for key in _ADDED}
    own = {key: tuple(dict.fromkeys(values)) for key, values in added.items()}
    own["lists"] = _lists(document, base)
    own["extensions"] = (*base.extensions, *(_beside(document, data[key]) for key in ("extension",) if key in data))
    return Profile(**{**said, "title": data.get("title", name), **own})


def _lists(document: Document, base: Profile) -> tuple[ListSource, ...]:
    """Those of the base, each replaced by one of the same name, and the profile's further ones."""
    lists = {source.name: source for source in base.lists}
    for entry in document.data.get("lists", ()):
        beside = {"location": _beside(document, entry["location"])} if "location" in entry else {}
        lists[entry["name"]] = ListSource(**{**entry, **beside})
    if "hosts_file" in document.data:
        location = _beside(document, document.data["hosts_file"])
        name = Path(location).stem
        lists[name] = ListSource(name=name, location=location, kind="hosts")
    return tuple(lists.values())


def _beside(document: Document, location: str) -> str:
    """What a profile names is looked for beside the file that says so."""
    return location if _is_address(location) else str(Path(document.file).parent / location)


def _is_address(location: str) -> bool:
    return location.startswith(("http://", "https://"))


def _unknown_base(document: Document, known: Mapping[str, Profile]) -> Iterator[Mistake]:
    base = document.data.get("extends")
    if base is not None and base not in known:
        near = close_match(base, known)
        expected = "" if near else f"one of {', '.join(sorted(known))}"
        yield mistake_at(document.place(("extends",)), f'unknown profile "{base}"', expected, near)


def _missing_files(document: Document) -> Iterator[Mistake]:
    data = document.data
    paths: list[tuple[str | int, ...]] = [("hosts_file",)] if "hosts_file" in data else []
    paths += [("lists", index, "location") for index, each in enumerate(data.get("lists", ())) if "location" in each]
    for path in paths:
        location = document.part(path).data
        if not _is_address(location) and not Path(_beside(document, location)).is_file():
            yield mistake_at(document.place(path), f'no file "{location}"', "a path beside this file")
    if "extension" in data:
        folder = Path(_beside(document, data["extension"]))
        if folder.is_dir():
            yield from extension_mistakes(folder)
        else:
            found = f'no folder "{data["extension"]}"'
            yield mistake_at(document.place(("extension",)), found, "an unpacked extension beside this file")
