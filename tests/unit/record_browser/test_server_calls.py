"""Is a run's share of the server calls waited for and told apart?"""

from __future__ import annotations

import asyncio

from harness.model.persona import Persona, PersonaSeed
from harness.model.recording import Exchange, Fate, Origin, Request, ServerSource
from harness.model.scenario import ServerCalls
from harness.record.chosen_answers import AnswerBook, ChosenAnswer
from harness.record.server_calls import ServerSide


class Egress:
    def __init__(self) -> None:
        self.kept: list[Exchange] = []

    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(self.kept)

    def arrive(self, number: int, carries: str, at: float, fate: Fate = Fate.ANSWERED) -> None:
        request = Request(method="POST", url=f"https://ads.example/collect?id={carries}")
        self.kept.append(
            Exchange(id=f"s{number}", origin=Origin.SERVER, started_at=at, ended_at=at, request=request, fate=fate)
        )


class Clock:
    """Time that passes by being looked at, and brings events with it."""

    def __init__(self, egress: Egress, arrivals: dict[int, str] | None = None) -> None:
        self.now = 100.0
        self._egress = egress
        self._arrivals = arrivals or {}
        self._looks = 0

    def __call__(self) -> float:
        self._looks += 1
        self.now += 0.1
        if self._looks in self._arrivals:
            self._egress.arrive(self._looks, self._arrivals[self._looks], self.now)
        return self.now


def person(token: str) -> Persona:
    return Persona(
        seed=PersonaSeed(token=token), email=f"{token}@mail.example", phone=f"+4930{token}", phone_national="",
        first_name="", last_name="", street="", city="", region="", postal_code="", country="DE",
        external_id=f"customer-{token}",
    )  # fmt: skip


def side(egress: Egress, clock: Clock, port: int = 0) -> ServerSide:
    found = ServerSide(egress, port=port, clock=clock)
    found.expect("one", person("aaaaaa"))
    found.expect("two", person("bbbbbb"))
    found.learn("one", {"order_id": {"ORDER-1"}})
    return found


def test_the_wait_ends_when_all_came_and_silence_followed() -> None:
    egress = Egress()
    clock = Clock(egress, {5: "ORDER-1", 8: "customer-bbbbbb"})
    found = side(egress, clock)

    source = asyncio.run(found.until_settled("one", ServerCalls(budget=50, quiet=1.0), lambda mine: len(mine) == 1))

    assert source.settled
    assert 1.3 < source.waited < 2.0, "a second after the own call; the other run's does not count"
    assert [(each.id, each.attributed_by) for each in found.take("one")] == [("s5", "order_id")]
    assert [(each.id, run) for each, run in found.left_over()] == [("s8", "two")]


def test_calls_that_came_during_the_journey_need_no_more_silence_than_they_had() -> None:
    egress = Egress()
    egress.arrive(1, "ORDER-1", 90.0)
    source = asyncio.run(
        side(egress, Clock(egress)).until_settled("one", ServerCalls(budget=50, quiet=5.0), lambda mine: True)
    )
    assert (source.settled, source.waited < 1) == (True, True)


def test_the_budget_ends_a_wait_for_a_call_that_does_not_come_or_does_not_end() -> None:
    egress = Egress()
    egress.arrive(1, "ORDER-1", 90.0, Fate.PENDING)
    source = asyncio.run(
        side(egress, Clock(egress)).until_settled("one", ServerCalls(budget=2.0, quiet=0.1), lambda mine: True)
    )
    assert (source.settled, source.waited >= 2.0) == (False, True)


def test_an_orphan_and_a_latecomer_are_left_over() -> None:
    egress = Egress()
    found = side(egress, Clock(egress))
    found.take("one")
    egress.arrive(1, "ORDER-1", 101.0)
    egress.arrive(2, "nobody-knows", 101.0)
    assert [(each.id, run) for each, run in found.left_over()] == [("s1", "one"), ("s2", "")]


def test_a_call_is_judged_again_when_more_is_known() -> None:
    egress = Egress()
    egress.arrive(1, "EVENT-77", 101.0)
    found = side(egress, Clock(egress))
    assert found.take("one") == ()
    found.learn("one", {"event_id": {"EVENT-77"}})
    assert [each.id for each in found.take("one")] == ["s1"]


def test_what_cannot_be_seen_is_not_waited_for() -> None:
    egress = Egress()
    source = asyncio.run(
        side(egress, Clock(egress)).until_settled("one", ServerCalls(source="not-observable"), lambda mine: False)
    )
    assert (source.observable, source.settled, source.waited) == (False, False, 0.0)


def test_a_call_goes_to_the_run_it_fits_best_once_more_is_known_of_the_runs() -> None:
    """A site that gives every order the event ID `purchase`: another run knew it first, the order decides later."""
    egress = Egress()
    found = side(egress, Clock(egress))
    found.learn("two", {"event_id": {"purchase"}})
    egress.arrive(1, "purchase&order=ORDER-9", 100.0)
    assert [run for _, run in found.left_over()] == ["two"]

    found.learn("one", {"order_id": {"ORDER-9"}, "event_id": {"purchase"}})

    assert [(each.id, each.attributed_by) for each in found.take("one")] == [("s1", "order_id")]
    assert found.left_over() == ()


def test_what_we_made_for_one_run_outweighs_what_the_site_made() -> None:
    egress = Egress()
    found = side(egress, Clock(egress))
    egress.arrive(1, "ORDER-1&customer=customer-bbbbbb", 100.0)

    assert [(each.id, each.attributed_by) for each in found.take("two")] == [("s1", "identifier")]


def test_a_server_call_gets_the_answer_that_its_own_run_chose() -> None:
    egress = Egress()
    found = side(egress, Clock(egress))
    book = AnswerBook(lambda exchange: {("ads", "capi", "purchase")})
    book.choose(ChosenAnswer(vendor="ads", status=503))
    found.expect("one", person("aaaaaa"), book)
    found.expect("two", person("bbbbbb"), AnswerBook(lambda exchange: {("ads", "capi", "purchase")}))
    for number, carries in enumerate(("customer-aaaaaa", "customer-bbbbbb", "nobody")):
        egress.arrive(number, carries, 100.0)
    given = [found.answer_to(exchange) for exchange in egress.exchanges()]
    assert [answer.status if answer is not None else None for answer in given] == [503, None, None]
    assert [found.concerns(exchange) for exchange in egress.exchanges()] == [True, False, False]


def settle_foreign(egress: Egress, *, port: int, run: str = "one", found: ServerSide | None = None) -> ServerSource:
    clock = Clock(egress)
    found = found or side(egress, clock, port=port)
    return asyncio.run(found.until_settled(run, ServerCalls(budget=2, quiet=0.5), lambda mine: False, foreign="shop"))


def test_servers_of_somebody_else_that_were_told_of_no_port_are_not_waited_for() -> None:
    source = settle_foreign(Egress(), port=0)
    assert (source.observable, source.waited) == (False, 0.0)
    assert "no --egress-port" in source.note


def test_silence_of_somebody_elses_servers_says_nothing_until_one_of_them_was_heard() -> None:
    source = settle_foreign(Egress(), port=8898)
    assert not source.observable
    assert source.note == "the site was not started here, and nothing came to port 8898"
    egress = Egress()
    egress.arrive(1, "customer-bbbbbb", 100.0)
    found = side(egress, Clock(egress), port=8898)
    assert settle_foreign(egress, port=8898, run="two", found=found).observable
    # Another run of the same site has shown that its servers are heard.
    assert settle_foreign(egress, port=8898, run="one", found=found).observable
