"""A request of any transport becomes one document; what cannot be parsed stays text."""

from __future__ import annotations

import base64

import pytest
from unit.decode.decode_builders import a_request

from harness.decode.documents import body_text, body_value, document_of
from harness.model.recording import Body

URL = "https://T.Vendor.test/a;b=1;c=2/hit"


def test_query_parameters_keep_empty_values_and_repeat_as_lists() -> None:
    document = document_of(a_request(f"{URL}?a=1&b=&cd%5Bvalue%5D=9&a=2&a=3&plus=x+y"))
    assert document["query"] == {"a": ["1", "2", "3"], "b": "", "cd[value]": "9", "plus": "x y"}
    assert document["param"] == document["query"]
    assert document["url"] == {"host": "t.vendor.test", "path": "/a;b=1;c=2/hit"}


def test_matrix_parameters_of_the_path_are_read() -> None:
    assert document_of(a_request("https://v.test/activity;src=1;ord=A%20B;empty=?x=1"))["matrix"] == {
        "src": "1",
        "ord": "A B",
        "empty": "",
    }


def test_a_form_adds_to_the_query_and_wins_over_it() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    document = document_of(a_request("https://v.test/?a=1&b=2", text="b=3&c=4", headers=form))
    assert document["param"] == {"a": "1", "b": "3", "c": "4"}
    assert document["query"] == {"a": "1", "b": "2"}


def test_a_json_body_stays_apart_from_the_parameters() -> None:
    document = document_of(a_request("https://v.test/?a=1", json={"a": 2}))
    assert (document["param"], document["body"]) == ({"a": "1"}, {"a": 2})


def test_an_xml_body_stays_apart_from_the_parameters() -> None:
    document = document_of(a_request("https://v.test/?a=1", text="<a>2</a>", headers={"content-type": "text/xml"}))
    assert (document["param"], document["body"]) == ({"a": "1"}, {"a": "2"})


def test_header_names_ignore_case_and_cookies_are_read_by_name() -> None:
    headers = {"COOKIE": "a=1; b=x%20y; flag; c=d=e"}
    document = document_of(a_request("https://v.test/", headers=headers))
    assert document["header"] == {"cookie": headers["COOKIE"]}
    assert document["cookie"] == {"a": "1", "b": "x y", "c": "d=e"}


def test_the_query_of_the_page_that_sent_it_is_read() -> None:
    assert document_of(a_request(), "https://shop.test/?click=1#x")["page"] == {"click": "1"}


@pytest.mark.parametrize("url", ["https://[broken/?a=1", "http://[::1", "no url at all", ""])
def test_a_broken_url_makes_a_document_without_a_host(url: str) -> None:
    assert document_of(a_request(url), url)["url"]["host"] == ""


MULTIPART = (
    '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\ntwo\r\n'
    '--B\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nfile\r\n'
    '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nthree\r\n--B--\r\n'
)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=B", 'multipart/form-data; boundary="B"', "", "text/plain"]
)
@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_multipart_fields_are_read_with_or_without_a_content_type(kind: str, ends: str) -> None:
    text = MULTIPART.replace("\r\n", ends)
    body = Body(text=text, size=len(text))
    assert body_value(body, kind) == {"a": [f"one{ends}two", "three"], "f": "file"}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('{"a": 1}', "application/json", {"a": 1}),
        ('{"a": 1}', "", {"a": 1}),
        (' [{"a": 1}]', "text/plain", [{"a": 1}]),
        ('{"a": ', "application/json", '{"a": '),
        ("[" * 100_000, "application/json", "[" * 100_000),
        ("<a><b>1</b></a>", "text/xml; charset=utf-8", {"a": {"b": "1"}}),
        ('<?xml version="1.0"?><a>1</a>', "", {"a": "1"}),
        ("<a>1</a>", "", "<a>1</a>"),
        ("<a>", "application/soap+xml", "<a>"),
        ("<!DOCTYPE a><a/>", "text/xml", "<!DOCTYPE a><a/>"),
        ("a=1&b=2", "application/x-www-form-urlencoded; charset=utf-8", {"a": "1", "b": "2"}),
        ("a=1&b=2", "", {"a": "1", "b": "2"}),
        ("a = 1", "", "a = 1"),
        ("H4sIAAAAAAACA6tWKkv==", "text/plain", "H4sIAAAAAAACA6tWKkv=="),
        ("flag=", "text/plain", {"flag": ""}),
        ("plain words", "text/plain", "plain words"),
        ("--", "multipart/form-data", "--"),
        ("", "application/json", {}),
    ],
)
def test_a_body_is_read_by_its_type_or_its_looks(text: str, kind: str, value: object) -> None:
    assert body_value(Body(text=text, size=len(text)), kind) == value


def test_bytes_are_read_as_text_as_far_as_they_are() -> None:
    assert body_text(Body(base64=base64.b64encode("ä".encode()).decode())) == "ä"
    assert body_text(Body(base64=base64.b64encode(b"a\xff").decode())) == "a�"
    assert body_text(Body(base64="!")) == ""
    assert body_text(None) == ""
