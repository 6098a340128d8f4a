"""What do the vendor specs say, and are they well formed themselves?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, close_match, mistakes_in, read_document
from harness.load.schema_files import schema_of
from harness.model.spec import (
    Acceptance,
    ActionSource,
    AnswerWhen,
    Basis,
    ClickId,
    Confidence,
    ConsentSignal,
    CopyCondition,
    DeclaredEncodings,
    Decoding,
    DedupRule,
    EventEntry,
    EventId,
    EventNames,
    EventTime,
    FieldRule,
    FilterRule,
    ForEvents,
    Identifier,
    Lateness,
    Match,
    MirrorRule,
    Normalisation,
    OtherTimeLimit,
    ParameterRule,
    RequestRule,
    Role,
    Rule,
    Source,
    Upload,
    VendorSpec,
)

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def packaged_specs() -> Path:
    """The folder of specs: beside the sources in a checkout, inside the package once installed."""
    package = Path(str(resources.files("harness")))
    installed = package / "_vendor_specs"
    return installed if installed.is_dir() else package.parent / "vendor_specs"


def load_vendor_specs(folder: Path) -> dict[str, VendorSpec]:
    """All specs of a folder (`<vendor>/spec.yaml`), by vendor ID.

    Raises InputError with every mistake of every file.
    """
    specs: dict[str, VendorSpec] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*/spec.yaml")):
        try:
            spec = load_vendor_spec(path)
            specs[spec.id] = spec
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    if not specs:
        raise InputError(
            [Mistake(file=str(folder), found="no vendor specs here", expected="folders with a spec.yaml each")]
        )
    return specs


def load_vendor_spec(path: Path) -> VendorSpec:
    """One spec with the JSON Schemas it names. Raises InputError with file:line:column of every mistake."""
    document = read_document(path)
    mistakes = list(mistakes_in(document, schema_of("vendor-spec")))
    if mistakes:
        raise InputError(mistakes)
    schemas, mistakes = _schemas(document, path.parent)
    mistakes += _loose_ends(document, schemas)
    if mistakes:
        raise InputError(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column)))
    return _Builder(document.data, schemas, _digest(path, schemas)).spec()


def _digest(path: Path, schemas: Mapping[str, Any]) -> str:
    text = path.read_bytes() + json.dumps(schemas, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16]


def _mistake(document: Document, path: Sequence[str | int], found: str, expected: str, remedy: str = "") -> Mistake:
    place = document.place(path)
    return Mistake(file=place.file, line=place.line, column=place.column, found=found, expected=expected, remedy=remedy)


def _schemas(document: Document, folder: Path) -> tuple[dict[str, Any], list[Mistake]]:
    schemas: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for index, request in enumerate(document.data["requests"]):
        for key in ("schema", "request_schema"):
            name, place = request.get(key), ("requests", index, key)
            if not name or name in schemas:
                continue
            try:
                schemas[name] = json.loads((folder / name).read_text("utf-8"))
            except FileNotFoundError:
                mistakes.append(_mistake(document, place, f"no file {name}", "a JSON Schema beside the spec"))
            except ValueError as error:
                mistakes.append(_mistake(document, place, f"{name}: {error}", "valid JSON"))
    return schemas, mistakes


def _loose_ends(document: Document, schemas: Mapping[str, Any]) -> list[Mistake]:
    """References inside the spec that point nowhere: sources, patterns, mirrors, schema rules."""
    mistakes: list[Mistake] = []
    data = document.data
    for path, value in _walk(data, ()):
        key = path[-1] if path else ""
        if key == "sources" and isinstance(value, list):
            for source in value:
                if source not in data["sources"]:
                    hint = close_match(source, list(data["sources"]))
                    mistakes.append(
                        _mistake(document, path, f'unknown source "{source}"', "a key of the source table", hint)
                    )
        elif isinstance(value, str) and _is_pattern(path):
            try:
                re.compile(value)
            except re.error as error:
                mistakes.append(_mistake(document, path, f"broken pattern {value!r}: {error}", "a regular expression"))
        elif key == "keep" and "normalise" in path:
            try:
                re.compile(f"[^{value}]")
            except re.error as error:
                mistakes.append(_mistake(document, path, f"broken class {value!r}: {error}", "characters and ranges"))
        elif key in ("for", "not_for") and not data["event_names"].get("chosen_by_site"):
            mistakes += _unknown(document, path, value, data["event_names"].get("names", {}), "event", "event_names")
    known = {request["id"] for request in data["requests"]}
    for index, request in enumerate(data["requests"]):
        names = request.get("mirror", {}).get("of", [])
        mistakes += _unknown(document, ("requests", index, "mirror", "of"), names, known, "request", "requests")
    fields = {name for request in data["requests"] for name in request.get("fields", {})}
    fields |= {f"identifier.{name}" for request in data["requests"] for name in request.get("identifiers", {})}
    times = data.get("event_time", {}).get("differs", {})
    conditions: list[tuple[tuple[str | int, ...], Mapping[str, Any]]] = [
        *((("filters", index), entry) for index, entry in enumerate(data.get("filters", []))),
        *((("event_time", "differs", name), part) for name, part in times.items()),
        *(
            (("dedup", index, "copies", channel), part)
            for index, entry in enumerate(data.get("dedup", []))
            for channel, part in entry.get("copies", {}).items()
        ),
    ]
    for at, entry in conditions:
        mistakes += _unknown(document, (*at, "requests"), entry.get("requests", []), known, "request", "requests")
        for part in ("where", "unlike", "without"):
            mistakes += _unknown(document, (*at, part), entry.get(part, []), fields, "field", "requests' fields")
    for index, entry in enumerate(data.get("consent", [])):
        at = ("consent", index)
        mistakes += _unknown(document, (*at, "field"), [entry["field"]], fields, "field", "requests' fields")
    for name, entry in data.get("identifiers", {}).items():
        at = ("identifiers", name, "differs")
        mistakes += _unknown_places(document, at, entry.get("differs", []), {*entry["channels"], *known})
        for place, part in (
            (("identifiers", name), entry),
            *(((*at, key), part) for key, part in entry.get("differs", {}).items()),
        ):
            if isinstance(part.get("encodings"), dict):
                declared_in = [part["encodings"]["declared_in"]]
                mistakes += _unknown(document, (*place, "encodings"), declared_in, fields, "field", "requests' fields")
    channels = {request["channel"] for request in data["requests"]}
    for event, names in data["event_names"].get("names", {}).items():
        if isinstance(names, dict):
            mistakes += _unknown_places(document, ("event_names", "names", event), names, channels | known)
    mistakes += _unknown_places(
        document, ("event_names", "any_case"), data["event_names"].get("any_case", []), channels | known
    )
    mistakes += _unknown_lists(document)
    mistakes += _unread_bases(document)
    rules = {f"{data['vendor']}.{name}" for name in data.get("rules", {})}
    for name, schema in schemas.items():
        for path, value in _walk(schema, ()):
            if path and path[-1] == "x-rule" and value not in rules:
                mistakes.append(
                    _mistake(
                        document, ("rules",), f'{name} names the rule "{value}"', "a rule of this spec's `rules` table"
                    )
                )
    return mistakes


def _unknown(
    document: Document, path: tuple[str | int, ...], names: Iterable[str], known: Collection[str], kind: str, table: str
) -> list[Mistake]:
    """The names that are not in the table of this spec which they refer to."""
    return [
        _mistake(
            document,
            path,
            f'unknown {kind} "{name}"',
            f"one of this spec's {table}",
            close_match(name, sorted(known)),
        )
        for name in names
        if name not in known
    ]


def _unknown_places(
    document: Document, path: tuple[str | int, ...], names: Iterable[str], known: Collection[str]
) -> list[Mistake]:
    return _unknown(document, path, names, known, "channel or request", "channels and requests")


def _unread_bases(document: Document) -> list[Mistake]:
    """Base URLs under a name that another vendor could have, or on a host from which no call of a server is read."""
    data = document.data
    read = [
        pattern
        for request in data["requests"]
        if request["channel"] in ("capi", "collect")
        for pattern in request.get("match", {}).get("hosts", data["hosts"])
    ]
    mistakes = []
    for name, url in data.get("api", {}).items():
        if name != data["vendor"] and not name.startswith(f"{data['vendor']}-"):
            found = f'the name "{name}"'
            mistakes.append(_mistake(document, ("api", name), found, f"{data['vendor']}, or {data['vendor']}-..."))
        if not any(re.fullmatch(pattern, url.removeprefix("https://")) for pattern in read):
            found = f"no request of a server is read from {url}"
            mistakes.append(_mistake(document, ("api", name), found, "a host that a request of channel capi names"))
    return mistakes


_PLACEHOLDER = re.compile(r"\{(?:count:|join:)?([A-Za-z][\w-]*)\}")


def _unknown_lists(document: Document) -> list[Mistake]:
    """Places of an answer's body to which no event adds anything."""
    mistakes: list[Mistake] = []
    for index, request in enumerate(document.data["requests"]):
        known = {"count", "index", "detail"} | {name for case in request.get("per_event", []) for name in case["adds"]}
        for path, value in _walk(request.get("answers", []), ("requests", index, "answers")):
            for name in _PLACEHOLDER.findall(value) if isinstance(value, str) and "body" in path else ():
                if name not in known:
                    expected = "a list of per_event, or count, index or detail"
                    hint = close_match(name, sorted(known))
                    mistakes.append(_mistake(document, path, f'unknown place "{{{name}}}"', expected, hint))
    return mistakes


