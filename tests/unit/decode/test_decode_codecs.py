"""Wrapped values are unwrapped or stay as they are; a field that cannot be read says what was expected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from harness.decode.codecs import DECODINGS, FIELDS, UnreadableError, decimal_text, text_of
from harness.model.recording import Item

TOKENS = {"separator": "~", "assign": ".", "without": r"e\d{1,5}"}


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
    ],
)
def test_a_value_is_unwrapped_or_stays(using: str, options: dict[str, Any], value: Any, unwrapped: Any) -> None:
    assert DECODINGS[using](value, options) == unwrapped


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
        ("seconds", {}, 1795286400, 1795286400.0),
        ("seconds", {}, "1795286400.5", 1795286400.5),
        ("milliseconds", {}, "1795286400123", 1795286400.123),
        ("timestamp", {}, "2026-09-21T12:00:00+02:00", 1789984800.0),
        ("timestamp", {}, "2026-09-21T10:00:00Z", 1789984800.0),
        ("timestamp", {}, "2026-09-21 12:00:00+02:00", 1789984800.0),
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
        Item(id="b"),
        Item(id=""),
        Item(id="d", quantity=1, price="dear"),
    )


def test_items_may_be_json_text_or_a_pattern() -> None:
    assert FIELDS["items"]('[{"id": "a", "quantity": 3}]', {}) == (Item(id="a", quantity=3),)
    pattern = {"pattern": r"\((?P<price>[^*]*)\*(?P<quantity>[^*]*)\*(?P<id>[^*)]*)\)"}
    assert FIELDS["items"]("(1.50*2*a)(3*1*b)", pattern) == (
        Item(id="a", quantity=2, price="1.5"),
        Item(id="b", price="3"),
    )
