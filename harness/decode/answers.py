"""What would the vendor answer to this request?

Stand-ins answer in the vendors' place, so that no test reaches a live ad account; they judge like the vendor, with
its success and error bodies, by the spec's schema and answer table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from harness.decode.events import read_field, request_subject_of, subject_of
from harness.decode.matching import holds, host_of, is_host_of, rule_for
from harness.decode.paths import Document, places
from harness.decode.schema_faults import schema_faults
from harness.model.event import SchemaFault
from harness.model.recording import Body, Request, Response
from harness.model.spec import AnswerWhen, Condition, EventEntry, RequestRule, VendorSpec

# One transparent pixel; what image endpoints answer.
_GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def answer_for(request: Request, specs: Iterable[VendorSpec], now: float) -> Response | None:
    """The stand-in's answer, or None when no known vendor owns the host. `now` is Unix time, for the age of events."""
    specs = tuple(specs)
    found = rule_for(request, specs)
    if found is None:
        host = host_of(request.url)
        return Response(status=204) if any(is_host_of(spec, host) for spec in specs) else None
    spec, rule, document = found
    events = _events(document, spec, rule, now)
    faults = _request_faults(document, spec, rule)
    chosen = next((answer for answer in rule.answers if _is_given(answer, document, events, faults)), None)
    if chosen is None:
        return Response(status=204)
    return _response(chosen, _Said.of(chosen, rule.per_event, events, faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """One event of the request as the vendor would judge it; `faults` are those of the event itself."""

    index: int
    document: Document
    faults: tuple[SchemaFault, ...]
    stale: bool


def _events(document: Document, spec: VendorSpec, rule: RequestRule, now: float) -> list[_Event]:
    parts = (part for _, part in places(document, rule.events)) if rule.events else iter([None])
    documents = [{**document, "event": part} if rule.events else document for part in parts]
    return [
        _Event(
            index=index,
            document=each,
            faults=schema_faults(subject_of(each, rule)[0], spec.schemas[rule.schema]) if rule.schema else (),
            stale=_is_stale(each, rule, spec, now),
        )
        for index, each in enumerate(documents)
    ]


def _request_faults(document: Document, spec: VendorSpec, rule: RequestRule) -> list[SchemaFault]:
    if not rule.request_schema:
        return []
    return list(schema_faults(request_subject_of(document)[0], spec.schemas[rule.request_schema]))


def _is_stale(document: Document, rule: RequestRule, spec: VendorSpec, now: float) -> bool:
    if spec.event_time is None:
        return False
    said = {
        name: read_field(document, rule.fields[name])
        for name in {"time", *spec.event_time.fields()}
        if name in rule.fields
    }
    limit, time = spec.event_time.limit_for(rule.id, said).max_age, said.get("time")
    return limit is not None and isinstance(time, float) and now - time > limit


def _is_given(answer: AnswerWhen, document: Document, events: list[_Event], faults: list[SchemaFault]) -> bool:
    """Do the answer's conditions hold, each for any of the events?"""
    if answer.stale and not any(event.stale for event in events):
        return False
    if answer.schema_fault:
        everything = [*faults, *(fault for event in events for fault in event.faults)]
        if not _named(answer.schema_fault, everything):
            return False
    if not answer.where and not answer.absent:
        return True
    documents = [event.document for event in events] or [document]
    return any(holds(each, answer.where.items(), answer.absent) for each in documents)


def _is_case(case: Condition, event: _Event) -> bool:
    """Do the conditions hold for this one event?"""
    return (
        (event.stale or not case.stale)
        and (not case.schema_fault or bool(_named(case.schema_fault, event.faults)))
        and holds(event.document, case.where.items(), case.absent)
    )


def _named(name: str, faults: Iterable[SchemaFault]) -> list[SchemaFault]:
    return [fault for fault in faults if name in ("*", fault.answer)]


def _detail(name: str, faults: Iterable[SchemaFault]) -> str:
    fault = next((fault for fault in faults if fault.answer in ("", name)), None)
    place = f"{fault.path}: " if fault and fault.path else ""
    return f"{place}expected {fault.expected}" if fault else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What fills the places of an answer's body. `lists` are made of what each event adds."""

    detail: str
    index: int
    count: int
    lists: dict[str, list[Any]]

    @classmethod
    def of(
        cls,
        answer: AnswerWhen,
        cases: tuple[EventEntry, ...],
        events: list[_Event],
        faults: list[SchemaFault],
    ) -> _Said:
        lists: dict[str, list[Any]] = {name: [] for case in cases for name in case.adds}
        for event in events:
            case = next((case for case in cases if _is_case(case, event)), None)
            own = _Said(
                detail=_detail(case.schema_fault, event.faults) if case else "",
                index=event.index,
                count=len(events),
                lists={},
            )
            for name, entry in case.adds.items() if case else ():
                lists[name].append(own.fill(entry))
        everything = [*faults, *(fault for event in events for fault in event.faults)]
        meant = (event.index for event in events if _is_case(answer, event))
        return cls(
            detail=_detail(answer.schema_fault, everything), index=next(meant, 0), count=len(events), lists=lists
        )

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if not isinstance(value, str):
            return value
        whole: dict[str, Any] = {"{count}": self.count, "{index}": self.index}
        whole |= {f"{{{name}}}": entries for name, entries in self.lists.items()}
        whole |= {f"{{count:{name}}}": len(entries) for name, entries in self.lists.items()}
        if value in whole:
            return whole[value]
        texts = {"{detail}": self.detail, "{index}": str(self.index)}
        texts |= {f"{{join:{name}}}": "".join(map(str, entries)) for name, entries in self.lists.items()}
        texts |= {f"{{count:{name}}}": str(len(entries)) for name, entries in self.lists.items()}
        for place, text in texts.items():
            value = value.replace(place, text)
        return value


def _response(answer: AnswerWhen, said: _Said) -> Response:
    kind = answer.headers.get("content-type", "application/json")
    body: Body | None
    if kind.startswith("image/"):
        body = Body(base64=_GIF, size=42)
    elif answer.body is None:
        body = None
    else:
        filled = said.fill(answer.body)
        text = filled if isinstance(filled, str) else json.dumps(filled)
        body = Body(text=text, size=len(text))
    headers = {"content-type": kind, **answer.headers} if body else dict(answer.headers)
    return Response(status=answer.status, headers=tuple(headers.items()), body=body)
