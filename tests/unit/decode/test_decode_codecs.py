"""Wrapped values are unwrapped or stay as they are; a field that cannot be read says what was expected."""

from __future__ import annotations

import base64
import gzip
import re
from decimal import Decimal
from typing import Any

import pytest

from harness.decode.codecs import DECODINGS, FIELDS, UnreadableError, decimal_text, text_of
from harness.model.recording import Item

TOKENS = {"separator": "~", "assign": ".", "without": r"e\d{1,5}"}


def packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def hidden(address: str) -> str:
    return base64.b64encode(address.encode()).decode()


@pytest.mark.parametrize(
    ("using", "options", "value", "unwrapped"),
    [
        ("json", {}, '{"a": [1]}', {"a": [1]}),
        ("json", {}, "{broken", "{broken"),
        ("json", {}, {"a": 1}, {"a": 1}),
        ("json", {"as": "list"}, '[{"a": 1}]', [{"a": 1}]),
        ("json", {"as": "list"}, '{"a": 1}', [{"a": 1}]),
        ("json", {"as": "list"}, ['{"a": 1}', '{"b": 2}', "x"], [{"a": 1}, {"b": 2}, "x"]),
        ("percent", {}, "a%20b%2Bc", "a b+c"),
        ("percent", {}, 7, 7),
        ("base64-json", {}, "eyJhIjogIsO8In0", {"a": "ü"}),
        ("base64-json", {}, "eyJhIjogIj8_In0=", {"a": "??"}),
        ("base64-json", {}, "not base64!", "not base64!"),
        ("base64-json", {}, "/w==", "/w=="),
        ("base64-json", {}, None, None),
        ("tokens", TOKENS, "tv.1~em.abc~em.def~co0.DE", {"tv": ["1"], "em": ["abc", "def"], "co0": ["DE"]}),
        ("tokens", TOKENS, "tv.1~ct0.st. p%25C3%25B6lten", {"tv": ["1"], "ct0": ["st. pölten"]}),
        ("tokens", TOKENS, "tv.1~em.e3~pn.e12345~fn0.e123456", {"tv": ["1"], "fn0": ["e123456"]}),
        ("tokens", TOKENS, "tv.1~em.~.x~y", {"tv": ["1"]}),
        ("tokens", {}, ["a"], ["a"]),
        ("pairs", {}, "event=purchase;x=a%3Db;flag", {"event": "purchase", "x": "a=b"}),
        ("pairs", {"separator": "|", "assign": ":"}, "a:1|b:2", {"a": "1", "b": "2"}),
        ("pairs", {}, 1, 1),
        ("lines", {}, "en=a&x=1\r\n\r\nen=b c", ["en=a&x=1", "en=b c"]),
        ("lines", {"by": "whitespace"}, "en=a&x=1 en=b\nen=c", ["en=a&x=1", "en=b", "en=c"]),
        ("lines", {}, {"en": "a"}, {"en": "a"}),
        ("base64-gzip-json", {}, packed(b'{"a": "\xc3\xbc"}'), {"a": "ü"}),
        ("base64-gzip-json", {}, packed(b"no JSON"), "no JSON"),
        ("base64-gzip-json", {}, packed(b"[1]")[:-12], packed(b"[1]")[:-12]),
        ("base64-gzip-json", {}, packed(b"\xff"), packed(b"\xff")),
        ("base64-gzip-json", {}, "eyJhIjogMX0=", "eyJhIjogMX0="),
        ("base64-gzip-json", {}, '{"a": 1}', '{"a": 1}'),
        ("base64-gzip-json", {}, {"a": 1}, {"a": 1}),
        ("base64-query", {}, "text", "text"),
        ("brackets", {}, "text", "text"),
    ],
)
def test_a_value_is_unwrapped_or_stays(using: str, options: dict[str, Any], value: Any, unwrapped: Any) -> None:
    assert DECODINGS[using](value, options) == unwrapped


def test_a_small_body_that_unfolds_to_a_huge_one_stays_packed() -> None:
    bomb = packed(b'"' + b"a" * 3_000_000 + b'"')
    assert len(bomb) < 10_000
    assert DECODINGS["base64-gzip-json"](bomb, {}) == bomb
    large = packed(b'"' + b"a" * 1_900_000 + b'"')
    assert len(DECODINGS["base64-gzip-json"](large, {})) == 1_900_000


