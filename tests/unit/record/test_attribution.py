"""A server's call belongs to the one run whose tokens it carries, by the surest kind, and else to none."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, quote_plus, urlencode

import pytest

from harness.model.persona import Persona, PersonaSeed
from harness.model.recording import Body, Exchange, Fate, Origin, Request
from harness.record.attribution import RunTokens, attribute, persona_tokens

ADA = Persona(
    seed=PersonaSeed(token="ada"),
    email="Ada.Lovelace+q1@Gmail.com",
    phone="+4915112345678",
    phone_national="0151 12345678",
    first_name="Ada",
    last_name="Lovelace",
    street="1 Long Street",
    city="Bonn",
    region="NW",
    postal_code="53111",
    country="DE",
    external_id="User-Ada-1",
    click_ids={"fbclid": "IwAbCdEf", "short": "abc"},
)


def call(url: str = "https://graph.test/events", body: str | bytes = "", **headers: str) -> Exchange:
    if isinstance(body, bytes):
        kept = Body(base64=base64.b64encode(body).decode(), size=len(body))
    else:
        kept = Body(text=body, size=len(body))
    sent = Request(method="POST", url=url, headers=tuple(headers.items()), body=kept if body else None)
    return Exchange(id="s0001", origin=Origin.SERVER, started_at=0, request=sent, fate=Fate.ANSWERED)


def run(run_id: str, **tokens: Iterable[str]) -> RunTokens:
    return RunTokens(run_id=run_id, tokens={kind: frozenset(values) for kind, values in tokens.items()})


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


ADAS = RunTokens(run_id="ada", tokens=persona_tokens(ADA))
# A hash whose base64 has both characters that are special in URLs, and the padding.
SPECIAL = next(
    base64.b64encode(digest(f"user-{n}")).decode()
    for n in range(1000)
    if {"+", "/"} <= set(base64.b64encode(digest(f"user-{n}")).decode())
)


@pytest.mark.parametrize(
    "body",
    [
        "ada.lovelace+q1@gmail.com",
        "ADA.LOVELACE+Q1@GMAIL.COM",
        quote("Ada.Lovelace+q1@Gmail.com"),
        digest("ada.lovelace+q1@gmail.com").hex(),
        digest("ada.lovelace+q1@gmail.com").hex().upper(),
        digest("ada.lovelace@gmail.com").hex(),
        digest("adalovelace@gmail.com").hex(),
        base64.b64encode(digest("adalovelace@gmail.com")).decode(),
        "tv.1~em." + base64.urlsafe_b64encode(digest("adalovelace@gmail.com")).decode().rstrip("="),
        digest("+4915112345678").hex(),
        digest("4915112345678").hex(),
        digest("004915112345678").hex(),
        digest("015112345678").hex(),
        "phone=0151+12345678",
        r'{"ph": "\u002b4915112345678"}',
        digest("User-Ada-1").hex(),
        digest("user-ada-1").hex(),
    ],
)
def test_a_person_is_known_by_every_usual_form(body: str) -> None:
    assert attribute(call(body=body), [ADAS, run("other")]) == ("ada", "identifier")


def test_a_mailbox_without_its_dots_is_known_at_every_domain() -> None:
    """One vendor's rule drops the dots of all mailboxes, not only of Gmail's."""
    elsewhere = RunTokens(run_id="ada", tokens=persona_tokens(replace(ADA, email="Ada.Lovelace@Mail.Example")))
    assert attribute(call(body=digest("adalovelace@mail.example").hex()), [elsewhere]) == ("ada", "identifier")
    assert attribute(call(body=digest("adalovelace@mailexample").hex()), [elsewhere]) is None


def test_tokens_of_a_person_are_long_enough_to_mean_something() -> None:
    tokens = persona_tokens(ADA)
    assert tokens["click_id"] == {"IwAbCdEf", "iwabcdef"}
    assert all(len(token) >= 6 for values in tokens.values() for token in values)


@pytest.mark.parametrize(
    ("exchange", "found"),
    [
        (call("https://graph.test/e?order=ORDER-77"), True),
        (call("https://graph.test/e?order=order-77"), True),
        (call(body='{"order":"ORDER-77"}'), True),
        (call(body=json.dumps({"data": [json.dumps({"order": "ORDER-77"})]})), True),
        (call(body=urlencode({"data": json.dumps([json.dumps({"order": "ORDER-77"})])})), True),
        (call("https://graph.test/e?u=" + quote_plus(quote_plus("https://s.test/?o=ORDER-77"))), True),
        (call(baggage="order=ORDER-77"), True),
        (call(body=b"--x\r\n\xff\xfe\r\nORDER-77\r\n--x"), True),
        (call(body=r'"line\nORDER-77\n"'), True),
        (call(body="ORDER-771"), False),
        (call(body="XORDER-77"), False),
        (call(body="ORDER-78"), False),
        (call(body="ORDER-771 and ORDER-77"), True),
    ],
)
def test_a_token_is_found_wherever_it_stands_but_not_within_another(exchange: Exchange, found: bool) -> None:
    expected = ("one", "order_id") if found else None
    assert attribute(exchange, [run("one", order_id=["ORDER-77"]), run("two", order_id=["ORDER-99"])]) == expected


@pytest.mark.parametrize("wrap", [str, quote_plus, quote, lambda text: json.dumps(text).replace("/", "\\/")])
def test_a_base64_hash_is_found_however_it_is_escaped(wrap: object) -> None:
    assert callable(wrap)
    body = f"em={wrap(SPECIAL)}"
    assert attribute(call(body=body), [run("one", identifier=[SPECIAL.rstrip("=")])]) == ("one", "identifier")


def test_click_ids_differ_by_case() -> None:
    runs = [run("one", click_id=["AbCdEfGh"]), run("two", click_id=["aBcDeFgH"])]
    assert attribute(call(body="fb.1.1700000000.aBcDeFgH"), runs) == ("two", "click_id")
    assert attribute(call(body="abcdefgh"), runs) is None


def test_the_surest_kind_decides() -> None:
    runs = [
        run("one", trace=["4bf92f3577b34da6"], identifier=["ada@mail.test"]),
        run("two", trace=["0000000000000001"], identifier=["bob@mail.test"]),
    ]
    exchange = call(body="bob@mail.test", traceparent="00-4bf92f3577b34da6-00f067aa0ba902b7-01")
    assert attribute(exchange, runs) == ("one", "trace")


def test_what_fits_two_runs_is_left_to_the_next_kind_and_else_to_nobody() -> None:
    same = {"event_id": ["event-1"]}
    runs = [run("one", **same, browser_id=["fb.1.1.111111"]), run("two", **same, browser_id=["fb.1.1.222222"])]
    assert attribute(call(body="event-1"), runs) is None
    assert attribute(call(body="event-1 fb.1.1.222222"), runs) == ("two", "browser_id")


def test_short_tokens_and_empty_calls_tell_nothing() -> None:
    assert attribute(call(body="12345"), [run("one", order_id=["12345"])]) is None
    assert attribute(call(), [run("one", order_id=["ORDER-77"])]) is None
    assert attribute(call(body="ORDER-77"), []) is None
