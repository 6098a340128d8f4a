"""How does a recording get to disk whole or not at all, and back with a clear word about what is wrong with it?"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from harness.errors import InputError, Mistake
from harness.model.recording import SCHEMA_VERSION, Recording
from harness.record.har import har_of

RECORDING_FILE = "recording.json"
NETWORK_FILE = "network.har"
_REMEDY = "record the run again, or point to another recording"
_PATH = re.compile(r" - at (?:key in )?`([^`]*)`")
_POSITION = re.compile(r" ?\(byte (\d+)\)")


def write_recording(folder: Path, recording: Recording, screenshots: Mapping[str, bytes]) -> None:
    """One folder a run, put in place in one move; an older recording there is replaced. The caller has redacted it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        draft.chmod(0o755)
        _write(draft / RECORDING_FILE, encoded(recording))
        _write(draft / NETWORK_FILE, _pretty(har_of(recording)))
        for name, content in sorted(screenshots.items()):
            _write(draft / _inside(name), content)
        for written in {draft, *(path for path in draft.rglob("*") if path.is_dir())}:
            _sync(written)
        _replace(draft, folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def holds_recording(folder: Path) -> bool:
    return (folder / RECORDING_FILE).is_file()


def encoded(recording: Recording) -> bytes:
    """The same recording gives the same bytes, which end with a line break."""
    return _pretty(recording)


def read_recording(folder: Path) -> Recording:
    """The recording in a folder, or in the file itself; an InputError says what is wrong, and where."""
    path = folder / RECORDING_FILE if folder.is_dir() else folder
    try:
        content = path.read_bytes()
    except OSError as problem:
        reason = "no such file" if isinstance(problem, FileNotFoundError) else (problem.strerror or str(problem))
        expected = f"a folder with a {RECORDING_FILE}"
        raise _mistake(
            path, found=reason, expected=expected, remedy="check the path; `record` makes such folders"
        ) from None
    try:
        raw = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise json_mistake(path, content, problem, _REMEDY) from None
    _check_version(path, raw)
    try:
        recording = msgspec.convert(raw, Recording)
    except msgspec.ValidationError as problem:
        raise _wrong_type(path, problem) from None
    unknown = [
        Mistake(file=str(path), found=f"unknown key {place}", remedy=_REMEDY) for place in _extra(raw, recording)
    ]
    if unknown:
        raise InputError(unknown)
    return recording


def recording_schema() -> dict[str, Any]:
    """JSON Schema of `recording.json`; published beside this module for whoever makes recordings by other means."""
    schema = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Recording)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Recording",
        "description": "The evidence of one run: what left the browser and the server, and what the site confirmed.",
        **schema,
    }


def _pretty(value: Any) -> bytes:
    try:
        compact = msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError:
        # Half of a character pair, from a page that cut a text in the middle of an emoji; UTF-8 has no such thing.
        compact = msgspec.json.encode(_whole_characters(msgspec.to_builtins(value)), order="deterministic")
    return msgspec.json.format(compact, indent=1) + b"\n"


def _whole_characters(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole_characters(each) for each in value]
    return value


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.name:
        raise ValueError(f"a screenshot cannot be called {name!r}")
    return path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder last, too, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(draft: Path, folder: Path) -> None:
    """A folder cannot be renamed over another, so the old one steps aside first."""
    if not folder.exists():
        draft.rename(folder)
    else:
        aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-old-"))
        folder.rename(aside / folder.name)
        try:
            draft.rename(folder)
        except OSError:
            (aside / folder.name).rename(folder)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    _sync(folder.parent)


def _check_version(path: Path, raw: Any) -> None:
    if not isinstance(raw, dict):
        raise _mistake(path, found=f"a JSON {_kind(raw)}", expected="a recording, which is an object")
    version = raw.get("schema_version")
    if version == SCHEMA_VERSION:
        return
    found = "no schema_version" if version is None else f"schema_version {json.dumps(version)}"
    remedy = _REMEDY
    if isinstance(version, int) and version > SCHEMA_VERSION:
        remedy = "it was made by a newer harness; update this one"
    raise _mistake(path, found=found, expected=f"schema_version {SCHEMA_VERSION}", remedy=remedy)


def json_mistake(path: Path, content: bytes, problem: Exception, remedy: str) -> InputError:
    """Where a text stops being JSON."""
    found = _POSITION.search(str(problem))
    text = _POSITION.sub("", str(problem)).removeprefix("JSON is malformed: ")
    if found is None:
        # The text ended too early, or is not UTF-8: point to the end of what can be read.
        readable = content.decode("utf-8", "ignore").encode()
        offset = problem.start if isinstance(problem, UnicodeDecodeError) else len(readable.rstrip())
    else:
        offset = int(found[1])
    line = content.count(b"\n", 0, offset) + 1
    start = content.rfind(b"\n", 0, offset) + 1
    column = len(content[start:offset].decode("utf-8", "replace")) + 1
    return InputError(
        [Mistake(file=str(path), line=line, column=column, found=text, expected="whole JSON", remedy=remedy)]
    )


def _wrong_type(path: Path, problem: msgspec.ValidationError) -> InputError:
    """msgspec says `Expected `int`, got `str` - at `$.steps[0].index``."""
    text = str(problem)
    place = _PATH.search(text)
    where = place[1] if place else "$"
    said = _PATH.sub("", text).replace("`", "")
    expected, separator, got = said.removeprefix("Expected ").partition(", got ")
    if not separator:
        return _mistake(path, found=f"{where}: {said}", expected="a recording as recording.schema.json describes it")
    return _mistake(path, found=f"{where} is {got}", expected=expected)


def _extra(raw: Any, recording: Recording) -> Iterator[str]:
    """Keys that reading dropped: a recording made by hand or by another tool may have misspelt them."""
    if msgspec.json.encode(raw, order="sorted") != msgspec.json.encode(recording, order="sorted"):
        yield from _dropped(raw, msgspec.to_builtins(recording), "$")


def _dropped(raw: Any, kept: Any, place: str) -> Iterator[str]:
    if isinstance(raw, dict) and isinstance(kept, dict):
        for key, value in raw.items():
            if key not in kept:
                yield f"{place}.{key}"
            else:
                yield from _dropped(value, kept[key], f"{place}.{key}")
    elif isinstance(raw, list) and isinstance(kept, (list, tuple)):
        for index, (value, other) in enumerate(zip(raw, kept, strict=False)):
            yield from _dropped(value, other, f"{place}[{index}]")


def _kind(value: Any) -> str:
    return {list: "array", str: "string", bool: "boolean", type(None): "null"}.get(type(value), "number")


def _mistake(path: Path, *, found: str, expected: str = "", remedy: str = _REMEDY) -> InputError:
    return InputError([Mistake(file=str(path), found=found, expected=expected, remedy=remedy)])


if __name__ == "__main__":
    print(json.dumps(recording_schema(), indent=1))