@pytest.mark.parametrize(
    ("flat", "unfolded"),
    [
        ({"ed[value]": "5", "tid": "1"}, {"ed": {"value": "5"}}),
        ({"ed[items][1][id]": "B", "ed[items][0][id]": "A"}, {"ed": {"items": [{"id": "A"}, {"id": "B"}]}}),
        ({"ids[]": ["a", "b"]}, {"ids": ["a", "b"]}),
        ({"ids[]": "a"}, {"ids": ["a"]}),
        ({"ed": {"a": 1, "b": 2}, "ed[b]": "3"}, {"ed": {"a": 1, "b": "3"}}),
        ({"ed": "text", "ed[b]": "3"}, {"ed": "text"}),
        ({"ed[a]": "1", "ed[a][b]": "2"}, {"ed": {"a": "1"}}),
        ({"ed[a": "1", "[b]": "2", "c]": "3"}, {}),
        ({"n[٣]": "1", "n[01]": "2"}, {"n": {"٣": "1", "01": "2"}}),
        ({"d" + "[x]" * 9: "1"}, {}),
    ],
)
def test_keys_in_brackets_are_unfolded_beside_themselves(flat: dict[str, Any], unfolded: dict[str, Any]) -> None:
    assert DECODINGS["brackets"](flat, {}) == {**flat, **unfolded}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (hidden("/g/collect?v=2&t=a%20b"), {"v": "2", "t": "a b"}),
        (hidden("/g?nn=??>").replace("+", " "), {"nn": "??>"}),  # a plus sign that nobody escaped
        (hidden("v=2&t=a"), {}),
        (hidden("/g/collect"), {}),
        ("L2", {}),
        ("\xe9", {}),
        ([hidden("/g?v=2")], {}),
    ],
)
def test_a_hidden_query_is_shown_beside_the_keys(value: Any, shown: dict[str, Any]) -> None:
    assert DECODINGS["base64-query"]({"c": "1", "z": value}, {}) == {"c": "1", "z": value, **shown}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (None, ""),
        ("  x ", "  x "),
        (129.90, "129.9"),
        (1e21, "1000000000000000000000"),
        (1001, "1001"),
        (["LDU"], "LDU"),
        (["a", "b"], '["a", "b"]'),
        ({"b": 1, "a": "ü"}, '{"a": "ü", "b": 1}'),
    ],
)
def test_values_are_shown_as_a_person_would_compare_them(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("number", "text"), [("129.90", "129.9"), ("1.299E2", "129.9"), ("-0.00", "0"), ("1E3", "1000")]
)
def test_equal_numbers_are_one_text(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text


@pytest.mark.parametrize(
    ("using", "options", "value", "read"),
    [
        ("text", {}, 12, "12"),
        ("text", {"case": "upper"}, "eur", "EUR"),
        ("decimal", {}, "129.90", "129.9"),
        ("decimal", {}, 129.9, "129.9"),
        ("decimal", {}, " 1e2 ", "100"),
        ("decimal", {}, "-5", "-5"),
        ("decimal", {"per": 1000000}, "129900000", "129.9"),
        ("decimal", {"per": 1000}, 2000, "2"),
        ("minor-units", {"currency": "EUR"}, 12990, "129.9"),
        ("minor-units", {"currency": "jpy"}, "12990", "12990"),
        ("minor-units", {"currency": "KWD"}, "12990", "12.99"),
        ("minor-units", {}, "5", "0.05"),
        ("seconds", {}, 1795286400, 1795286400.0),
        ("seconds", {}, "1795286400.5", 1795286400.5),
        ("milliseconds", {}, "1795286400123", 1795286400.123),
        ("microseconds", {}, "1795286400123456", 1795286400.123456),
        ("digest", {}, " order-1001-purchase ", "798c1ea61f18eba68dc809d88fdb4a94672e06fe20a97efdde8f108241d22190"),
        ("digest", {}, 123, "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3"),
        (
            "digest",
            {},
            "A665A45920422F9D417E4867EFDC4FB8A04A1F3FFF1FA07E998E86F7F7A27AE3",
            "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3",
        ),
        ("timestamp", {}, "2026-09-21T12:00:00+02:00", 1789984800.0),
        ("timestamp", {}, "2026-09-21T10:00:00Z", 1789984800.0),
        ("timestamp", {}, "2026-09-21 12:00:00+02:00", 1789984800.0),
        ("timestamp", {"zone": "UTC"}, "2026-09-21T10:00:00", 1789984800.0),
        ("timestamp", {"zone": "UTC"}, "2026-09-21T12:00:00+02:00", 1789984800.0),
        ("pattern", {"pattern": r"/(?P<value>\d+)$"}, "customers/1/actions/23", "23"),
        ("pattern", {"pattern": r"/(?P<value>\d+)$"}, "no match", "no match"),
    ],
)
def test_a_field_is_read(using: str, options: dict[str, Any], value: Any, read: Any) -> None:
    assert FIELDS[using](value, options) == read


@pytest.mark.parametrize(
    ("using", "value"),
    [
        ("decimal", "129,90"),
        ("minor-units", "129.90"),
        ("minor-units", "12,990"),
        ("decimal", "€ 129.90"),
        ("decimal", "1,299.00"),
        ("decimal", "NaN"),
        ("decimal", "Infinity"),
        ("decimal", True),
        ("decimal", ""),
        ("decimal", {"amount": 1}),
        ("seconds", 1795286400123),
        ("seconds", "yesterday"),
        ("seconds", -1),
        ("milliseconds", 1795286400),
        ("milliseconds", "*"),
        ("microseconds", 1795286400123),
        ("timestamp", "2026-09-21T12:00:00"),
        ("timestamp", "21.09.2026"),
        ("timestamp", 1795286400),
        ("items", "no list"),
        ("items", {"id": 1}),
    ],
)
def test_a_field_that_is_not_what_it_should_be_says_what_was_expected(using: str, value: Any) -> None:
    with pytest.raises(UnreadableError, match=r"\w+"):
        FIELDS[using](value, {})


def test_items_are_read_by_the_vendor_s_names_of_their_parts() -> None:
    lines = [{"sku": 7, "qty": "2", "cost": 64.950}, {"sku": "b"}, "c", {"sku": "d", "qty": "many", "cost": "dear"}]
    options = {"id": "sku", "quantity": "qty", "price": "cost"}
    assert FIELDS["items"](lines, options) == (
        Item(id="7", quantity=2, price="64.95"),
        Item(id="b", quantity=None),
        Item(id="", quantity=None),
        Item(id="d", quantity=None, price="dear"),
    )


def test_every_parameter_may_be_an_item() -> None:
    options = {"every": True, "pattern": r"^(?=(?:.*~)?id(?P<id>[^~]*)|)(?=(?:.*~)?qt(?P<quantity>[^~]*)|).+"}
    assert FIELDS["items"](["idA~qt2", "nmX~idB", "nmX"], options) == (
        Item(id="A", quantity=2),
        Item(id="B", quantity=None),
        Item(id="", quantity=None),
    )


def test_items_may_be_json_text_or_a_pattern() -> None:
    assert FIELDS["items"]('[{"id": "a", "quantity": 3}]', {}) == (Item(id="a", quantity=3),)
    pattern = {"pattern": r"\((?P<price>[^*]*)\*(?P<quantity>[^*]*)\*(?P<id>[^*)]*)\)"}
    assert FIELDS["items"]("(1.50*2*a)(3*1*b)", pattern) == (
        Item(id="a", quantity=2, price="1.5"),
        Item(id="b", price="3"),
    )


@pytest.mark.parametrize(
    ("text", "options", "seconds"),
    [
        ("2026-01-31 12:00:00+0100", {}, 1769857200.0),
        ("2026-01-31 12:00:00", {"zone": "+01:00"}, 1769857200.0),
        ("2026-01-31 12:00:00 Europe/Berlin", {"zone": "UTC"}, 1769857200.0),
        ("1/31/2026 12:00:00 PM", {"zone": "Europe/Berlin"}, 1769857200.0),
        ("1769857200", {}, 1769857200.0),
        ("1769857200000", {}, 1769857200.0),
    ],
)
def test_a_date_and_time_is_in_the_zone_it_names_or_in_that_of_the_file(
    text: str, options: dict[str, Any], seconds: float
) -> None:
    formats = ["seconds", "milliseconds", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"]
    assert FIELDS["date-time"](text, {"formats": formats, **options}) == seconds


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-01-31 12:00:00", "", "a time zone, in the row or in the line above the table"),
        ("2026-01-31 12:00:00", "Mars/Olympus", "a time zone such as +0100 or Europe/Berlin"),
        ("31.01.2026 12:00", "UTC", "a date and time in one of the documented forms"),
    ],
)
def test_a_date_and_time_that_cannot_be_read_says_what_was_expected(text: str, zone: str, expected: str) -> None:
    with pytest.raises(UnreadableError, match=re.escape(expected)):
        FIELDS["date-time"](text, {"formats": ["%Y-%m-%d %H:%M:%S"], "zone": zone})
