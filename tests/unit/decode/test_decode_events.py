"""Exchanges become events, in order of receipt, with their fields, their problems and the vendor's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.decode.decode_builders import NAMES, RULE, a_request, a_rule, a_spec, an_exchange

from harness.decode import decode
from harness.decode.events import generic_event
from harness.model.event import Answer, FieldProblem, SchemaFault
from harness.model.profile import Profile
from harness.model.recording import Body, Fate, LegRecord, Origin, Response
from harness.model.scenario import VendorAccount
from harness.model.spec import Acceptance, EventId, EventNames, FieldRule, ForEvents, Match, Role

DAY, NOW = 24 * 3600.0, 1_795_000_000.0
CALL = a_rule(
    "call",
    channel="capi",
    match=Match(hosts=(r"api\.vendor\.test",), methods=("POST",)),
    events="body/data/*",
    fields={
        "account": FieldRule(paths=("query/account",)),
        "name": FieldRule(paths=("event/name", "body/name")),
        "event_id": FieldRule(paths=("event/id",)),
        "value": FieldRule(paths=("event/value",), using="decimal"),
        "click_id.clid": FieldRule(paths=("event/clid",)),
        "browser_id.bid": FieldRule(paths=("event/bid",)),
    },
    identifiers={"email": FieldRule(paths=("event/em", "event/users/*/em"))},
    acceptance=Acceptance(statuses=(200,), absent=("body/error",)),
)
SPEC = a_spec(a_rule(), CALL, a_rule("script", role=Role.AUXILIARY, match=Match(hosts=(r"js\.vendor\.test",))))


def call(*events: Any, **parts: Any) -> Any:
    request = a_request("https://api.vendor.test/?account=42", json={"data": list(events), **parts.pop("root", {})})
    return an_exchange(request, origin=Origin.SERVER, **parts)


def test_events_come_in_the_order_of_receipt() -> None:
    hits = [an_exchange(f"https://t.vendor.test/hit?name={name}", id=name, at=at) for name, at in (("b", 2), ("a", 1))]
    assert [event.name for event in decode(hits, [SPEC]).events] == ["a", "b"]


def test_a_batch_is_one_event_each_with_places_in_the_batch() -> None:
    first, second = decode([call({"name": "Purchase", "id": "1"}, {"id": "2"}, root={"name": "Order"})], [SPEC]).events
    assert (first.id, first.account, first.event, first.event_id, first.key) == ("e#0", "42", "purchase", "1", "1")
    assert (second.id, second.name, second.event) == ("e#1", "Order", "purchase")
    assert second.paths == {"account": "query/account", "name": "body/name", "event_id": "body/data/1/id"}
    assert first.payload == {"name": "Purchase", "id": "1"}


def test_the_first_place_that_has_a_value_wins() -> None:
    (event,) = decode([call({"name": "", "id": None}, root={"name": "Order"})], [SPEC]).events
    assert (event.name, event.event_id, "event_id" in event.paths) == ("Order", "", False)


def test_a_field_that_cannot_be_read_is_a_problem_and_no_value() -> None:
    (event,) = decode([call({"name": "Purchase", "value": "12,50"})], [SPEC]).events
    assert event.value == ""
    assert event.problems == (
        FieldProblem(field="value", path="body/data/0/value", found="12,50", expected="a number with a decimal point"),
    )


def test_an_event_id_that_is_no_text_is_remembered() -> None:
    number, text = decode([call({"id": 7}, {"id": "7"})], [SPEC]).events
    assert (number.event_id, number.event_id_is_text) == ("7", False)
    assert (text.event_id, text.event_id_is_text) == ("7", True)


def test_ids_that_are_sent_raw_or_hashed_are_one_key_and_shown_as_sent() -> None:
    digest = FieldRule(paths=("event/id",), using="digest")
    rule = replace(CALL, fields={**CALL.fields, "digest": digest})
    spec = replace(a_spec(rule), event_id=EventId(rule=RULE, field="digest"))
    hashed = "798c1ea61f18eba68dc809d88fdb4a94672e06fe20a97efdde8f108241d22190"
    raw, sent_hashed = decode([call({"id": "order-1001-purchase"}, {"id": hashed.upper()})], [spec]).events
    assert raw.key == sent_hashed.key == hashed
    assert (raw.sent_key, sent_hashed.sent_key) == ("order-1001-purchase", hashed)


def test_identifiers_are_kept_as_sent_and_once() -> None:
    event = {"em": ["A", "B", "A", ""], "users": [{"em": "C"}, {"em": "B"}], "clid": "Cl", "bid": "Br"}
    (read,) = decode([call(event)], [SPEC]).events
    assert read.identifiers == {"email": ("A", "B", "C")}
    assert (read.click_ids, read.browser_ids) == ({"clid": "Cl"}, {"bid": "Br"})


def test_one_text_may_hold_several_identifiers() -> None:
    rule = a_rule(identifiers={"email": FieldRule(paths=("param/em",), options={"split": ","})})
    spec = a_spec(rule)
    (read,) = decode([an_exchange("https://t.vendor.test/hit?name=Purchase&em=a,%20b,,a")], [spec]).events
    assert read.identifiers == {"email": ("a", "b")}


def test_items_are_gathered_from_every_place_that_fits() -> None:
    items = FieldRule(paths=("param/pr*",), using="items", options={"every": True, "pattern": "id(?P<id>.+)"})
    spec = a_spec(a_rule(fields={"name": FieldRule(paths=("param/name",)), "items": items}))
    url = "https://t.vendor.test/hit?name=Purchase"
    bare, several = decode([an_exchange(url), an_exchange(f"{url}&pr1=idA&pr2=&pr3=idB", id="f")], [spec]).events
    assert [item.id for item in several.items] == ["A", "B"]
    assert several.paths["items"] == "param/pr1"
    assert (bare.items, "items" in bare.fields) == ((), False)


def test_items_of_an_event_in_a_batch_have_their_place_in_the_batch() -> None:
    items = FieldRule(paths=("event/pr*",), using="items", options={"every": True, "pattern": "id(?P<id>.+)"})
    batch = replace(CALL, fields={**CALL.fields, "items": items})
    _, second = decode([call({"name": "a"}, {"name": "b", "pr2": "idC"})], [a_spec(batch)]).events
    assert (second.items[0].id, second.paths["items"]) == ("C", "body/data/1/pr2")


@pytest.mark.parametrize("body", [{"data": []}, {"data": {}}, {"other": 1}, [], "text"])
def test_a_batch_in_which_no_event_can_be_found_is_reported(body: Any) -> None:
    found = decode([an_exchange(a_request("https://api.vendor.test/", json=body))], [SPEC])
    assert found.events == ()
    assert [call.vendor for call in found.unrecognised] == ["v"]


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (None, Answer(accepted=None)),
        (Response(status=200), Answer(accepted=True, status=200)),
        (Response(status=500), Answer(accepted=False, status=500, detail="HTTP 500")),
        (
            Response(status=400, body=Body(text='{"error": "x"}')),
            Answer(accepted=False, status=400, detail='HTTP 400: {"error": "x"}'),
        ),
        (
            Response(status=200, body=Body(text='{"error": "partly"}')),
            Answer(accepted=False, status=200, detail="partly"),
        ),
    ],
)
def test_the_answer_says_whether_the_vendor_took_it(response: Response | None, answer: Answer) -> None:
    (event,) = decode([call({"name": "Purchase"}, response=response)], [SPEC]).events
    assert event.answer == answer


def test_requests_no_rule_reads_are_reported_for_known_hosts_only() -> None:
    exchanges = [
        an_exchange("https://new.vendor.test/v2?x=1", id="new"),
        an_exchange("https://shop.test/v2", id="shop"),
        an_exchange(a_request("https://new.vendor.test/v2", method="OPTIONS"), id="options"),
        an_exchange("https://js.vendor.test/tag.js", id="script"),
    ]
    found = decode(exchanges, [SPEC])
    assert [(call.vendor, call.exchange, call.summary) for call in found.unrecognised] == [
        ("v", "new", "GET https://new.vendor.test/v2")
    ]
    assert found.events == ()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://t.vendor.test/hit?name=a", {"fate": Fate.BLOCKED}),
        ("https://js.vendor.test/tag.js", {"fate": Fate.BLOCKED}),
        ("https://js.vendor.test/tag.js", {"answered_by": "stub"}),
        ("https://new.vendor.test/v2", {"fate": Fate.BLOCKED}),
    ],
)
def test_a_vendor_of_whom_anything_was_blocked_is_named(url: str, parts: dict[str, Any]) -> None:
    assert decode([an_exchange(url, **parts)], [SPEC]).blocked_vendors == frozenset({"v"})
    assert decode([an_exchange(url)], [SPEC]).blocked_vendors == frozenset()


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("Purchase", "purchase"),
        ("Order", "purchase"),
        ("purchase", "purchase"),
        ("Add To Cart", "add_to_cart"),
        ("add-to-cart", "add_to_cart"),
        ("Purchased", ""),
        ("", ""),
        ("***", ""),
    ],
)
def test_a_name_stands_for_a_generic_event_in_any_spelling(name: str, event: str) -> None:
    assert generic_event(name, "tag", NAMES, None) == event


def test_names_the_site_chose_come_first_and_by_channel() -> None:
    account = VendorAccount(vendor="v", names={"purchase": {"tag": "LABEL", "capi": "555"}, "lead": {"tag": "Order"}})
    assert generic_event("LABEL", "tag", NAMES, account) == "purchase"
    assert generic_event("555", "tag", NAMES, account) == ""
    assert generic_event("Order", "tag", NAMES, account) == "lead"
    assert generic_event("Order", "capi", NAMES, account) == "purchase"


def test_where_only_the_site_chooses_nothing_is_guessed() -> None:
    names = EventNames(rule=RULE, names={"purchase": ("Purchase",)}, chosen_by_site=True)
    assert generic_event("Purchase", "tag", names, None) == ""
    account = VendorAccount(vendor="v", names={"purchase": {"tag": "LABEL"}})
    assert generic_event("label", "tag", names, account) == ""
    assert generic_event("LABEL", "tag", names, account) == "purchase"


def test_a_name_of_the_sites_choosing_may_be_given_as_requests_have_it() -> None:
    field = FieldRule(
        paths=("param/code",), using="pattern", options={"pattern": "^(?:tw-[a-z0-9]+-)?(?P<value>[a-z0-9]+)$"}
    )
    for given in ("tw-o8z6j-o8z7q", "o8z7q"):
        account = VendorAccount(vendor="v", names={"purchase": {"tag": given}})
        assert generic_event("o8z7q", "tag", NAMES, account, field) == "purchase"
        assert generic_event("o8z6j", "tag", NAMES, account, field) == ""


def test_the_key_is_that_of_events_which_have_one() -> None:
    spec = a_spec(event_id=EventId(rule=RULE, events=ForEvents(only=("purchase",))))
    hits = [an_exchange(f"https://t.vendor.test/hit?eid=1&name={name}") for name in ("Purchase", "AddToCart", "Other")]
    assert [(event.event_id, event.key) for event in decode(hits, [spec]).events] == [("1", "1"), ("1", ""), ("1", "")]


def test_what_is_wrong_with_the_request_is_known_to_each_of_its_events() -> None:
    limit = {"type": "array", "maxItems": 1, "x-expected": "at most 1", "x-rule": "v.batch"}
    spec = a_spec(
        replace(CALL, request_schema="request.json"), schemas={"request.json": {"properties": {"data": limit}}}
    )
    one, other = decode([call({"name": "a"}, {"name": "b"})], [spec]).events
    fault = SchemaFault(path="body/data", found="2 entries", expected="at most 1", rule="v.batch")
    assert one.request_faults == other.request_faults == (fault,)
    assert one.schema_faults == ()
    assert decode([call({"name": "a"})], [spec]).events[0].request_faults == ()


def test_the_request_schema_of_a_call_without_a_body_looks_at_its_parameters() -> None:
    wanted = {"required": ["token"], "properties": {"token": {"x-expected": "a token"}}}
    spec = a_spec(a_rule(request_schema="request.json"), schemas={"request.json": wanted})
    (event,) = decode([an_exchange("https://t.vendor.test/hit?name=Purchase")], [spec]).events
    assert event.request_faults == (SchemaFault(path="param/token", found="nothing", expected="a token"),)


def test_an_answer_tells_of_each_event_of_a_batch() -> None:
    listed = Acceptance(statuses=(207,), absent=("body/error/*[index={index}]/why", "body/rows/{index}[]"))
    spec = a_spec(replace(CALL, acceptance=listed))
    text = '{"error": [{"index": 1, "why": "no name"}], "rows": [{"a": 1}, {"a": 1}, {}]}'
    response = Response(
        status=207, headers=(("content-type", "application/json"),), body=Body(text=text, size=len(text))
    )
    events = decode([call({"name": "a"}, {"name": "b"}, {"name": "c"}, response=response)], [spec]).events
    assert [(event.answer.accepted, event.answer.detail) for event in events] == [
        (True, ""),
        (False, "no name"),
        (False, "body/rows/2 is empty"),
    ]


def test_what_an_answer_must_say_is_not_missed_where_its_body_was_not_recorded() -> None:
    spec = a_spec(replace(CALL, acceptance=Acceptance(statuses=(200,), where={"body/code": "0"})))
    text = '{"code": 40002}'
    refused = Response(status=200, headers=(), body=Body(text=text, size=len(text)))
    for response, accepted in ((refused, False), (Response(status=200), True)):
        (event,) = decode([call({"name": "a"}, response=response)], [spec]).events
        assert event.answer.accepted is accepted


def test_a_request_that_two_vendors_of_the_scenario_read_has_an_event_of_each() -> None:
    anywhere = Match(where={"param/name": ".+"})
    vendor = a_spec(a_rule("first-party", match=anywhere))
    collector = a_spec(a_rule("collected", channel="collect", match=anywhere), id="c", kind="transport", hosts=())
    accounts = {name: VendorAccount(vendor=name) for name in ("v", "c")}
    hit = an_exchange("https://shop.test/any?name=Purchase")
    events = decode([hit], [vendor, collector], accounts).events
    assert [(event.id, event.vendor, event.channel) for event in events] == [
        ("e#0", "v", "tag"),
        ("e#1", "c", "collect"),
    ]
    assert [event.vendor for event in decode([hit], [vendor, collector], {"c": accounts["c"]}).events] == ["c"]


def test_a_request_that_lacks_what_makes_an_event_is_told_and_one_that_is_none_by_design_is_not() -> None:
    named = Match(hosts=(r"t\.vendor\.test",), where={"param/name": ".+"})
    bare = a_rule("incomplete", role=Role.AUXILIARY, lacks="name")
    silent = a_rule("ping", role=Role.AUXILIARY, match=Match(hosts=(r"t\.vendor\.test",), path="/ping"))
    decoded = decode(
        [an_exchange(f"https://t.vendor.test{path}", id=path) for path in ("/hit", "/hit?name=A", "/ping", "/new")],
        [a_spec(a_rule(match=named), bare, silent)],
    )
    assert [(call.exchange, call.lacks) for call in decoded.unrecognised] == [("/hit", "name"), ("/new", "")]
    assert [event.name for event in decoded.events] == ["A"]


@pytest.mark.parametrize(
    ("leg", "sent", "expected"),
    [
        (1, NOW, NOW + 2 * DAY),  # by the machine's clock, which knows of no pause
        (1, NOW + 2 * DAY, NOW + 2 * DAY),  # by the visitor's
        (1, NOW - 10 * DAY, NOW - 8 * DAY),  # an old one, either way
        (0, NOW, NOW),  # before the pause
    ],
)
def test_an_event_sent_by_the_machines_clock_is_moved_by_the_pauses(leg: int, sent: float, expected: float) -> None:
    rule = a_rule(fields={"time": FieldRule(paths=("param/t",), using="seconds")})
    profile = Profile(id="none", title="", description="", reviewed="", sources=())
    legs = [
        LegRecord(name="", device="", profile=profile, started_at=0, finished_at=0, pause=pause)
        for pause in (0, 2 * DAY)
    ]
    received = NOW + 1 + (2 * DAY if leg else 0)
    hit = an_exchange(f"https://t.vendor.test/hit?t={sent:.0f}", at=received, leg=leg)
    [event] = decode([hit], [a_spec(rule)], legs=legs).events
    assert event.time == expected


def test_a_field_is_read_in_the_first_of_its_forms_that_is_there() -> None:
    minor = FieldRule(paths=("param/cents",), using="minor-units", options={"currency": "param/cur"})
    rule = a_rule(fields={"value": FieldRule(paths=("param/value",), using="decimal", otherwise=minor)})

    def read(query: str) -> tuple[str, str | None, list[str]]:
        (event,) = decode([an_exchange(f"https://t.vendor.test/hit?{query}")], [a_spec(rule)]).events
        return event.value, event.paths.get("value"), [problem.field for problem in event.problems]

    assert read("value=129.90&cents=1&cur=EUR") == ("129.9", "param/value", [])
    assert read("cents=12990&cur=EUR") == ("129.9", "param/cents", [])
    assert read("cents=12990&cur=JPY") == ("12990", "param/cents", [])
    assert read("value=free&cents=12990") == ("", "param/value", ["value"])
    assert read("cur=EUR") == ("", None, [])


@pytest.mark.parametrize("sent", ["A1|B2", "A1,B2", "B2"])
def test_of_several_accounts_of_one_event_the_one_that_is_meant_is_read(sent: str) -> None:
    exchange = an_exchange(f"https://t.vendor.test/hit?id={sent}")
    spec = a_spec(a_rule(fields={"account": FieldRule(paths=("param/id",))}))
    meant = VendorAccount(vendor=spec.id, accounts={"tag": "B2"})
    read = [decode([exchange], [spec], accounts).events[0].account for accounts in ({spec.id: meant}, {})]
    assert read == ["B2", sent[:2]]
