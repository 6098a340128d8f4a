"""What would the vendor answer to this request?

Stand-ins answer in the vendors' place, so that no test reaches a live ad account; they judge like the vendor, with
its success and error bodies, by the spec's schema and answer table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from harness.decode.events import read_field, request_subject_of, subject_of
from harness.decode.matching import holds, host_of, is_host_of, rule_for
from harness.decode.paths import Document, places
from harness.decode.schema_faults import schema_faults
from harness.model.event import SchemaFault
from harness.model.recording import Body, Request, Response
from harness.model.spec import AnswerWhen, RequestRule, VendorSpec

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
    parts = list(places(document, rule.events)) if rule.events else [("", None)]
    documents = [({**document, "event": part} if rule.events else document) for _, part in parts]
    faults = _request_faults(document, spec, rule) + [
        fault
        for part in documents
        if rule.schema
        for fault in schema_faults(subject_of(part, rule)[0], spec.schemas[rule.schema])
    ]
    stale = any(_is_stale(part, rule, spec, now) for part in documents)
    chosen = next((answer for answer in rule.answers if _applies(answer, documents or [document], faults, stale)), None)
    return _response(chosen, faults, len(parts)) if chosen else Response(status=204)


def _request_faults(document: Document, spec: VendorSpec, rule: RequestRule) -> list[SchemaFault]:
    if not rule.request_schema:
        return []
    return list(schema_faults(request_subject_of(document)[0], spec.schemas[rule.request_schema]))


def _is_stale(document: Document, rule: RequestRule, spec: VendorSpec, now: float) -> bool:
    limit = spec.event_time.max_age if spec.event_time else None
    time = read_field(document, rule.fields["time"]) if "time" in rule.fields else None
    return limit is not None and isinstance(time, float) and now - time > limit


def _applies(answer: AnswerWhen, documents: list[Document], faults: list[SchemaFault], stale: bool) -> bool:
    if answer.stale and not stale:
        return False
    if answer.schema_fault and not _named(answer.schema_fault, faults):
        return False
    if not answer.where and not answer.absent:
        return True
    return any(holds(document, answer.where.items(), answer.absent) for document in documents)


def _named(name: str, faults: list[SchemaFault]) -> bool:
    return bool(faults) if name == "*" else any(fault.answer == name for fault in faults)


def _response(answer: AnswerWhen, faults: list[SchemaFault], count: int) -> Response:
    kind = answer.headers.get("content-type", "application/json")
    fault = next((fault for fault in faults if fault.answer in ("", answer.schema_fault)), None)
    detail = f"{fault.path}: expected {fault.expected}" if fault else ""
    body: Body | None
    if kind.startswith("image/"):
        body = Body(base64=_GIF, size=42)
    elif answer.body is None:
        body = None
    else:
        filled = _filled(answer.body, detail, count)
        text = filled if isinstance(filled, str) else json.dumps(filled)
        body = Body(text=text, size=len(text))
    headers = {"content-type": kind, **answer.headers} if body else dict(answer.headers)
    return Response(status=answer.status, headers=tuple(headers.items()), body=body)


def _filled(value: Any, detail: str, count: int) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, detail, count) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, detail, count) for item in value]
    if value == "{count}":
        return count
    return value.replace("{detail}", detail) if isinstance(value, str) else value
