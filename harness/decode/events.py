"""Which events do these exchanges carry?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any
from urllib.parse import unquote

from harness.decode.codecs import FIELDS, UnreadableError, text_of
from harness.decode.documents import address_of, body_value
from harness.decode.matching import holds, host_of, is_host_of, readings, rule_for
from harness.decode.mirrors import fold
from harness.decode.paths import Document, places
from harness.decode.schema_faults import schema_faults
from harness.model.event import Answer, Decoded, Event, FieldProblem, SchemaFault, UnrecognisedCall
from harness.model.recording import ROWS_OF_OTHERS, Exchange, Fate, Item, LegRecord, Origin
from harness.model.scenario import VendorAccount
from harness.model.spec import EventNames, FieldRule, RequestRule, Role, VendorSpec

_CLICK = "click_id."
_BROWSER = "browser_id."
_LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one exchange says by itself, whatever others say.

    The last two are vendors: those it shows to be blocked, and those to whom it told something that was not kept.
    """

    events: tuple[Event, ...] = ()
    unrecognised: tuple[UnrecognisedCall, ...] = ()
    blocked: frozenset[str] = frozenset()
    bodiless: frozenset[str] = frozenset()


Read = Callable[[Exchange, Sequence[VendorSpec], Mapping[str, VendorAccount]], Reading]


def reading_of(exchange: Exchange, specs: Sequence[VendorSpec], accounts: Mapping[str, VendorAccount]) -> Reading:
    # What can be read without it would look as if the rest were missing.
    if exchange.request.body is not None and exchange.request.body.is_unkept:
        return Reading(bodiless=frozenset(_vendors_of(exchange, specs)))
    found = readings(exchange.request, specs, exchange.page, accounts)
    is_stopped = exchange.fate is Fate.BLOCKED or exchange.answered_by == "stub"
    events: list[Event] = []
    unrecognised = [] if found else _unrecognised(exchange, specs)
    for spec, rule, document in found:
        if rule.role is Role.AUXILIARY:
            unrecognised += _unrecognised(exchange, [spec], rule.lacks) if rule.lacks else []
            continue
        read = _events(exchange, spec, rule, document, accounts.get(spec.id), len(events))
        events += read
        # A batch in which no event can be found.
        unrecognised += [] if read else _unrecognised(exchange, specs, f"anything at {rule.events}")
    return Reading(
        events=tuple(events),
        unrecognised=tuple(unrecognised),
        blocked=frozenset(_vendors_of(exchange, specs)) if is_stopped else frozenset(),
    )


def decode(
    exchanges: Sequence[Exchange],
    specs: Iterable[VendorSpec],
    accounts: Mapping[str, VendorAccount] | None = None,
    legs: Sequence[LegRecord] = (),
    read: Read = reading_of,
) -> Decoded:
    """All events of the exchanges, in order of receipt, mirrors folded into the events they repeat.

    `accounts` (by vendor) supply event names that the site chose itself, and say who reads a request that several
    vendors can. `legs` say how long the visitor was away, which the site's servers knew nothing of. `read` may remember
    what it has read before. Never raises on any request.
    """
    away = list(accumulate(leg.pause for leg in legs))
    specs, accounts = tuple(specs), accounts or {}
    events: list[Event] = []
    unrecognised: list[UnrecognisedCall] = []
    blocked: dict[str, set[int]] = {}
    bodiless: set[tuple[str, Origin]] = set()
    for exchange in sorted(exchanges, key=lambda exchange: (exchange.started_at, exchange.id)):
        found = read(exchange, specs, accounts)
        bodiless |= {(vendor, exchange.origin) for vendor in found.bodiless}
        for vendor in found.blocked:
            blocked.setdefault(vendor, set()).add(exchange.leg)
        absence = away[exchange.leg] if exchange.leg < len(away) else 0.0
        events += [_in_visitors_time(event, absence) for event in found.events]
        unrecognised += found.unrecognised
    hosts = {exchange.id: host_of(exchange.request.url) for exchange in exchanges}
    collectors = {spec.id for spec in specs if spec.kind == "transport" and spec.id in accounts}
    collected = {event.exchange for event in events if event.vendor in collectors}
    before = events
    for spec in specs:
        events = fold(events, spec, hosts, collected)
    kept = {(event.vendor, exchange) for event in events for exchange in (event.exchange, *event.mirrors)}
    return Decoded(
        events=tuple(events),
        blocked={vendor: frozenset(of_legs) for vendor, of_legs in blocked.items()},
        handed_over=frozenset(event.vendor for event in before if (event.vendor, event.exchange) not in kept),
        unrecognised=tuple(unrecognised),
        bodiless=frozenset(bodiless),
    )


