"""Which events did not get through at first, and were sent again?"""

from __future__ import annotations

from typing import Any

import pytest
from unit.comparators.compared import an_event

from harness.comparators.retries import retried_events
from harness.model.event import Answer, Event
from harness.model.recording import Fate

REFUSED, TAKEN = Answer(accepted=False), Answer(accepted=True)
BODY = {"value": 129.9}


def a_call(label: str, at: float, answer: Answer, **parts: Any) -> Event:
    known: dict[str, Any] = {"answer": answer, "event_id": "e-1", "order_id": "ORD-1001", "payload": BODY}
    return an_event(label, "capi", at, **{**known, **parts})


def test_calls_that_failed_before_one_that_was_taken_were_retried() -> None:
    lost = a_call("lost", 1.0, Answer(accepted=None), fate=Fate.FAILED)
    assert retried_events([a_call("refused", 0.0, REFUSED), lost, a_call("taken", 5.0, TAKEN)]) == {
        "refused": True,
        "lost": True,
    }


def test_one_that_had_to_be_changed_is_told_from_one_sent_again_as_it_was() -> None:
    assert retried_events([a_call("bad", 0.0, REFUSED, payload={}), a_call("mended", 5.0, TAKEN)]) == {"bad": False}


def test_without_key_and_order_it_is_the_same_call_word_for_word() -> None:
    nothing = {"event_id": "", "order_id": ""}
    refused = a_call("refused", 0.0, REFUSED, **nothing)
    assert retried_events([refused, a_call("taken", 5.0, TAKEN, **nothing)]) == {"refused": True}
    assert retried_events([refused, a_call("another", 5.0, TAKEN, **nothing, payload={"value": 1})]) == {}


@pytest.mark.parametrize(
    "later",
    [
        a_call("refused again", 5.0, REFUSED),
        a_call("unanswered", 5.0, Answer(accepted=None), fate=Fate.PENDING),
        a_call("before", -5.0, TAKEN),
        a_call("another order", 5.0, TAKEN, order_id="ORD-1002"),
        a_call("another ID", 5.0, TAKEN, event_id="e-2"),
        a_call("another account", 5.0, TAKEN, account="77"),
        a_call("another name", 5.0, TAKEN, name="Lead"),
    ],
)
def test_nothing_was_retried_unless_the_same_event_was_taken_later(later: Event) -> None:
    assert "refused" not in retried_events([a_call("refused", 0.0, REFUSED), later])


def test_what_was_taken_twice_was_not_retried() -> None:
    assert retried_events([a_call("one", 0.0, TAKEN), a_call("two", 5.0, TAKEN)]) == {}
