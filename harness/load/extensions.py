"""Is a folder an unpacked extension that Chromium loads, and if not, what keeps it from being one?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.errors import Mistake

_REMARK = re.compile(r"^[ \t]*//.*$", re.MULTILINE)


def extension_mistakes(folder: Path) -> Iterator[Mistake]:
    """What Chromium would refuse, with its place in the manifest; it says so in a window that nobody sees."""
    path = folder / "manifest.json"
    try:
        # Chromium allows remarks there, which JSON has not.
        text = _REMARK.sub("", path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        found = "no manifest.json" if isinstance(error, FileNotFoundError) else f"manifest.json: {error}"
        yield Mistake(file=str(folder), found=found, expected="the folder of an unpacked extension")
        return
    try:
        manifest = json.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        found = f"not JSON: {getattr(error, 'msg', error)}"
        yield Mistake(file=str(path), line=line, column=column, found=found, remedy="build the extension again")
        return
    if not isinstance(manifest, dict):
        yield Mistake(file=str(path), line=1, column=1, found="no object", expected="a manifest in braces")
        return
    yield from _key_mistakes(path, text, manifest)
    yield from _missing_files(path, text, manifest)


def _key_mistakes(path: Path, text: str, manifest: dict[str, Any]) -> Iterator[Mistake]:
    for key in ("name", "version"):
        if not isinstance(manifest.get(key), str):
            yield _at(path, text, key, f'no text as "{key}"', f'"{key}", without which no extension loads')
    version = manifest.get("manifest_version")
    if version != 3:
        remedy = "take the build of the extension for Manifest V3" if version == 2 else ""
        yield _at(
            path, text, "manifest_version", f"manifest_version {version}", "3, for Chromium loads no other", remedy
        )
    if "," in str(path.parent.resolve()):
        found = "a comma in the path of the extension, which ends the path for Chromium"
        yield Mistake(file=str(path.parent), found=found, remedy="move it to a folder without one")


def _missing_files(path: Path, text: str, manifest: dict[str, Any]) -> Iterator[Mistake]:
    for name in _named_files(manifest):
        if not (path.parent / name.lstrip("/")).is_file():
            yield _at(path, text, name, f'"{name}" is named here and does not exist', "", "build the extension again")


def _named_files(manifest: dict[str, Any]) -> Iterator[str]:
    """Files without which Chromium refuses the whole extension."""
    background = manifest.get("background")
    rules = manifest.get("declarative_net_request")
    scripts = manifest.get("content_scripts")
    named = [background.get("service_worker")] if isinstance(background, dict) else []
    if isinstance(rules, dict) and isinstance(rules.get("rule_resources"), list):
        named += [entry.get("path") for entry in rules["rule_resources"] if isinstance(entry, dict)]
    for entry in scripts if isinstance(scripts, list) else ():
        if isinstance(entry, dict):
            named += [*(entry.get("js") or ()), *(entry.get("css") or ())]
    yield from dict.fromkeys(name for name in named if isinstance(name, str))


def _at(path: Path, text: str, word: str, found: str, expected: str, remedy: str = "") -> Mistake:
    """Where the manifest says the word first, or its beginning."""
    before, quoted, _ = text.partition(f'"{word}"')
    before = before if quoted else ""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Mistake(file=str(path), line=line, column=column, found=found, expected=expected, remedy=remedy)