def _in_visitors_time(event: Event, away: float) -> Event:
    """An event whose sender went by the machine's clock names a time before the pauses: the nearer reading is meant."""
    if event.time is None or not away:
        return event
    moved = event.time + away
    is_nearer = abs(moved - event.received_at) < abs(event.time - event.received_at)
    return replace(event, time=moved) if is_nearer else event


def _vendors_of(exchange: Exchange, specs: Iterable[VendorSpec]) -> set[str]:
    """Every vendor that the request concerns; one script can be several vendors' library."""
    host = host_of(exchange.request.url)
    return {spec.id for spec in specs if is_host_of(spec, host) or rule_for(exchange.request, [spec], exchange.page)}


def _unrecognised(exchange: Exchange, specs: Iterable[VendorSpec], lacks: str = "") -> list[UnrecognisedCall]:
    host = host_of(exchange.request.url)
    method = exchange.request.method.upper()
    if method in ("OPTIONS", "CONNECT"):
        return []
    if method == "UPLOAD":
        has_others = any(name == ROWS_OF_OTHERS for name, _ in exchange.request.headers)
        lacks = "a row of this run" if has_others else "a row in a form that is known"
    path = exchange.request.url.split("?", 1)[0]
    return [
        UnrecognisedCall(vendor=spec.id, exchange=exchange.id, summary=f"{method} {path}", lacks=lacks)
        for spec in specs
        if is_host_of(spec, host)
    ]


def _events(
    exchange: Exchange,
    spec: VendorSpec,
    rule: RequestRule,
    document: Document,
    account: VendorAccount | None,
    first: int,
) -> list[Event]:
    """`first` is the number of the first event in its exchange, of which another vendor may have read some already."""
    parts = list(places(document, rule.events)) if rule.events else [("", None)]
    faults = _request_faults(document, spec, rule) if parts else ()
    return [
        replace(
            _event(
                exchange,
                spec,
                rule,
                {**document, "event": part} if rule.events else document,
                at.removeprefix("body/") if rule.upload else at,
                index,
                account,
            ),
            id=f"{exchange.id}#{first + index}",
            request_faults=faults,
        )
        for index, (at, part) in enumerate(parts)
    ]


def _event(
    exchange: Exchange,
    spec: VendorSpec,
    rule: RequestRule,
    document: Document,
    at: str,
    index: int,
    account: VendorAccount | None,
) -> Event:
    fields, paths, problems = _read_fields(document, rule.fields, at)
    name = _text(fields, "name")
    event = generic_event(name, rule.channel, spec.event_names, account, rule.fields.get("name"))
    faults = _faults(document, spec, rule, at)
    raw_id = fields.get("event_id")
    return Event(
        id=f"{exchange.id}#{index}",
        vendor=spec.id,
        channel=rule.channel,
        origin=exchange.origin,
        role=rule.role,
        request=rule.id,
        exchange=exchange.id,
        received_at=exchange.started_at,
        fate=exchange.fate,
        account=_one_account(_text(fields, "account"), rule.channel, account),
        name=name,
        event=event,
        event_id=_text(fields, "event_id"),
        key=_text(fields, spec.event_id.field) if spec.event_id and spec.event_id.serves(event) else "",
        event_id_is_text=raw_id is None or _is_text(document, rule.fields.get("event_id")),
        order_id=_text(fields, "order_id"),
        value=_text(fields, "value"),
        currency=_text(fields, "currency"),
        items=_items(fields.get("items")),
        time=fields["time"] if isinstance(fields.get("time"), float) else None,
        page_url=_text(fields, "page_url"),
        place=f"{at} of {unquote(address_of(exchange.request.url)[1]).lstrip('/')}" if rule.upload else "",
        click_ids=_prefixed(fields, _CLICK),
        browser_ids=_prefixed(fields, _BROWSER),
        identifiers=_identifiers(document, rule.identifiers),
        fields=fields,
        paths=paths,
        problems=tuple(problems),
        schema_faults=faults,
        answer=_answer_to_row(rule, faults) if rule.upload else _answer(exchange, rule, index),
        payload=document.get("event", document["body"] or document["param"]),
    )


