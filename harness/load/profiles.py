"""Which privacy profiles are there, and what does each of them block?"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import mistake_at, mistakes_in, read_document
from harness.model.profile import ListSource, Profile

_SEQUENCES = ("sources", "extra_rules", "blocked_hosts", "strip_parameters")
PROFILES = Path(str(files("harness"))) / "profiles"


def load_profiles(folder: Path = PROFILES) -> dict[str, Profile]:
    """Read every profile of a folder, by ID; one `InputError` names the mistakes of all files."""
    profiles: dict[str, Profile] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            profile = _load_profile(path)
        except InputError as error:
            mistakes.extend(error.mistakes)
            continue
        profiles[profile.id] = profile
    if not profiles and not mistakes:
        mistakes.append(Mistake(file=str(folder), found="no profile in this folder", expected="files *.yaml"))
    if mistakes:
        raise InputError(mistakes)
    return profiles


def _load_profile(path: Path) -> Profile:
    document = read_document(path)
    mistakes = mistakes_in(document, _schema())
    if not mistakes and document.data["id"] != path.stem:
        found = f'profile "{document.data["id"]}" in a file of another name'
        mistakes = (mistake_at(document.place(("id",)), found, f'id "{path.stem}", as the file is called'),)
    if mistakes:
        raise InputError(mistakes)
    data: dict[str, Any] = document.data
    lists = tuple(ListSource(**{**entry, **_located(entry, path.parent)}) for entry in data.get("lists", ()))
    sequences = {name: tuple(data.get(name, ())) for name in _SEQUENCES}
    return Profile(**{**data, **sequences, "lists": lists})


def _located(entry: dict[str, str], folder: Path) -> dict[str, str]:
    """A list's own file is looked for beside the profile that names it."""
    location = entry.get("location", "")
    if not location or location.startswith(("http://", "https://")):
        return {}
    return {"location": str(folder / location)}


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("harness.load") / "schemas" / "profile.json").read_text("utf-8"))
    return schema
