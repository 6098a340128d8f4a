"""A digest is known by its looks, in every encoding vendors take."""

from __future__ import annotations

import pytest

from harness.comparators.digests import digest_of, encoded, encoding_of, is_digest, sha256

DIGEST = sha256("jane.doe@example.com")
HEX = "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d"
BASE64URL = "huC55WwXzE0SOH4ZSbhQU_vnO8POWhGIcTqdMAzGEz0"


def test_a_digest_is_written_in_each_encoding() -> None:
    assert encoded(DIGEST, "hex") == HEX
    assert encoded(DIGEST, "base64url") == BASE64URL
    assert encoded(DIGEST, "base64") == BASE64URL.replace("_", "/") + "="


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (HEX, "hex"),
        (HEX.upper(), "hex-upper"),
        (BASE64URL, "base64url"),
        (BASE64URL + "=", "base64"),
        (BASE64URL.replace("_", "/") + "=", "base64"),
        ("jane.doe@example.com", ""),
        (HEX[:-1], ""),
    ],
)
def test_the_encoding_of_a_value_is_seen(value: str, encoding: str) -> None:
    assert encoding_of(value) == encoding
    assert digest_of(value) == (DIGEST if encoding else None)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (HEX, True),
        (BASE64URL, True),
        ("5d41402abc4b2a76b9719d911017c592", True),
        ("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", True),
        ("jane.doe@example.com", False),
        ("+493023125042", False),
        ("", False),
        (HEX + "0", False),
    ],
)
def test_hashes_of_any_usual_kind_are_told_from_plain_values(value: str, is_one: bool) -> None:
    assert is_digest(value) == is_one
