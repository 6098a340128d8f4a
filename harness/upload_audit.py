"""What is wrong with a file of conversions, as far as the file alone can tell?

Without a run nobody knows who the rows are about. What is left to judge is their shape, the form of their identifiers
(a digest or not), their age, and what stands in the file twice. Files hold other people's data, and in the wrong
column as well: a message shows a value only if it is a short number, a time or the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.checks.check import lowered
from harness.comparators.digests import digest_of, encoded, encoding_of, is_digest, sha256
from harness.comparators.event_values import values_of
from harness.decode import decode
from harness.decode.documents import body_text
from harness.decode.matching import rule_for
from harness.decode.tables import header_of, lines_of, place_of_cell, rows_of_table
from harness.model.event import Event
from harness.model.recording import Exchange, Fate, Origin, Request
from harness.model.result import Severity
from harness.model.spec import DedupRule, Identifier, RequestRule, Rule, VendorSpec

# Of one kind of finding no more lines are told; the rest is counted.
_MOST_OF_A_KIND = 10
_PATH = re.compile(r"(?:row|line) (?P<line>\d+)(?: event \d+)?(?:: (?P<field>.*))?", re.DOTALL)
# Numbers with or without a currency, words of three letters, and truths; no more digits than an amount has.
_AMOUNT = re.compile(r"(?!\D*(?:\d\D*){9})\d[\d.,]*( ?[A-Za-z€$£]{1,3})?|[A-Za-z]{3}|true|false")
_TIME = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T][\d:.]+)?( ?[APap][Mm])?( ?[+-][\d:]+|Z)?|1\d{12}")
_NOTHING = encoded(sha256(""), "hex")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFinding:
    """One thing wrong in one place of the file. `kind` is what it has in common with others."""

    line: int
    column: int
    severity: Severity
    message: str
    kind: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadAudit:
    """What is wrong with a file; `layout` is the form it has, empty if none that is known."""

    vendor: str
    account: str
    layout: str
    rows: int
    findings: tuple[RowFinding, ...]

    def lines(self, file: str) -> Iterator[str]:
        """The findings by their place, and a summary."""
        told: dict[str, int] = {}
        for finding in self.findings:
            told[finding.kind] = told.get(finding.kind, 0) + 1
            if told[finding.kind] <= _MOST_OF_A_KIND:
                cited = f" [{finding.rule.id}, {finding.rule.basis}]" if finding.rule else ""
                yield f"{file}:{finding.line}:{finding.column}: {finding.severity}: {finding.message}{cited}"
        for kind, number in told.items():
            if number > _MOST_OF_A_KIND:
                yield f"{file}: {kind}: {number - _MOST_OF_A_KIND} more"
        numbers = {severity: sum(each.severity is severity for each in self.findings) for severity in Severity}
        counted = ", ".join(_counted(number, severity) for severity, number in reversed(numbers.items()) if number)
        where = f" for account {self.account}" if self.account else ""
        form = (
            f"{_counted(self.rows, 'row')} as {self.vendor} {self.layout}"
            if self.layout
            else f"no upload of {self.vendor}"
        )
        yield f"{file}: {form}{where}: {counted or 'nothing wrong'}"


def audit_upload(request: Request, spec: VendorSpec, now: float) -> UploadAudit:
    """The file judged as an upload to this vendor. `now` is Unix time, for the age of rows."""
    found = rule_for(request, [spec])
    account = str(found[2]["query"].get("account", "")) if found else ""
    if found is None or found[1].upload is None:
        return UploadAudit(vendor=spec.id, account=account, layout="", rows=0, findings=(_unknown_form(spec),))
    rule = found[1]
    exchange = Exchange(id="upload", origin=Origin.SERVER, started_at=now, request=request, fate=Fate.ANSWERED)
    events = decode([exchange], [spec]).events
    audit = _Audit(spec, rule, _Places(body_text(request.body), rule), now)
    findings = [*(each for event in events for each in audit.of_row(event)), *audit.repeated(events)]
    if not events:
        findings.append(_whole_file(Severity.ERROR, "the file has no row", "no row"))
    return UploadAudit(
        vendor=spec.id,
        account=account,
        layout=rule.id,
        rows=len(events),
        findings=tuple(sorted(findings, key=lambda each: (each.line, each.column, each.message))),
    )


def _unknown_form(spec: VendorSpec) -> RowFinding:
    forms = [
        f"a table with the columns {', '.join(request.upload.told_by)}"
        if request.upload.format == "csv"
        else "one event of the API a line, in JSON"
        for request in spec.requests
        if request.upload
    ]
    return _whole_file(Severity.ERROR, f"the file has no form that is known; expected {' or '.join(forms)}", "form")


def _whole_file(severity: Severity, message: str, kind: str) -> RowFinding:
    return RowFinding(line=1, column=1, severity=severity, message=message, kind=kind)


class _Places:
    """Where a field of a row stands in the file."""

    def __init__(self, text: str, rule: RequestRule) -> None:
        self._lines = lines_of(text.removeprefix("\ufeff"))
        self._upload = rule.upload
        self.columns: list[str] = []
        if rule.upload is not None and rule.upload.format == "csv":
            rows = list(rows_of_table(text, rule.upload.separator))
            header = header_of(rows, rule.upload.told_by)
            self.columns = [cell.strip().casefold() for cell in rows[header][1]] if header is not None else []

    def place(self, line: int, field: str) -> tuple[int, int]:
        if self._upload is not None and field.casefold() in self.columns:
            return place_of_cell(self._lines, line, self.columns.index(field.casefold()), self._upload.separator)
        key = f'"{field.rpartition("/")[2]}"'
        found = self._lines[line - 1].find(key) if field and line <= len(self._lines) else -1
        return line, max(found, 0) + 1


class _Audit:
    """One file under scrutiny."""

    def __init__(self, spec: VendorSpec, rule: RequestRule, places: _Places, now: float) -> None:
        self._spec = spec
        self._rule = rule
        self._rules = spec.rules()
        self._places = places
        self._now = now
        self._private = [path.removeprefix("event/") for field in rule.identifiers.values() for path in field.paths]
        self._times = (
            [path.removeprefix("event/") for path in rule.fields["time"].paths] if "time" in rule.fields else []
        )

    def of_row(self, event: Event) -> Iterator[RowFinding]:
        yield from self._shape(event)
        yield from self._identifiers(event)
        yield from self._age(event)
        yield from self._lacks(event)
        yield from self._name(event)

    def _finding(self, path: str, severity: Severity, message: str, rule: Rule | None, kind: str) -> RowFinding:
        found = _PATH.fullmatch(path)
        line, field = (int(found["line"]), found["field"] or "") if found else (1, "")
        place = self._places.place(line, field)
        return RowFinding(
            line=place[0],
            column=place[1],
            severity=lowered(severity, rule) if rule else severity,
            message=message,
            kind=kind,
            rule=rule,
        )

    def _shape(self, event: Event) -> Iterator[RowFinding]:
        told = set()
        for fault in event.schema_faults:
            told.add(fault.path)
            field = self._field(fault.path)
            is_unknown_column = not field and fault.found.casefold() in self._places.columns
            what = field or (f"the column {fault.found}" if is_unknown_column else "the row")
            found = "none of the template's" if is_unknown_column else self._shown(field, fault.found)
            message = f"{what} is {found or 'not as it should be'}; expected {fault.expected}"
            rule = self._rules.get(fault.rule) or self._rule.rule
            path = f"{fault.path}: {fault.found}" if is_unknown_column else fault.path
            yield self._finding(path, Severity.ERROR, message, rule, f"{what}, {fault.expected}")
        for problem in event.problems:
            if problem.path not in told:
                field = self._field(problem.path)
                found = self._shown(field, problem.found) or "not readable"
                message = f"{field} is {found}; expected {problem.expected}"
                yield self._finding(problem.path, Severity.ERROR, message, self._rule.rule, f"{field} not readable")

    def _field(self, path: str) -> str:
        found = _PATH.fullmatch(path)
        return (found["field"] or "") if found else path

    def _shown(self, field: str, value: str) -> str:
        """The value, if it can be nobody's name, address or number."""
        if value == "nothing":
            return "missing"
        private = (path == field or field.startswith(f"{path}/") for path in self._private)
        form = _TIME if field in self._times else _AMOUNT
        return value if field and not any(private) and form.fullmatch(value) else ""

    def _identifiers(self, event: Event) -> Iterator[RowFinding]:
        for name, values in event.identifiers.items():
            known = self._spec.identifier(name)
            if known is None:
                continue
            identifier = known.sent_in("capi", self._rule.id)
            path = self._path_of(event, name)
            for value in values:
                wrong = _wrong_form(identifier, value)
                if wrong is not None:
                    severity, text = wrong
                    message = f"{identifier.title.lower()} is {text}"
                    yield self._finding(
                        path, severity, message, identifier.rule, f"{identifier.title.lower()} is {text}"
                    )

    def _path_of(self, event: Event, name: str) -> str:
        """The first place of the identifier's; where it is a column of this file, the column."""
        at = event.place.partition(" of ")[0]
        paths = [path.removeprefix("event/") for path in self._rule.identifiers[name].paths]
        return f"{at}: {next((path for path in paths if path.casefold() in self._places.columns), paths[0])}"

    def _age(self, event: Event) -> Iterator[RowFinding]:
        limits = self._spec.event_time
        if event.time is None or limits is None:
            return
        age, path = self._now - event.time, event.paths["time"]
        field, limit = self._field(path), limits.limit_for(event.request, event.fields)
        if limit.max_age is not None and age > limit.max_age:
            message = f"{field} is {_days(age)} ago; the vendor takes {_days(limit.max_age)}"
            yield self._finding(path, Severity.ERROR, message, limit.rule, f"{field} too long ago")
        elif limit.late is not None and age > limit.late.after:
            message = f"{field} is {_days(age)} ago; after {_days(limit.late.after)} {limit.late.means}"
            yield self._finding(path, Severity.WARNING, message, limit.late.rule, f"{field} late")
        elif -age > limit.max_future:
            message = f"{field} is {-age / 3600:.1f} hours ahead; expected a time that is not in the future"
            yield self._finding(path, Severity.ERROR, message, limit.rule, f"{field} in the future")

    def _lacks(self, event: Event) -> Iterator[RowFinding]:
        for parameter in self._spec.parameters:
            wanted = {event.event, "*"} & set(parameter.required_for.get(event.channel, ()))
            if wanted and parameter.parameter in self._rule.fields and parameter.parameter not in event.paths:
                word = parameter.parameter.replace("_", " ")
                at = event.place.partition(" of ")[0]
                yield self._finding(
                    at, Severity(parameter.severity), f"the row has no {word}", parameter.rule, f"no {word}"
                )

    def _name(self, event: Event) -> Iterator[RowFinding]:
        names = self._spec.event_names
        wanted = names.sent_in("capi", self._rule.id, event.event)
        is_case_free = names.is_case_free("capi", self._rule.id)
        if names.chosen_by_site or not wanted or is_case_free or event.name in wanted:
            return
        message = f"{self._field(event.paths['name'])} is {event.name}; the vendor's name is {' or '.join(wanted)}"
        yield self._finding(event.paths["name"], Severity.ERROR, message, names.rule, "event name")

    def repeated(self, events: Sequence[Event]) -> Iterator[RowFinding]:
        """Rows that say again what an earlier one said, by a rule of the vendor's or by their order ID."""
        seen: dict[tuple[object, ...], Event] = {}
        for event in events:
            known = [(rule, key) for rule in self._spec.dedup for key in [_key_of(rule, event, self._spec)] if key]
            hit = next(((rule, seen[key]) for rule, key in known if key in seen), None)
            by_order = ("order", event.name, event.order_id)
            at = event.place.partition(" of ")[0]
            if hit is not None:
                first = hit[1].place.partition(" of ")[0]
                message = f"the row repeats {first}: {hit[0].rule.says}"
                yield self._finding(at, Severity.WARNING, message, hit[0].rule, "repeated")
            elif event.order_id and by_order in seen:
                first = seen[by_order].place.partition(" of ")[0]
                message = f"the row has the order ID of {first}, and nothing says that the vendor takes the two for one"
                yield self._finding(at, Severity.WARNING, message, None, "repeated order ID")
            for _, key in known:
                seen.setdefault(key, event)
            seen.setdefault(by_order, event)


