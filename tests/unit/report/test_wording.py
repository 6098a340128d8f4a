"""Words and numbers as every report says them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from report_builders import a_row, failing_result, healthy_result, inconclusive_result, real_like_result

from harness.model.result import SuiteResult
from harness.model.theme import PLAIN
from harness.report import REPORTERS
from harness.report.wording import clean, counted_words, listing, number, plain, shorten, state_sign


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\ud800", "\uffff"])
def test_what_cannot_be_printed_becomes_visible(character: str) -> None:
    assert clean(f"a{character}b") == f"a\\u{ord(character):04x}b"


def test_newlines_and_tabs_stay() -> None:
    assert clean("a\r\nb\tc\rd") == "a\nb\tc\nd"


def test_listing() -> None:
    assert [listing(names) for names in ((), "a", "ab", "abc", "aab")] == ["", "a", "a and b", "a, b and c", "a and b"]
    assert listing("abcdef", limit=3) == "a, b and 4 more"


def test_numbers_and_values() -> None:
    assert [number(1, "run"), number(2, "run"), number(1200, "canary", "canaries")] == [
        "1 run",
        "2 runs",
        "1,200 canaries",
    ]
    assert [plain(value) for value in (None, True, 20.0, {"a": [1, "x"]}, [])] == [
        "not known",
        "yes",
        "20",
        "a: 1, x",
        "none",
    ]


def test_shortened_text_says_how_much_is_missing() -> None:
    assert shorten("x" * 40, 4) == "xxxx… (36 more characters)"


def test_text_is_not_shortened_by_less_than_saying_so_takes() -> None:
    assert shorten("x" * 10, 4) == "x" * 10


_PLURALS = (
    "calls|canaries|characters|checks|click IDs|entries|events|fields|findings|hosts|kinds|orders|pictures|profiles|"
    "recordings|requests|rules|runs|scenarios|seconds|steps|times|values|vendors|visits"
)


@pytest.mark.parametrize("make", [healthy_result, failing_result, inconclusive_result, real_like_result])
@pytest.mark.parametrize("reporter", ["html", "junit", "markdown"])
def test_one_of_a_kind_is_told_in_the_singular(make: Callable[[], SuiteResult], reporter: str) -> None:
    text = REPORTERS[reporter].render(make(), PLAIN)
    told = re.sub(r"<[^>]+>", " | ", re.sub(r"<(style|script|pre)\b.*?</\1>", "", text, flags=re.DOTALL))
    assert re.findall(rf"(?<![\w.,:-])1\s+(?:[a-z]+\s)?(?:{_PLURALS})\b", told) == []


def test_an_unknown_state_is_shown_as_it_is_called() -> None:
    assert state_sign("not-observable").word == "not observable"


def test_a_count_names_every_number_that_is_possible() -> None:
    rows = (a_row("meta"), a_row("meta", alternatives=(1, 2)), a_row("meta", counted=None))
    assert [counted_words(row) for row in rows] == ["1", "1 or 2", ""]
