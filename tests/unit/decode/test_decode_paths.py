"""A path finds every value it names, says where each stood, and changes nothing it is not asked to."""

from __future__ import annotations

import pytest

from harness.decode.paths import places, replaced

DOCUMENT = {
    "body": {
        "data": [{"id": 1, "dom.url": "a"}, {"id": 2}],
        "cd[value]": "9",
        "fb_event_id_A_1": "x",
        "fb_event_id_B_2": "y",
        "empty": {},
        "none": None,
    }
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("body/data/*/id", [("body/data/0/id", 1), ("body/data/1/id", 2)]),
        ("body/data/1/id", [("body/data/1/id", 2)]),
        ("body/data/2/id", []),
        ("body/data/id", []),
        ("body/data/*/dom.url", [("body/data/0/dom.url", "a")]),
        ("body/cd[value]", [("body/cd[value]", "9")]),
        ("body/fb_event_id_*", [("body/fb_event_id_A_1", "x"), ("body/fb_event_id_B_2", "y")]),
        ("body/cd[*]", [("body/cd[value]", "9")]),
        ("*/cd[value]", [("body/cd[value]", "9")]),
        ("body/none", [("body/none", None)]),
        ("body/empty/*", []),
        ("body/cd[value]/deeper", []),
        ("nothing", []),
    ],
)
def test_every_value_at_a_path_comes_with_its_own_place(path: str, found: list[tuple[str, object]]) -> None:
    assert list(places(DOCUMENT, path)) == found


def test_a_key_that_holds_a_star_is_preferred_to_the_wildcard() -> None:
    assert list(places({"a*": 1, "ab": 2}, "a*")) == [("a*", 1)]


def test_keys_that_are_no_text_are_passed_over() -> None:
    assert list(places({1: "x", "a1": "y"}, "a*")) == [("a1", "y")]


def test_replacing_changes_the_values_at_the_path_only() -> None:
    changed = replaced(DOCUMENT, "body/data/*/id", lambda value: value * 10)
    assert [value for _, value in places(changed, "body/data/*/id")] == [10, 20]
    assert changed["body"]["data"][0]["dom.url"] == "a"
    assert [value for _, value in places(DOCUMENT, "body/data/*/id")] == [1, 2]


@pytest.mark.parametrize("path", ["body/nothing", "body/data/9", "body/cd[value]/deeper", "nothing/at/all"])
def test_replacing_where_nothing_is_gives_the_same_document(path: str) -> None:
    assert replaced(DOCUMENT, path, lambda value: "changed") == DOCUMENT


def test_replacing_reaches_wildcard_keys_and_single_items() -> None:
    assert replaced({"a1": 1, "a2": 2, "b": 3}, "a*", str) == {"a1": "1", "a2": "2", "b": 3}
    assert replaced({"a": [1, 2]}, "a/1", str) == {"a": [1, "2"]}


ANSWER = {
    "errors": [
        {"index": 0, "warning": True, "at": {"fields": [{"index": 3}]}},
        {"index": 1, "at": {"fields": [{"index": 4}]}, "rows": [1, 2]},
        {"index": 1, "warning": False},
        {},
    ]
}


@pytest.mark.parametrize(
    ("path", "places_found"),
    [
        ("errors/*[index=1]", [1, 2]),
        ("errors/*[index=1][warning=false]", [2]),
        ("errors/*[index=1][warning=]", [1]),
        ("errors/1[index=1]", [1]),
        ("errors/0[index=1]", []),
        ("errors/*[at.fields.0.index=4]", [1]),
        ("errors/*[rows=2]", [1]),
        ("errors/*[rows=3]", []),
        ("errors/*[]", [3]),
        ("errors/3[]", [3]),
        ("errors/0[]", []),
        ("errors/9[]", []),
    ],
)
def test_items_are_named_by_place_and_by_what_they_have(path: str, places_found: list[int]) -> None:
    assert [place for place, _ in places(ANSWER, path)] == [f"errors/{index}" for index in places_found]


def test_an_object_in_place_of_a_list_is_the_only_one_where_conditions_tell_it() -> None:
    one = {"error": {"index": "0", "text": "bad"}, "errors": {"index": {"*": "x"}}}
    assert list(places(one, "error/*[index=0]/text")) == [("error/text", "bad")]
    assert list(places(one, "error/*[index=1]/text")) == []
    assert list(places(one, "error/*[]")) == []
    assert list(places(one, "error/*")) == [("error/index", "0"), ("error/text", "bad")]
