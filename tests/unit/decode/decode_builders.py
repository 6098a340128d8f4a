"""Small specs and exchanges for the decoder's tests; no vendor of the real world."""

from __future__ import annotations

import json
from typing import Any

from harness.model.recording import Body, Exchange, Fate, Origin, Request
from harness.model.spec import (
    AnswerWhen,
    EventId,
    EventNames,
    FieldRule,
    Match,
    MirrorRule,
    RequestRule,
    Role,
    Rule,
    Source,
    VendorSpec,
)

RULE = Rule(id="v.rule", says="It is so.", sources=("s",))
NAMES = EventNames(rule=RULE, names={"purchase": ("Purchase", "Order"), "add_to_cart": ("AddToCart",)})


def a_request(url: str = "https://t.vendor.test/hit?name=Purchase", **parts: Any) -> Request:
    """`json` or `text` is the body; headers are a mapping."""
    text = json.dumps(parts["json"]) if "json" in parts else parts.get("text")
    body = parts.get("body", None if text is None else Body(text=text, size=len(text)))
    return Request(
        method=parts.get("method", "GET" if body is None else "POST"),
        url=url,
        headers=tuple(parts.get("headers", {}).items()),
        body=body,
    )


def an_exchange(request: Request | str, *, at: float = 0.0, **parts: Any) -> Exchange:
    request = a_request(request) if isinstance(request, str) else request
    known: dict[str, Any] = {"id": "e", "origin": Origin.BROWSER, "fate": Fate.ANSWERED}
    return Exchange(started_at=at, request=request, **{**known, **parts})


def a_rule(name: str = "hit", **parts: Any) -> RequestRule:
    known: dict[str, Any] = {
        "channel": "tag",
        "role": Role.EVENT,
        "rule": RULE,
        "match": Match(hosts=(r"t\.vendor\.test",), path="/hit"),
        "fields": {"name": FieldRule(paths=("param/name",)), "event_id": FieldRule(paths=("param/eid",))},
        "answers": (AnswerWhen(status=200),),
    }
    return RequestRule(id=name, **{**known, **parts})


def a_mirror(name: str, path: str, of: tuple[str, ...]) -> RequestRule:
    """A mirror with the same name of the event, within ten seconds."""
    match = Match(hosts=(r".+\.vendor\.test",), path=path)
    return a_rule(name, role=Role.MIRROR, match=match, mirror=MirrorRule(of=of, key=("name",), within=10))


def a_spec(*rules: RequestRule, **parts: Any) -> VendorSpec:
    known: dict[str, Any] = {
        "id": "v",
        "title": "Vendor",
        "kind": "platform",
        "reviewed": "2026-01-01",
        "sources": {"s": Source(title="A page")},
        "hosts": (r"(.+\.)?vendor\.test",),
        "event_names": NAMES,
        "event_id": EventId(rule=RULE),
    }
    return VendorSpec(requests=rules or (a_rule(),), **{**known, **parts})
