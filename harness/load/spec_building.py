"""What does the document of a vendor spec mean?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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
    Earliness,
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


def spec_of(data: Mapping[str, Any], schemas: Mapping[str, Any], digest: str) -> VendorSpec:
    """The model of valid data; `digest` says which version of the files it was."""
    return _Builder(data, schemas, digest).spec()


def seconds(duration: str | int | None) -> float | None:
    """`48h` as 172800.0, `day` as 86400.0; a plain number is in seconds."""
    if duration is None:
        return None
    text = "1d" if duration == "day" else str(duration)
    return float(text[:-1]) * _UNITS[text[-1]] if text[-1] in _UNITS else float(text)


class _Builder:
    """Turns the validated data into the model; rule IDs are `<vendor>.<name>`."""

    def __init__(self, data: Mapping[str, Any], schemas: Mapping[str, Any], digest: str) -> None:
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
            schemas=dict(self.schemas),
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
        late, early = entry.get("late"), entry.get("early")
        return {
            "rule": self._rule(name, entry),
            "max_age": seconds(entry.get("max_age")),
            "max_future": seconds(entry["max_future"]),
            "late": Lateness(
                rule=self._rule(f"{name}.late", late), after=seconds(late["after"]) or 0.0, means=late["means"]
            )
            if late
            else None,
            "early": Earliness(
                rule=self._rule(f"{name}.early", early), before=seconds(early["before"]) or 0.0, means=early["means"]
            )
            if early
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
