"""Which requests of a run are answered as its scenario chose, in place of the stand-in's or the site's own answer?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from harness.model.recording import Exchange
from harness.record.jobs import CallsOf


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAnswer:
    """What a request hears. Without `status` and `body` only `delay` changes, in seconds.

    It is meant for the calls of a `vendor` (on one `channel`, if it is named), or for the addresses that fit.
    `times` is how often it is given; 0 is for ever.
    """

    vendor: str = ""
    channel: str = ""
    fits: Callable[[str], bool] | None = None
    status: int | None = None
    body: str | None = None
    content_type: str = ""
    delay: float = 0.0
    times: int = 0


class AnswerBook:
    """A run's chosen answers, the latest first. Written by the run, read by the proxy's thread."""

    def __init__(self, calls_of: CallsOf) -> None:
        self._calls_of = calls_of
        self._lock = threading.Lock()
        self._answers: list[tuple[ChosenAnswer, list[Exchange]]] = []

    def choose(self, answer: ChosenAnswer) -> None:
        with self._lock:
            self._answers.insert(0, (answer, []))

    def answer_to(self, exchange: Exchange) -> ChosenAnswer | None:
        """What this request hears; asking counts as giving it."""
        found = self._found(exchange)
        if found is None:
            return None
        answer, given = found
        with self._lock:
            if answer.times and len(given) >= answer.times:
                return None
            given.append(exchange)
        return answer

    def concerns(self, exchange: Exchange) -> bool:
        return self._found(exchange) is not None

    def _found(self, exchange: Exchange) -> tuple[ChosenAnswer, list[Exchange]] | None:
        with self._lock:
            left = [(answer, given) for answer, given in self._answers if not answer.times or len(given) < answer.times]
        calls = self._calls_of(exchange) if any(answer.vendor for answer, _ in left) else ()
        return next((each for each in left if _fits(each[0], exchange, calls)), None)


def _fits(answer: ChosenAnswer, exchange: Exchange, calls: Collection[tuple[str, str, str]]) -> bool:
    if answer.fits is not None:
        return answer.fits(exchange.request.url)
    return any(vendor == answer.vendor and answer.channel in ("", channel) for vendor, channel, _ in calls)