def _days(seconds: float) -> str:
    return f"{seconds / 86400:.1f} days" if seconds >= 86400 else f"{seconds / 3600:.1f} hours"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _wrong_form(identifier: Identifier, value: str) -> tuple[Severity, str] | None:
    """What is wrong with the form of a value, in words that do not tell it."""
    core = re.sub(identifier.suffix + "$", "", value) if identifier.suffix else value
    if identifier.hashing == "forbidden":
        return (Severity.WARNING, "hashed; expected the plain value") if digest_of(core) else None
    if not is_digest(core.strip()):
        return (Severity.ERROR, "plain; expected its SHA-256") if identifier.hashing == "required" else None
    if core != core.strip():
        return Severity.ERROR, "a digest with blanks around it"
    if digest_of(core) is None:
        return Severity.ERROR, "a digest of another kind; expected SHA-256"
    if core.lower() == _NOTHING:
        return Severity.WARNING, "the SHA-256 of nothing; leave it out"
    form = encoding_of(core)
    if form not in identifier.encodings:
        return Severity(identifier.mismatch), f"a digest in {form}; expected {' or '.join(identifier.encodings)}"
    return None


def _key_of(rule: DedupRule, event: Event, spec: VendorSpec) -> tuple[object, ...]:
    """What two rows share that the rule takes for one; empty if it does not hold for this one, or not among rows."""
    if rule.across not in ("capi", "any") or rule.any_of or event.event not in rule.events:
        return ()
    if rule.unless and values_of(event, rule.unless, spec):
        return ()
    # All rows go to one account, whichever it is.
    parts = [_values(event, field, spec) for field in rule.key if field != "account"]
    return (rule.rule.id, *parts) if all(parts) else ()


def _values(event: Event, field: str, spec: VendorSpec) -> Iterable[str]:
    """A name that the site chose stands for the event where no scenario says which one it is."""
    return values_of(event, field, spec) or (
        frozenset([event.name]) if field == "event" and event.name else frozenset()
    )