def _is_pattern(path: tuple[str | int, ...]) -> bool:
    parents = path[-3:-1]
    return path[-1] in ("pattern", "generated", "suffix", "path", "denied", "granted") or (
        bool({"where", "unlike", "hosts", "only"} & set(parents))
        and path[0] in ("requests", "filters", "event_time", "dedup")
    )


def _walk(value: Any, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], Any]]:
    found = [(path, value)]
    if isinstance(value, dict):
        for key, item in value.items():
            found += _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _walk(item, (*path, index))
    return found


def seconds(duration: str | int | None) -> float | None:
    """`48h` as 172800.0, `day` as 86400.0; a plain number is in seconds."""
    if duration is None:
        return None
    text = "1d" if duration == "day" else str(duration)
    return float(text[:-1]) * _UNITS[text[-1]] if text[-1] in _UNITS else float(text)


class _Builder:
    """Turns the validated data into the model; rule IDs are `<vendor>.<name>`."""

    def __init__(self, data: dict[str, Any], schemas: dict[str, Any], digest: str) -> None:
        self.data = data
        self.schemas = schemas
        self.digest = digest

    def spec(self) -> VendorSpec:
        data = self.data
        return VendorSpec(
            id=data["vendor"],
            title=data["title"],
            kind=data["kind"],
            reviewed=data["reviewed"],
            sources={key: Source(**source) for key, source in data["sources"].items()},
            hosts=tuple(data["hosts"]),
            requests=tuple(self._request(request) for request in data["requests"]),
            event_names=self._event_names(data["event_names"]),
            event_id=self._event_id(data.get("event_id")),
            event_time=self._event_time(data.get("event_time")),
            action_source=self._action_source(data.get("action_source")),
            dedup=tuple(self._dedup(entry) for entry in data.get("dedup", [])),
            filters=tuple(self._filter(entry) for entry in data.get("filters", [])),
            consent=tuple(self._consent(entry) for entry in data.get("consent", [])),
            click_ids=tuple(self._click_id(entry) for entry in data.get("click_ids", [])),
            browser_ids=dict(data.get("browser_ids", {})),
            identifiers=tuple(self._identifier(name, entry) for name, entry in data.get("identifiers", {}).items()),
            parameters=tuple(self._parameter(entry) for entry in data.get("parameters", [])),
            api=dict(data.get("api", {})),
            secrets=tuple(data.get("secrets", [])),
            also_called=tuple(data.get("also_called", [])),
            further_rules=tuple(self._rule(name, entry) for name, entry in data.get("rules", {}).items()),
            schemas=self.schemas,
            digest=self.digest,
        )

    def _rule(self, name: str, entry: Mapping[str, Any]) -> Rule:
        return Rule(
            id=f"{self.data['vendor']}.{name}",
            says=entry["says"],
            sources=tuple(entry["sources"]),
            basis=Basis(entry.get("basis", "documented")),
            confidence=Confidence(entry.get("confidence", "high")),
            reviewed=self.data["reviewed"],
            at_most=entry.get("at_most", ""),
        )

    def _event_names(self, entry: Mapping[str, Any]) -> EventNames:
        return EventNames(
            rule=self._rule("event-names", entry),
            names={event: _all_names(names) for event, names in entry.get("names", {}).items()},
            differs={
                event: {place: tuple(there) for place, there in names.items()}
                for event, names in entry.get("names", {}).items()
                if isinstance(names, dict)
            },
            any_case=tuple(entry.get("any_case", [])),
            chosen_by_site=entry.get("chosen_by_site", False),
            open=entry.get("open", False),
        )

    def _event_id(self, entry: Mapping[str, Any] | None) -> EventId | None:
        if entry is None:
            return None
        return EventId(rule=self._rule("event-id", entry), events=_for_events(entry), **_without_rule(entry))

    def _event_time(self, entry: Mapping[str, Any] | None) -> EventTime | None:
        if entry is None:
            return None
        usual = {"max_future": entry.get("max_future", 300)}
        return EventTime(
            **self._time_limit("event-time", {**usual, **entry}),
            differs=tuple(
                OtherTimeLimit(
                    **self._time_limit(f"event-time.{name}", {**usual, **part}),
                    requests=tuple(part.get("requests", [])),
                    where=dict(part.get("where", {})),
                )
                for name, part in entry.get("differs", {}).items()
            ),
        )

    def _time_limit(self, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        late = entry.get("late")
        return {
            "rule": self._rule(name, entry),
            "max_age": seconds(entry.get("max_age")),
            "max_future": seconds(entry["max_future"]),
            "late": Lateness(
                rule=self._rule(f"{name}.late", late), after=seconds(late["after"]) or 0.0, means=late["means"]
            )
            if late
            else None,
        }

    def _action_source(self, entry: Mapping[str, Any] | None) -> ActionSource | None:
        if entry is None:
            return None
        return ActionSource(
            rule=self._rule("conversion-place", entry),
            values={place: tuple(words) for place, words in entry["values"].items()},
            severity=entry.get("severity", "warning"),
        )

    def _dedup(self, entry: Mapping[str, Any]) -> DedupRule:
        plain = {key: value for key, value in _without_rule(entry).items() if key != "id"}
        for key in ("window", "slots", "opens_after", "prefer_tag_within", "edge"):
            if key in plain:
                plain[key] = seconds(plain[key])
        for key in ("key", "any_of"):
            plain[key] = tuple(plain.get(key, ()))
        if not plain.get("sure", True):
            plain.setdefault("repeat", "counted")  # who hedges about copies says even less of repeats
        plain["copies"] = {channel: _copy_condition(part) for channel, part in plain.get("copies", {}).items()}
        return DedupRule(rule=self._rule(f"dedup.{entry['id']}", entry), events=_for_events(entry), **plain)

    def _filter(self, entry: Mapping[str, Any]) -> FilterRule:
        return FilterRule(
            rule=self._rule(f"filter.{entry['id']}", entry),
            requests=tuple(entry.get("requests", [])),
            where=dict(entry.get("where", {})),
            without=tuple(entry.get("without", [])),
            counted=entry.get("counted", "never"),
        )

    def _consent(self, entry: Mapping[str, Any]) -> ConsentSignal:
        plain = {key: value for key, value in _without_rule(entry).items() if key != "id"}
        return ConsentSignal(rule=self._rule(f"consent.{entry['id']}", entry), **plain)

    def _click_id(self, entry: Mapping[str, Any]) -> ClickId:
        return ClickId(rule=self._rule(f"click-id.{entry['parameter']}", entry), **_without_rule(entry))

    def _parameter(self, entry: Mapping[str, Any]) -> ParameterRule:
        return ParameterRule(
            parameter=entry["parameter"],
            rule=self._rule(f"parameter.{entry['parameter']}", entry),
            required_for={channel: tuple(events) for channel, events in entry["required_for"].items()},
            severity=entry.get("severity", "error"),
            leaves_out=tuple(entry.get("leaves_out", [])),
        )

    def _identifier(self, name: str, entry: Mapping[str, Any]) -> Identifier:
        plain = _rest(entry, "differs")
        differs = entry.get("differs", {})
        return replace(
            self._one_identifier(name, plain, self._rule(f"identifier.{name}", entry)),
            differs={
                place: self._one_identifier(name, {**plain, **part}, self._rule(f"identifier.{name}.{place}", part))
                for place, part in differs.items()
            },
        )

    def _one_identifier(self, name: str, entry: Mapping[str, Any], rule: Rule) -> Identifier:
        return Identifier(
            name=name,
            title=entry.get("title", name),
            tier=entry["tier"],
            rule=rule,
            persona=entry.get("persona", ""),
            hashing=entry.get("hashing", "required"),
            **_encodings(entry.get("encodings", ["hex"])),
            normalisations=tuple(
                Normalisation(name=variant, steps=tuple(steps)) for variant, steps in entry.get("normalise", {}).items()
            ),
            suffix=entry.get("suffix", ""),
            channels=dict(entry["channels"]),
            mismatch=entry.get("mismatch", "error"),
        )

    def _request(self, entry: Mapping[str, Any]) -> RequestRule:
        upload = _upload(entry.get("upload"))
        match = entry.get("match", {})
        mirror = entry.get("mirror")
        accepted = entry.get("accepted", {})
        return RequestRule(
            id=entry["id"],
            channel=entry["channel"],
            role=Role(entry.get("role", "event")),
            rule=self._rule(f"request.{entry['id']}", entry),
            match=self._match_of(upload)
            if upload
            else Match(
                hosts=tuple(match.get("hosts", [".*"])),
                path=match.get("path", ".*"),
                methods=tuple(match.get("methods", ["GET", "POST"])),
                where=dict(match.get("where", {})),
                absent=tuple(match.get("absent", [])),
            ),
            decodings=(_decoding_of(upload),)
            if upload
            else tuple(
                Decoding(at=part["at"], using=part["using"], options=_rest(part, "at", "using"))
                for part in entry.get("decode", [])
            ),
            events=f"body/{_ROWS[upload.format]} *" if upload else entry.get("events", ""),
            fields={name: _field_rule(rule) for name, rule in entry.get("fields", {}).items()},
            identifiers={name: _field_rule(rule) for name, rule in entry.get("identifiers", {}).items()},
            schema=entry.get("schema", ""),
            request_schema=entry.get("request_schema", ""),
            lacks=entry.get("lacks", ""),
            is_library=entry.get("library", False),
            upload=upload,
            per_event=tuple(EventEntry(**_condition(case)) for case in entry.get("per_event", [])),
            answers=tuple(AnswerWhen(**_condition(answer)) for answer in entry.get("answers", [])),
            acceptance=Acceptance(
                statuses=tuple(accepted.get("statuses", Acceptance().statuses)),
                where=dict(accepted.get("where", {})),
                absent=tuple(accepted.get("absent", [])),
            ),
            mirror=MirrorRule(of=tuple(mirror["of"]), key=tuple(mirror["key"]), within=seconds(mirror["within"]) or 0.0)
            if mirror
            else None,
        )

    def _match_of(self, upload: Upload) -> Match:
        """Files of this vendor that have the layout: only then has the body parts with names."""
        told_by = "columns" if upload.format == "csv" else "lines"
        return Match(
            hosts=(re.escape(f"upload:{self.data['vendor']}"),), methods=("UPLOAD",), where={f"body/{told_by}": ".+"}
        )


# What a row is called in the document that each format is decoded to.
_ROWS = {"csv": "row", "jsonl": "line"}


def _upload(entry: Mapping[str, Any] | None) -> Upload | None:
    if entry is None:
        return None
    told_by = tuple(entry.get("told_by", ()))
    return Upload(
        format=entry["format"],
        told_by=told_by,
        columns=tuple(dict.fromkeys((*told_by, *entry.get("columns", ())))),
        separator=entry.get("separator", ","),
        only=dict(entry.get("only", {})),
        within=entry.get("within", ""),
    )


def _decoding_of(upload: Upload) -> Decoding:
    if upload.format == "jsonl":
        return Decoding(at="body", using="records", options={"within": upload.within})
    options = {
        "told_by": upload.told_by,
        "columns": upload.columns,
        "separator": upload.separator,
        "only": upload.only,
    }
    return Decoding(at="body", using="table", options=options)


def _copy_condition(entry: Mapping[str, Any]) -> CopyCondition:
    return CopyCondition(
        where=dict(entry.get("where", {})),
        unlike=dict(entry.get("unlike", {})),
        without=tuple(entry.get("without", [])),
        older=seconds(entry.get("older")),
        not_older=seconds(entry.get("not_older")),
    )


def _all_names(names: list[str] | dict[str, list[str]]) -> tuple[str, ...]:
    """The names of one event, wherever they are used."""
    lists = names.values() if isinstance(names, dict) else [names]
    return tuple(dict.fromkeys(name for some in lists for name in some))


def _encodings(entry: list[str] | dict[str, Any]) -> dict[str, Any]:
    if isinstance(entry, list):
        return {"encodings": tuple(entry)}
    values = {said: tuple(encodings) for said, encodings in entry["values"].items()}
    every = dict.fromkeys(encoding for encodings in values.values() for encoding in encodings)
    return {"encodings": tuple(every), "declared": DeclaredEncodings(field=entry["declared_in"], values=values)}


def _condition(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "absent": tuple(entry.get("absent", []))}


def _field_rule(rule: Any) -> FieldRule:
    if isinstance(rule, str):
        return FieldRule(paths=(rule,))
    if isinstance(rule, list):
        if isinstance(rule[0], str):
            return FieldRule(paths=tuple(rule))
        first, *others = rule
        return replace(_field_rule(first), otherwise=_field_rule(others) if others else None)
    return FieldRule(
        paths=tuple(rule.get("paths", [])), using=rule.get("using", "text"), options=_rest(rule, "paths", "using")
    )


def _rest(entry: Mapping[str, Any], *without: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in without}


def _without_rule(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _rest(entry, "says", "sources", "basis", "confidence", "at_most", "for", "not_for")


def _for_events(entry: Mapping[str, Any]) -> ForEvents:
    return ForEvents(only=tuple(entry.get("for", ())), never=tuple(entry.get("not_for", ())))
