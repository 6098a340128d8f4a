"""A cookie's life is cut where it is too long, and nothing else of it is touched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harness.record.cookie_caps import capped

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
WEEK = 7 * 24 * 3600


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("a=1; Path=/; Max-Age=31536000; Secure", "a=1; Path=/; Secure; Max-Age=604800"),
        ("a=1;max-age=31536000;HttpOnly", "a=1;HttpOnly; Max-Age=604800"),
        ("a=1; Expires=Mon, 22 Nov 2027 12:00:00 GMT", "a=1; Max-Age=604800"),
        ("a=1; expires=Mon, 22-Nov-2027 12:00:00 GMT; Path=/", "a=1; Path=/; Max-Age=604800"),
        ("a=1; Expires=Mon, 22 Nov 2027 12:00:00 GMT; Max-Age=60", None),
        ("a=1; Max-Age=604800", None),
        ("a=1; Expires=Mon, 23 Nov 2026 12:00:00 GMT", None),
        ("a=1; Path=/", None),
        ("a=; Max-Age=0", None),
        ("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("a=expires=never; Expires=never", None),
    ],
)
def test_only_what_lives_too_long_is_cut(cookie: str, expected: str | None) -> None:
    assert capped(cookie, WEEK, NOW) == (cookie if expected is None else expected)