def _read_fields(
    document: Document, rules: Mapping[str, FieldRule], at: str
) -> tuple[dict[str, Any], dict[str, str], list[FieldProblem]]:
    """The fields, where each stood, and those that could not be read. `at` is where the event stands in its batch."""
    fields: dict[str, Any] = {}
    paths: dict[str, str] = {}
    problems: list[FieldProblem] = []
    for name, rule in rules.items():
        if "join" in rule.options:
            joined = [_present(document, paths) for paths in rule.options["join"]]
            fields[name] = str(rule.options.get("with", "")).join(text_of(part[1]) for part in joined if part)
            continue
        found = _found(document, rule)
        if found is None:
            continue
        rule, where, value = found
        where = _below(at, where.removeprefix("event/")) if at and where.startswith("event/") else where
        paths[name] = where
        try:
            fields[name] = FIELDS[rule.using](value, _options(document, rule))
        except UnreadableError as expected:
            problems.append(FieldProblem(field=name, path=where, found=text_of(value)[:80], expected=str(expected)))
    return fields, paths, problems


def read_field(document: Document, rule: FieldRule) -> Any:
    """One field's value, or None where there is none or it cannot be read."""
    found = _found(document, rule)
    if found is None:
        return None
    rule, _, value = found
    try:
        return FIELDS[rule.using](value, _options(document, rule))
    except UnreadableError:
        return None


def _found(document: Document, rule: FieldRule | None) -> tuple[FieldRule, str, Any] | None:
    """The first of a field's forms that is there, with its place and value."""
    while rule is not None:
        every = rule.options.get("every")
        found = _all_present(document, rule.paths) if every else _present(document, rule.paths)
        if found is not None:
            return rule, *found
        rule = rule.otherwise
    return None


def _options(document: Document, rule: FieldRule) -> Mapping[str, Any]:
    """The codec's options, with what stands elsewhere: an amount's currency, the zone of all times of a file."""
    options = dict(rule.options)
    if "currency" in options:
        beside = _present(document, [options["currency"]])
        options["currency"] = text_of(beside[1]).strip() if beside else ""
    zone = _present(document, [options["zone_at"]]) if "zone_at" in options else None
    return {**options, "zone": zone[1]} if zone else options


_ROW = re.compile(r"(?:row|line) \d+(?: event \d+)?")


def _below(at: str, path: str) -> str:
    """A place in an event: `body/data/0/value` of a batch, `row 3: Conversion Value` of a file."""
    if _ROW.fullmatch(at):
        return f"{at}: {path}" if path else at
    return f"{at}/{path}"


def _present(document: Document, alternatives: Sequence[str]) -> tuple[str, Any] | None:
    """The first value that is there and not empty, with its place."""
    for path in alternatives:
        for where, value in places(document, path):
            if value not in ("", None):
                return where, value
    return None


def _all_present(document: Document, alternatives: Sequence[str]) -> tuple[str, list[Any]] | None:
    """Every value that is there and not empty, with the place of the first."""
    found = [
        entry for path in alternatives for entry in places(document, path) if not (entry[1] is None or entry[1] == "")
    ]
    return (found[0][0], [value for _, value in found]) if found else None


def _is_text(document: Document, rule: FieldRule | None) -> bool:
    found = _present(document, rule.paths) if rule else None
    return found is None or isinstance(found[1], str)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _items(value: Any) -> tuple[Item, ...]:
    return value if isinstance(value, tuple) else ()


def _one_account(text: str, channel: str, account: VendorAccount | None) -> str:
    """Of several accounts that one event is for, the one that is meant, else the first."""
    several = [part.strip() for part in re.split(r"[|,]", text)]
    wanted = account.wanted(channel, is_offline=False) if account else ""
    return next((part for part in several if part == wanted), several[0])


def _prefixed(fields: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: value for name, value in fields.items() if name.startswith(prefix) and value}


