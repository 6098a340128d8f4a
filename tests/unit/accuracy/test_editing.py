"""A field is changed where it stands, and nothing else is."""

from __future__ import annotations

import json

import pytest

from harness.accuracy.editing import GONE, NotThereError, edited, substituted
from harness.model.recording import Body, Request


def request(url: str = "https://v.example/t?a=1&b=x%20y&a=2", text: str = "", **changes: object) -> Request:
    body = Body(text=text, size=len(text)) if text else None
    return Request(method="POST", url=url, body=body, **changes)  # type: ignore[arg-type]


def body_of(changed: Request) -> str:
    assert changed.body is not None
    assert changed.body.text is not None
    return changed.body.text


def test_every_parameter_of_the_name_is_changed() -> None:
    assert edited(request(), "param/a", lambda value: value * 2).url == "https://v.example/t?a=11&b=x%20y&a=22"


def test_a_parameter_goes() -> None:
    assert edited(request(), "query/a", lambda value: GONE).url == "https://v.example/t?b=x%20y"


def test_a_parameter_may_be_in_a_form() -> None:
    assert (
        body_of(edited(request("https://v.example/t", "a=1&b=2"), "param/b", lambda value: "ü&")) == "a=1&b=%C3%BC%26"
    )


def test_json_is_changed_at_its_path() -> None:
    text = json.dumps({"data": [{"id": "x", "other": 1}, {"id": "y"}]})
    changed = edited(request(text=text), "body/data/0/id", lambda value: value + "!")
    assert json.loads(body_of(changed)) == {"data": [{"id": "x!", "other": 1}, {"id": "y"}]}
    gone = edited(request(text=text), "body/data/0/id", lambda value: GONE)
    assert json.loads(body_of(gone)) == {"data": [{"other": 1}, {"id": "y"}]}


def test_json_inside_a_parameter_is_changed() -> None:
    url = "https://v.example/t?ed=%7B%22value%22%3A12.5%7D"
    assert edited(request(url), "param/ed/value", lambda value: value * 2).url.endswith("?ed=%7B%22value%22%3A25.0%7D")


def test_a_vendors_list_around_it_is_looked_through() -> None:
    url = "https://v.example/t?event=%5B%5B%22tw%22%2C%7B%22id%22%3A%22a%22%7D%5D%5D"
    changed = edited(request(url), "param/event/id", lambda value: "b")
    assert changed.url.endswith("event=%5B%5B%22tw%22%2C%7B%22id%22%3A%22b%22%7D%5D%5D")


def test_a_part_of_a_path_is_changed() -> None:
    changed = edited(request("https://v.example/act;src=1;cost=12.50;ord=a%2Bb?"), "matrix/cost", lambda value: "0")
    assert changed.url == "https://v.example/act;src=1;cost=0;ord=a%2Bb"


def test_a_header_is_changed_whatever_its_case() -> None:
    changed = edited(request(headers=(("X-Account", "1"), ("other", "2"))), "header/x-account", lambda value: "9")
    assert changed.headers == (("X-Account", "9"), ("other", "2"))


def test_a_text_is_replaced_in_url_and_body_however_it_is_encoded() -> None:
    changed = substituted(request("https://v.example/t?m=a%40b.example", '{"m": "a@b.example"}'), "a@b.example", "c d")
    assert (changed.url, body_of(changed)) == ("https://v.example/t?m=c%20d", '{"m": "c d"}')


@pytest.mark.parametrize("path", ["param/z", "body/z", "header/z", "matrix/z", "path/account", "event"])
def test_what_is_not_there_cannot_be_changed(path: str) -> None:
    with pytest.raises(NotThereError):
        edited(request(text='{"a": 1}'), path, lambda value: value)


def test_a_text_that_is_not_there_cannot_be_replaced() -> None:
    with pytest.raises(NotThereError):
        substituted(request(), "nowhere", "x")


def test_a_short_text_is_put_in_whole_words_alone() -> None:
    body = '{"country": "de", "id": "3de4", "ed": "%22de%22"}'
    changed = substituted(request("https://v.example/t?ct=de&id=ade1", body), "de", "x")
    assert changed.url == "https://v.example/t?ct=x&id=ade1"
    assert changed.body is not None
    assert changed.body.text == '{"country": "x", "id": "3de4", "ed": "%22x%22"}'
