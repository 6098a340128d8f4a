"""What programs call something of a person is found in every part of a request, by its name."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from unit.decode.decode_builders import a_request

from harness.decode import personal_texts
from harness.model.recording import Exchange, Fate, Origin, Request

INNER = json.dumps({"user": {"email": "anna@b.test"}})


def named(request: Request) -> set[tuple[str, str]]:
    exchange = Exchange(id="e", origin=Origin.BROWSER, started_at=0.0, request=request, fate=Fate.ANSWERED)
    return set(personal_texts(exchange, lambda name: "mail" if name.endswith("email") else ""))


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("?email=anna%40b.test", {}),
        ("", {"json": {"list": [{"user_email": "anna@b.test"}]}}),
        ("", {"json": {"email": ["anna@b.test"]}}),
        ("", {"json": {"payload": INNER}}),
        ("", {"json": {"payload": base64.b64encode(INNER.encode()).decode()}}),
        ("", {"text": "email=anna%40b.test", "headers": {"content-type": "application/x-www-form-urlencoded"}}),
    ],
)
def test_a_value_is_found_wherever_its_name_stands(query: str, parts: dict[str, Any]) -> None:
    assert named(a_request(f"https://v.test/{query}", **parts)) == {("anna@b.test", "mail")}


def test_what_has_another_name_is_not_found() -> None:
    assert named(a_request("https://v.test/?page=1&name=anna", json={"email": True, "event": "purchase"})) == set()
