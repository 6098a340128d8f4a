"""Does everything exist that a vendor spec refers to inside itself?

A JSON Schema cannot tell: sources, requests, fields, channels, places of answers and rules are named in one part of the
file and used in another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from harness.errors import Mistake
from harness.load.documents import Document, close_match, mistake_at
from harness.load.placeholders import DocumentPath

_PLACEHOLDER = re.compile(r"\{(?:count:|join:)?([A-Za-z][\w-]*)\}")


def loose_ends(document: Document, schemas: Mapping[str, Any]) -> Iterator[Mistake]:
    """References that point nowhere, and patterns that are none. `schemas` are those the spec names, by file name."""
    data = document.data
    for path, value in _walk(data, ()):
        yield from _in_value(document, path, value)
    known = {request["id"] for request in data["requests"]}
    for index, request in enumerate(data["requests"]):
        names = request.get("mirror", {}).get("of", [])
        yield from _unknown(document, ("requests", index, "mirror", "of"), names, known, "request", "requests")
    yield from _unknown_conditions(document, known)
    yield from _unknown_fields(document, known)
    yield from _unknown_channels(document, known)
    yield from _unknown_lists(document)
    yield from _unread_bases(document)
    yield from _unknown_rules(document, schemas)


def _in_value(document: Document, path: DocumentPath, value: Any) -> Iterator[Mistake]:
    """What one value says wherever it stands, by its key."""
    data, key = document.data, path[-1] if path else ""
    if key == "sources" and isinstance(value, list):
        for source in value:
            if source not in data["sources"]:
                hint = close_match(source, list(data["sources"]))
                yield mistake_at(document.place(path), f'unknown source "{source}"', "a key of the source table", hint)
    elif isinstance(value, str) and _is_pattern(path):
        yield from _broken(document, path, value, value, "pattern", "a regular expression")
    elif key == "keep" and "normalise" in path:
        yield from _broken(document, path, value, f"[^{value}]", "class", "characters and ranges")
    elif key in ("for", "not_for") and not data["event_names"].get("chosen_by_site"):
        yield from _unknown(document, path, value, data["event_names"].get("names", {}), "event", "event_names")


def _broken(
    document: Document, path: DocumentPath, value: str, pattern: str, word: str, expected: str
) -> Iterator[Mistake]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield mistake_at(document.place(path), f"broken {word} {value!r}: {error}", expected)


def _unknown_conditions(document: Document, known: Collection[str]) -> Iterator[Mistake]:
    """Requests and fields of which filters, time limits and rules of deduplication say for what they are."""
    data, fields = document.data, _fields(document)
    times = data.get("event_time", {}).get("differs", {})
    conditions: list[tuple[DocumentPath, Mapping[str, Any]]] = [
        *((("filters", index), entry) for index, entry in enumerate(data.get("filters", []))),
        *((("event_time", "differs", name), part) for name, part in times.items()),
        *(
            (("dedup", index, "copies", channel), part)
            for index, entry in enumerate(data.get("dedup", []))
            for channel, part in entry.get("copies", {}).items()
        ),
    ]
    for at, entry in conditions:
        yield from _unknown(document, (*at, "requests"), entry.get("requests", []), known, "request", "requests")
        for part in ("where", "unlike", "without"):
            yield from _unknown_field(document, (*at, part), entry.get(part, []), fields)


def _unknown_fields(document: Document, known: Collection[str]) -> Iterator[Mistake]:
    """Fields that signals of consent and identifiers are read from."""
    data, fields = document.data, _fields(document)
    for index, entry in enumerate(data.get("consent", [])):
        yield from _unknown_field(document, ("consent", index, "field"), [entry["field"]], fields)
    for name, entry in data.get("identifiers", {}).items():
        others = entry.get("differs", {})
        at = ("identifiers", name, "differs")
        yield from _unknown_places(document, at, others, {*entry["channels"], *known})
        for place, part in ((at[:-1], entry), *(((*at, key), part) for key, part in others.items())):
            if isinstance(part.get("encodings"), dict):
                declared_in = [part["encodings"]["declared_in"]]
                yield from _unknown_field(document, (*place, "encodings"), declared_in, fields)


def _unknown_channels(document: Document, known: Collection[str]) -> Iterator[Mistake]:
    """Channels and requests in which events have names of their own."""
    names = document.data["event_names"]
    places = {request["channel"] for request in document.data["requests"]} | set(known)
    for event, there in names.get("names", {}).items():
        if isinstance(there, dict):
            yield from _unknown_places(document, ("event_names", "names", event), there, places)
    yield from _unknown_places(document, ("event_names", "any_case"), names.get("any_case", []), places)


def _unknown_rules(document: Document, schemas: Mapping[str, Any]) -> Iterator[Mistake]:
    data = document.data
    rules = {f"{data['vendor']}.{name}" for name in data.get("rules", {})}
    for name, schema in schemas.items():
        for path, value in _walk(schema, ()):
            if path and path[-1] == "x-rule" and value not in rules:
                found = f'{name} names the rule "{value}"'
                yield mistake_at(document.place(("rules",)), found, "a rule of this spec's `rules` table")


def _fields(document: Document) -> set[str]:
    """What the requests of the spec read, identifiers by the names that conditions use."""
    requests = document.data["requests"]
    fields = {name for request in requests for name in request.get("fields", {})}
    return fields | {f"identifier.{name}" for request in requests for name in request.get("identifiers", {})}


def _unknown(
    document: Document, path: DocumentPath, names: Iterable[str], known: Collection[str], kind: str, table: str
) -> Iterator[Mistake]:
    """The names that are not in the table of this spec which they refer to."""
    for name in names:
        if name not in known:
            hint = close_match(name, sorted(known))
            yield mistake_at(document.place(path), f'unknown {kind} "{name}"', f"one of this spec's {table}", hint)


def _unknown_field(
    document: Document, path: DocumentPath, names: Iterable[str], fields: Collection[str]
) -> Iterator[Mistake]:
    return _unknown(document, path, names, fields, "field", "requests' fields")


def _unknown_places(
    document: Document, path: DocumentPath, names: Iterable[str], known: Collection[str]
) -> Iterator[Mistake]:
    return _unknown(document, path, names, known, "channel or request", "channels and requests")


def _unread_bases(document: Document) -> Iterator[Mistake]:
    """Base URLs under a name that another vendor could have, or on a host from which no call of a server is read."""
    data = document.data
    read = [
        pattern
        for request in data["requests"]
        if request["channel"] in ("capi", "collect")
        for pattern in request.get("match", {}).get("hosts", data["hosts"])
    ]
    for name, url in data.get("api", {}).items():
        if name != data["vendor"] and not name.startswith(f"{data['vendor']}-"):
            expected = f"{data['vendor']}, or {data['vendor']}-..."
            yield mistake_at(document.place(("api", name)), f'the name "{name}"', expected)
        if not any(re.fullmatch(pattern, url.removeprefix("https://")) for pattern in read):
            found = f"no request of a server is read from {url}"
            yield mistake_at(document.place(("api", name)), found, "a host that a request of channel capi names")


def _unknown_lists(document: Document) -> Iterator[Mistake]:
    """Places of an answer's body to which no event adds anything."""
    for index, request in enumerate(document.data["requests"]):
        known = {"count", "index", "detail"} | {name for case in request.get("per_event", []) for name in case["adds"]}
        for path, value in _walk(request.get("answers", []), ("requests", index, "answers")):
            for name in _PLACEHOLDER.findall(value) if isinstance(value, str) and "body" in path else ():
                if name not in known:
                    expected = "a list of per_event, or count, index or detail"
                    hint = close_match(name, sorted(known))
                    yield mistake_at(document.place(path), f'unknown place "{{{name}}}"', expected, hint)


def _is_pattern(path: DocumentPath) -> bool:
    parents = path[-3:-1]
    return path[-1] in ("pattern", "generated", "suffix", "path", "denied", "granted") or (
        bool({"where", "unlike", "hosts", "only"} & set(parents))
        and path[0] in ("requests", "filters", "event_time", "dedup")
    )


def _walk(value: Any, path: DocumentPath) -> list[tuple[DocumentPath, Any]]:
    found = [(path, value)]
    if isinstance(value, dict):
        for key, item in value.items():
            found += _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _walk(item, (*path, index))
    return found
