# ruff: noqa: E501 - a summary is compared whole, on one line
"""Each step is told in a few words, in which no secret of the site's and nothing of the visitor is."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.journey import summary_of


@pytest.mark.parametrize(
    ("verb", "arguments", "expected"),
    [
        ("new_tab", {"url": "/about"}, "open /about in a new tab"),
        ("close_tab", {}, "close tab"),
        ("double_click", {"css": "b"}, "double-click b"),
        ("expect", {"url": "/thanks"}, "expect the address /thanks"),
        ("expect", {"role": "alert", "absent": True}, "expect no alert"),
        ("wait", {"request": "https://a.example/*"}, "wait for a request to https://a.example/*"),
        (
            "wait",
            {"vendor_event": {"vendor": "ads", "event": "lead", "channel": "tag"}},
            'wait for the event "lead" of ads by tag',
        ),
        ("answer", {"vendor": "ads", "status": 503, "delay": 2, "body": "secret"}, "answer ads with status 503 with a body of its own after 2 s"),
        ("answer", {"url": "/stock"}, "answer /stock as usual"),
        ("call", {"method": "POST", "url": "/till?key=s3cret", "headers": {"a": "s3cret"}}, "call POST /till"),
        ("run", {"command": ["bin/import", "s3cret"]}, "run bin/import"),
        ("script", {"code": "alert('s3cret')"}, "script"),
        ("consent", {"answer": "denied", "known": True}, "consent denied"),
        ("open", {"url": "/?a=${click_id.a}", "may_fail": True}, "open /?a=${click_id.a}"),
    ],
)  # fmt: skip
def test_what_a_step_is_called(verb: str, arguments: dict[str, Any], expected: str) -> None:
    assert summary_of(verb, arguments) == expected
