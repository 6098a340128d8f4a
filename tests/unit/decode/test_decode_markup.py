"""XML is read as nested values where that is safe, and stays text where it is not."""

from __future__ import annotations

import pytest

from harness.decode.markup import markup_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<a>1</a>", {"a": "1"}),
        ('<?xml version="1.0" encoding="utf-8"?>\n<a> x &amp; y </a>', {"a": "x & y"}),
        ("\ufeff<a><b>1</b><c/></a>", {"a": {"b": "1", "c": ""}}),
        ("<a><b>1</b><b>2</b><b>3</b></a>", {"a": {"b": ["1", "2", "3"]}}),
        ('<s:a xmlns:s="urn:x" t="1"><n:b xmlns:n="urn:y">1</n:b></s:a>', {"a": {"b": "1"}}),
        ("<s:a><n:b>1</n:b></s:a>", {"a": {"b": "1"}}),
        ('<a xmlns:i="urn:i"><b i:nil="true"/><c i:nil="false">1</c></a>', {"a": {"c": "1"}}),
        ("<a>\n <b>1</b>\n</a>", {"a": {"b": "1"}}),
        ("<a><![CDATA[<b>&]]></a>", {"a": "<b>&"}),
    ],
)
def test_elements_are_read_by_their_local_names(text: str, value: object) -> None:
    assert markup_value(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "<a>",
        "<a/><b/>",
        "<a>&b;</a>",
        '<!DOCTYPE a SYSTEM "https://vendor.test/a.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        "<a>" * 65 + "</a>" * 65,
        f"<a>{'b' * 2_000_000}</a>",
        "<a>\ud800</a>",
    ],
    ids=[
        "nothing",
        "text",
        "unclosed",
        "two roots",
        "unknown entity",
        "DTD",
        "file",
        "expansion",
        "deep",
        "long",
        "bad",
    ],
)
def test_what_is_broken_or_not_safe_is_not_read(text: str) -> None:
    assert markup_value(text) is None


def test_the_depth_of_any_call_is_read() -> None:
    assert markup_value("<a>" * 64 + "</a>" * 64) is not None