def _identifiers(document: Document, rules: Mapping[str, FieldRule]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, rule in rules.items():
        values: list[str] = []
        for path in rule.paths:
            for _, value in places(document, path):
                for part in _parts(value, rule.options):
                    text = FIELDS[rule.using](part, rule.options)
                    if text and text not in values:
                        values.append(text)
        if values:
            found[name] = tuple(values)
    return found


def _parts(value: Any, options: Mapping[str, Any]) -> list[Any]:
    """The values of one place: of a list, or of a text with a separator (`split`) between them."""
    values = value if isinstance(value, list) else [value]
    if "split" not in options:
        return values
    return [part.strip() for each in values for part in text_of(each).split(str(options["split"]))]


def generic_event(
    name: str, channel: str, names: EventNames, account: VendorAccount | None, field: FieldRule | None = None
) -> str:
    """The generic event a vendor's name stands for, also when its case or spacing is not the vendor's (`purchase`).

    Names of the site's choosing may be given as requests have them, from which `field` reads the name, or as read.
    """
    if not name:
        return ""
    # What happens away from the web is reported by the same API or by a file, often under a name of its own.
    kinds = ("capi", "offline") if channel == "capi" else (channel,)
    for event, by in (account.names if account else {}).items():
        given = [by[kind] for kind in kinds if kind in by]
        if name in given or name in (_as_read(text, field) for text in given):
            return event
    if names.chosen_by_site:
        return ""
    for event, wanted_names in names.names.items():
        if name in wanted_names:
            return event
    plain = _plain(name)
    for event, wanted_names in names.names.items():
        if plain in (_plain(event), *(_plain(wanted) for wanted in wanted_names)):
            return event
    return ""


def _as_read(text: str, field: FieldRule | None) -> str:
    if field is None or "join" in field.options:
        return text
    try:
        return text_of(FIELDS[field.using](text, field.options))
    except UnreadableError:
        return text


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _faults(document: Document, spec: VendorSpec, rule: RequestRule, at: str) -> tuple[SchemaFault, ...]:
    if not rule.schema:
        return ()
    value, path = subject_of(document, rule, at)
    if rule.upload:
        found = schema_faults(value, spec.schemas[rule.schema])
        return tuple(replace(fault, path=_below(at, fault.path)) for fault in found)
    return schema_faults(value, spec.schemas[rule.schema], path)


def _request_faults(document: Document, spec: VendorSpec, rule: RequestRule) -> tuple[SchemaFault, ...]:
    """What is wrong with the request around its events: too many of them, or a key of the envelope."""
    if not rule.request_schema:
        return ()
    value, path = request_subject_of(document)
    return schema_faults(value, spec.schemas[rule.request_schema], path)


def request_subject_of(document: Document) -> tuple[Any, str]:
    """What a rule's `request_schema` describes: the body of whatever form, else the parameters."""
    return (document["body"], "body") if document["body"] else (document["param"], "param")


def subject_of(document: Document, rule: RequestRule, at: str = "") -> tuple[Any, str]:
    """What a rule's schema describes: one event of a batch, else a JSON body, else the parameters."""
    if rule.events:
        return document["event"], at
    if isinstance(document["body"], dict) and document["body"] and document["param"] == document["query"]:
        return document["body"], "body"
    return document["param"], "param"


def _answer_to_row(rule: RequestRule, faults: Iterable[SchemaFault]) -> Answer:
    """Nobody answers a file here, but which faults make the vendor refuse a row is known."""
    refusals = {answer.schema_fault for answer in rule.answers if answer.schema_fault}
    refused = next((fault for fault in faults if {"*", fault.answer} & refusals), None)
    if refused is None:
        return Answer(accepted=None)
    return Answer(accepted=False, detail=f"{refused.path}: expected {refused.expected}")


def _answer(exchange: Exchange, rule: RequestRule, index: int) -> Answer:
    response = exchange.response
    if response is None:
        return Answer(accepted=None)
    headers = {name.lower(): value for name, value in response.headers}
    body = body_value(response.body, headers.get("content-type", ""))
    wanted = rule.acceptance
    is_unkept = response.body is not None and response.body.is_unkept
    if is_unkept and (wanted.absent or wanted.where) and response.status in wanted.statuses:
        return Answer(accepted=None, status=response.status, detail="the body of the answer was not kept")
    refused = response.status not in wanted.statuses
    answer = {"body": body}
    partial = [
        text_of(value) if value else f"{at} is empty"
        for path in wanted.absent
        for at, value in places(answer, path.replace("{index}", str(index)))
    ]
    # What an answer must say it can only lack if it says anything: bodies are not always recorded.
    partial += [
        f"{path} is not {pattern}: {text_of(body)}"
        for path, pattern in wanted.where.items()
        if body and not holds(answer, [(path.replace("{index}", str(index)), pattern)])
    ]
    detail = f"HTTP {response.status}" if refused else ""
    if refused and body and isinstance(body, dict | list):
        detail += f": {_cut(text_of(body))}"
    elif partial:
        detail = _cut(partial[0])
    return Answer(accepted=not refused and not partial, status=response.status, detail=detail)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_ANSWER else f"{text[: _LONGEST_ANSWER - 1]}…"
