"""What is asked of a real blocker, and when are its decision and ours the same?"""

from __future__ import annotations

import pytest

from harness.errors import RecordingError
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.filters import parse
from harness.record.real_blocker import INSTALL, _batches, _by_page, _comparison, find_firefox

PAGE = "https://www.shop.example/cart?id=7"


def facts(url: str, type_: str = "image", page: str = PAGE) -> RequestFacts:
    return RequestFacts(url=url, page=page, type=type_)


def engine(*rules: str) -> FilterEngine:
    return FilterEngine(parse("\n".join(rules), "list").rules)


@pytest.mark.parametrize(
    ("rules", "arrived", "ours", "theirs"),
    [
        ((), {"https://ads.example/p?a=1"}, "sent", "sent"),
        (("||ads.example^",), set(), "blocked", "blocked"),
        (("||ads.example^",), {"https://ads.example/p?a=1"}, "blocked", "sent"),
        ((), set(), "sent", "blocked"),
        (("$removeparam=a",), {"https://ads.example/p"}, "stripped of a", "stripped of a"),
        (("$removeparam=a",), {"https://ads.example/p?a=1"}, "stripped of a", "sent"),
        ((), {"https://other.example/p?a=1"}, "sent", "blocked"),
    ],
)
def test_a_request_is_sent_blocked_or_stripped(
    rules: tuple[str, ...], arrived: set[str], ours: str, theirs: str
) -> None:
    found = _comparison(facts("https://ads.example/p?a=1"), engine(*rules), arrived)
    assert (found.ours, found.theirs, found.is_alike) == (ours, theirs, ours == theirs)
    assert bool(found.rule) == bool(rules)


def test_requests_are_asked_for_from_the_home_page_of_their_site_and_each_once() -> None:
    asked = [
        facts("https://ads.example/p"),
        facts("https://ads.example/p"),
        facts("https://ads.example/p", "script"),
        facts("https://ads.example/q", page="https://pay.example/done"),
        facts("https://ads.example/font", "font"),
        facts("http://ads.example/p"),
        facts("https://ads.example/nobody", page=""),
    ]
    assert {page: [request.url for request in each] for page, each in _by_page(asked).items()} == {
        "https://www.shop.example/": ["https://ads.example/p", "https://ads.example/p"],
        "https://pay.example/": ["https://ads.example/q"],
    }


def test_two_requests_of_one_path_are_not_asked_at_once() -> None:
    """Their parameters may be taken off, and then nobody could tell them apart."""
    one, two, other = (facts(f"https://ads.example/{path}") for path in ("p?a=1", "p?a=2", "q"))
    assert list(_batches([one, other, two])) == [[one, other], [two]]
    assert [len(batch) for batch in _batches([facts(f"https://ads.example/{n}") for n in range(30)])] == [24, 6]


def test_a_missing_program_says_how_to_get_it() -> None:
    with pytest.raises(RecordingError) as caught:
        find_firefox("no-such-firefox")
    assert INSTALL in str(caught.value)
