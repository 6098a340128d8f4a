"""Bodies are decoded, kept as text where they are text, and cut where they are long."""

from __future__ import annotations

import base64
import gzip
import zlib

import brotli
import pytest
import zstandard
from mitmproxy import http

from harness.model.recording import Body, Request, Response
from harness.record.messages import (
    LONGEST_BODY,
    body_from,
    content_of,
    message_from,
    page_of,
    request_from,
    response_from,
)

TEXT = "naïve €".encode()


def request(content: bytes, **headers: str) -> http.Request:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.Request.make("POST", "https://collect.test/v1?a=1", content, fields)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("br", brotli.compress(TEXT)),
        ("zstd", zstandard.ZstdCompressor().compress(TEXT)),
        ("identity", TEXT),
        ("", gzip.compress(TEXT)),
    ],
    ids=("gzip", "zlib", "deflate", "br", "zstd", "identity", "untold gzip"),
)
def test_a_content_encoding_is_undone(encoding: str, packed: bytes) -> None:
    message = request(b"")
    message.raw_content = packed
    if encoding:
        message.headers["content-encoding"] = encoding
    assert request_from(message).body == Body(text=TEXT.decode(), size=len(TEXT))


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_a_damaged_body_is_kept_as_it_came(encoding: str) -> None:
    content = b"\x1f\x8bnot gzip at all \xff"
    message = request(b"")
    message.raw_content = content
    if encoding:
        message.headers["content-encoding"] = encoding
    assert request_from(message).body == Body(base64=base64.b64encode(content).decode(), size=len(content))


def test_an_empty_body_is_none() -> None:
    assert body_from(b"") is None
    assert body_from(None) is None
    assert content_of(None) == b""


def test_a_long_text_is_cut_between_characters_and_its_length_told() -> None:
    content = b"x" * (LONGEST_BODY - 1) + "€".encode() * 10
    body = body_from(content)
    assert body is not None
    assert body.text == "x" * (LONGEST_BODY - 1)
    assert body.size == len(content)


def test_a_text_that_ends_in_half_a_character_is_binary() -> None:
    body = body_from("€".encode()[:2])
    assert body is not None
    assert body.text is None
    assert content_of(body) == "€".encode()[:2]


def test_bytes_that_cannot_be_stored_are_replaced() -> None:
    message = request(b"", referer="x")
    message.headers.fields = ((b"referer", b"https://\xff.test/"),)
    assert request_from(message).headers == (("referer", "https://\ufffd.test/"),)


def test_an_answer_becomes_a_message_with_a_length_of_its_own() -> None:
    wrong = (("Content-Length", "999"), ("Content-Encoding", "gzip"), ("set-cookie", "a=1"), ("set-cookie", "b=2"))
    message = message_from(Response(status=201, headers=wrong, body=Body(text="€", size=3)))
    assert (message.status_code, message.raw_content, message.reason) == (201, "€".encode(), "Created")
    assert message.headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert message.headers["content-length"] == "3"
    assert "content-encoding" not in message.headers
    assert response_from(message).body == Body(text="€", size=3)
    assert "content-length" not in message_from(Response(status=204)).headers


def test_of_a_download_that_only_went_through_the_length_is_told() -> None:
    message = http.Response.make(200, b"", {"content-length": "50000000"})
    message.headers["content-length"] = "50000000"
    message.stream = True
    assert response_from(message).body == Body(text="", size=50000000)


@pytest.mark.parametrize(
    ("headers", "url", "page"),
    [
        ({}, "https://ads.test/", "https://shop.test/cart"),
        ({"referer": "https://shop.test/"}, "https://ads.test/", "https://shop.test/cart"),
        ({"origin": "https://shop.test"}, "wss://ads.test/", "https://shop.test/cart"),
        ({"origin": "null"}, "https://ads.test/", "https://shop.test/cart"),
        ({"referer": "https://shop.test/"}, "https://shop.test/logo.png", "https://shop.test/"),
        ({"referer": "https://frame.test/"}, "https://ads.test/", "https://frame.test/"),
        (
            {"referer": "https://frame.test/a", "origin": "https://frame.test"},
            "https://ads.test/",
            "https://frame.test/a",
        ),
    ],
)
def test_the_page_is_what_the_headers_tell_or_where_the_journey_is(
    headers: dict[str, str], url: str, page: str
) -> None:
    sent = Request(method="GET", url=url, headers=tuple(headers.items()))
    assert page_of(sent, "https://shop.test/cart") == page
