"""The latest answer that fits is given, as often as it was chosen for."""

from __future__ import annotations

from harness.model.recording import Exchange, Fate, Origin, Request
from harness.record.addresses import is_at
from harness.record.chosen_answers import AnswerBook, ChosenAnswer


def exchange(url: str) -> Exchange:
    return Exchange(
        id="b0001", origin=Origin.BROWSER, started_at=0, request=Request(method="GET", url=url), fate=Fate.PENDING
    )


def book(*answers: ChosenAnswer) -> AnswerBook:
    found = AnswerBook(lambda sent: {("ads", "capi", "purchase")} if "ads.example" in sent.request.url else set())
    for answer in answers:
        found.choose(answer)
    return found


def statuses(found: AnswerBook, url: str, times: int = 3) -> list[int | None]:
    given = [found.answer_to(exchange(url)) for _ in range(times)]
    return [answer.status if answer is not None else None for answer in given]


def test_an_answer_is_given_as_often_as_it_was_chosen_for_and_then_the_one_before() -> None:
    found = book(ChosenAnswer(vendor="ads", status=500), ChosenAnswer(vendor="ads", status=429, times=2))
    assert statuses(found, "https://ads.example/") == [429, 429, 500]
    assert statuses(found, "https://other.example/") == [None, None, None]


def test_a_vendors_other_channel_and_other_addresses_are_left_alone() -> None:
    found = book(
        ChosenAnswer(vendor="ads", channel="tag", status=500),
        ChosenAnswer(fits=is_at("https://shop.example", "/api/*"), status=404),
    )
    assert statuses(found, "https://ads.example/", 1) == [None]
    assert statuses(found, "https://shop.example/api/stock?sku=1", 1) == [404]
    assert statuses(found, "https://shop.example/", 1) == [None]


def test_asking_whether_one_fits_does_not_count_as_giving_it() -> None:
    found = book(ChosenAnswer(vendor="ads", status=500, times=1))
    assert [found.concerns(exchange("https://ads.example/")) for _ in range(3)] == [True, True, True]
    assert statuses(found, "https://ads.example/", 2) == [500, None]
    assert not found.concerns(exchange("https://ads.example/"))
