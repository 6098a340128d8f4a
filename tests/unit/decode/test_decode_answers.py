"""A stand-in answers like the vendor: the first answer whose conditions hold, filled in with what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from unit.decode.decode_builders import RULE, a_request, a_rule, a_spec

from harness.decode import answer_for
from harness.model.recording import Request
from harness.model.spec import (
    AnswerWhen,
    EventEntry,
    EventTime,
    FieldRule,
    Match,
    OtherTimeLimit,
    RequestRule,
    Role,
    VendorSpec,
)

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "x-expected": "a name", "x-answer": "nameless"},
        "price": {"type": "number", "x-expected": "a number"},
    },
}
ANSWERS = (
    AnswerWhen(status=401, absent=("header/authorization",), body={"error": "who?"}),
    AnswerWhen(status=403, where={"header/authorization": "(?i)bearer expired.*"}),
    AnswerWhen(status=422, schema_fault="nameless", body={"error": "{detail}", "list": ["{detail}", 1]}),
    AnswerWhen(status=400, schema_fault="*", body={"error": "{detail}"}),
    AnswerWhen(status=410, stale=True),
    AnswerWhen(status=200, body={"taken": "{count}"}),
)
CALL = a_rule(
    "call",
    channel="capi",
    match=Match(hosts=(r"api\.vendor\.test",), methods=("POST",)),
    events="body/data/*",
    fields={"time": FieldRule(paths=("event/time",), using="seconds")},
    schema="call.json",
    answers=ANSWERS,
)
NOW = 1_795_286_400.0
SPEC = a_spec(
    CALL,
    a_rule(answers=(AnswerWhen(status=200, headers={"content-type": "image/gif"}),)),
    schemas={"call.json": SCHEMA},
    event_time=EventTime(rule=RULE, max_age=60.0),
)


def call(*events: Any, token: str = "Bearer good") -> Request:
    headers = {"authorization": token} if token else {}
    return a_request("https://api.vendor.test/", json={"data": list(events)}, headers=headers)


def answered(request: Request, spec: VendorSpec = SPEC) -> tuple[int, Any]:
    found = answer_for(request, [spec], NOW)
    assert found is not None
    text = found.body.text if found.body else None
    return found.status, json.loads(text) if text and text.startswith("{") else text


def test_a_good_batch_is_counted() -> None:
    assert answered(call({"name": "a"}, {"name": "b", "price": 1})) == (200, {"taken": 2})


def test_credentials_come_before_the_body() -> None:
    assert answered(call({}, token="")) == (401, {"error": "who?"})
    assert answered(call({}, token="bearer EXPIRED-1")) == (403, None)


def test_one_bad_event_of_a_batch_decides_and_the_answer_says_what_is_wrong() -> None:
    detail = "name: expected a name"
    assert answered(call({"name": "a"}, {})) == (422, {"error": detail, "list": [detail, 1]})
    assert answered(call({"name": "a", "price": "1"})) == (400, {"error": "price: expected a number"})


def test_an_event_that_is_too_old_is_answered_as_such() -> None:
    assert answered(call({"name": "a", "time": NOW - 59}))[0] == 200
    assert answered(call({"name": "a", "time": NOW - 59}, {"name": "a", "time": NOW - 61}))[0] == 410


def test_what_is_too_old_depends_on_the_event_where_the_vendor_says_so() -> None:
    longer = OtherTimeLimit(rule=RULE, max_age=600.0, where={"source": "store"})
    fields = {**CALL.fields, "source": FieldRule(paths=("event/source",))}
    spec = replace(
        SPEC,
        requests=(replace(CALL, fields=fields),),
        event_time=EventTime(rule=RULE, max_age=60.0, differs=(longer,)),
    )
    assert answered(call({"name": "a", "time": NOW - 61, "source": "web"}), spec)[0] == 410
    assert answered(call({"name": "a", "time": NOW - 61, "source": "store"}), spec)[0] == 200
    assert answered(call({"name": "a", "time": NOW - 601, "source": "store"}), spec)[0] == 410


def test_image_endpoints_answer_with_one_pixel() -> None:
    found = answer_for(a_request(), [SPEC], NOW)
    assert found is not None
    assert found.body is not None
    assert (found.status, dict(found.headers)["content-type"], found.body.size) == (200, "image/gif", 42)
    assert (found.body.base64 or "").startswith("R0lGOD")


def test_a_known_host_is_answered_even_where_no_rule_reads_the_request() -> None:
    assert answered(a_request("https://else.vendor.test/")) == (204, None)


def test_a_rule_without_a_fitting_answer_answers_with_nothing() -> None:
    rule = a_rule(answers=(AnswerWhen(status=200, where={"param/name": "Other"}),))
    assert answered(a_request(), a_spec(rule)) == (204, None)


def test_text_is_answered_as_text() -> None:
    script = AnswerWhen(status=200, headers={"content-type": "text/javascript"}, body="")
    rule: RequestRule = a_rule(role=Role.AUXILIARY, answers=(script,))
    found = answer_for(a_request(), [a_spec(rule)], NOW)
    assert found is not None
    assert found.body is not None
    assert (dict(found.headers), found.body.text) == ({"content-type": "text/javascript"}, "")


def test_nobody_answers_for_an_unknown_host() -> None:
    assert answer_for(a_request("https://shop.test/hit"), [SPEC], NOW) is None


def test_what_is_wrong_with_the_whole_request_can_be_answered_before_its_events() -> None:
    rule = replace(
        CALL,
        request_schema="request.json",
        answers=(AnswerWhen(status=413, schema_fault="batch", body={"error": "{detail}"}), *ANSWERS),
    )
    limit = {"type": "array", "maxItems": 2, "x-expected": "at most 2", "x-answer": "batch"}
    spec = replace(
        SPEC,
        requests=(rule,),
        schemas={**SPEC.schemas, "request.json": {"properties": {"data": limit}}},
    )
    assert answered(call({"name": "a"}, {"name": "b"}), spec) == (200, {"taken": 2})
    assert answered(call({"name": "a"}, {"name": "b"}, {}), spec) == (413, {"error": "data: expected at most 2"})


PARTIAL = replace(
    CALL,
    per_event=(
        EventEntry(
            schema_fault="nameless", adds={"bad": {"at": "{index}", "why": "{detail}"}, "text": "{index}:{detail};"}
        ),
        EventEntry(stale=True, adds={"bad": {"at": "{index}", "why": "old"}, "text": "{index}:old;"}),
        EventEntry(absent=("event/price",), adds={"good": {"at": "{index}", "warning": "no price"}}),
        EventEntry(adds={"good": {"at": "{index}"}}),
    ),
    answers=(
        AnswerWhen(
            status=207,
            schema_fault="nameless",
            body={"first": "{index}", "bad": "{bad}", "good": "{good}", "taken": "{count:good}", "all": "{count}"},
        ),
        AnswerWhen(status=400, stale=True, body={"text": "{count:bad} of them: {join:text} first {index}"}),
        AnswerWhen(status=200, body={"good": "{good}", "bad": "{bad}"}),
    ),
)


def test_an_answer_lists_what_it_says_of_each_event() -> None:
    spec = replace(SPEC, requests=(PARTIAL,))
    good, plain, old = {"name": "a", "price": 1}, {"name": "b"}, {"name": "c", "time": NOW - 61}
    assert answered(call(good, plain), spec) == (
        200,
        {"good": [{"at": 0}, {"at": 1, "warning": "no price"}], "bad": []},
    )
    assert answered(call(good, {}, plain, old, {}), spec) == (
        207,
        {
            "first": 1,
            "bad": [
                {"at": 1, "why": "name: expected a name"},
                {"at": 3, "why": "old"},
                {"at": 4, "why": "name: expected a name"},
            ],
            "good": [{"at": 0}, {"at": 2, "warning": "no price"}],
            "taken": 2,
            "all": 5,
        },
    )


def test_entries_of_an_answer_can_be_joined_to_a_text() -> None:
    spec = replace(SPEC, requests=(PARTIAL,))
    old = {"name": "c", "time": NOW - 61}
    assert answered(call({"name": "a"}, old, old), spec) == (400, {"text": "2 of them: 1:old;2:old; first 1"})


def test_an_event_that_is_no_case_adds_nothing() -> None:
    rule = replace(PARTIAL, per_event=PARTIAL.per_event[:1], answers=(AnswerWhen(status=200, body={"bad": "{bad}"}),))
    assert answered(call({"name": "a"}), replace(SPEC, requests=(rule,))) == (200, {"bad": []})
