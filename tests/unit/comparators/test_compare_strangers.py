"""Which events in the visit's calls are about somebody else?"""

from __future__ import annotations

import json
from dataclasses import replace

from builders import (
    FBP,
    ORDER,
    SECOND_ORDER,
    a_recording,
    decoded,
    meta_capi,
    meta_tag,
    persona,
    specs,
)

from harness.comparators import without_strangers
from harness.model.persona import PersonaSeed
from harness.model.recording import Body, Exchange, Origin, Recording

OTHER = persona(PersonaSeed(token="z9y8x7w6"))
OTHERS_FBP = "fb.1.1795286300000.9999999999"
OWN = {"user_data/fbp": OTHERS_FBP}


def batch(*calls: Exchange) -> Exchange:
    """One call with the events of all."""
    bodies = [json.loads(call.request.body.text) for call in calls if call.request.body and call.request.body.text]
    text = json.dumps({"data": [event for body in bodies for event in body["data"]]})
    return replace(calls[0], request=replace(calls[0].request, body=Body(text=text, size=len(text))))


def kept(recording: Recording) -> list[str]:
    """The order of each server event that is taken for the visit's."""
    events = without_strangers(decoded(recording), recording, persona(), specs()).events
    return [event.order_id for event in events if event.origin is Origin.SERVER]


def test_orders_of_others_in_one_call_with_the_visits_are_left_out() -> None:
    others = meta_capi(OWN, order=SECOND_ORDER, visitor=OTHER)
    assert kept(a_recording(meta_tag(), batch(others, meta_capi(), others))) == [ORDER.order_id]


def test_a_failed_copy_of_the_visits_own_order_stays() -> None:
    for wrong in (
        {"custom_data/order_id": "CS-UNKNOWN"},  # the visitor, the click, the browser and the event ID tell
        {**OWN, "custom_data/order_id": "CS-UNKNOWN", "user_data/fbc": None, "event_id": "x"},  # the visitor tells
        {**OWN, "user_data/em": ["0" * 64], "user_data/ph": ["0" * 64], "user_data/fbc": None},  # the order tells
        {"custom_data/order_id": "CS-UNKNOWN", "user_data": {"fbp": FBP}, "event_id": "x"},  # the browser tells
    ):
        assert len(kept(a_recording(meta_tag(), batch(meta_capi(), meta_capi(wrong))))) == 2, wrong


def test_an_event_that_does_not_say_whose_it_is_stays() -> None:
    bare = {"custom_data/order_id": None, "user_data": {"client_user_agent": "Browser/1.0"}, "event_id": "x"}
    assert len(kept(a_recording(meta_tag(), batch(meta_capi(), meta_capi(bare))))) == 2


def test_a_call_of_its_own_is_judged_as_it_is() -> None:
    others = meta_capi(OWN, order=SECOND_ORDER, visitor=OTHER)
    assert kept(a_recording(meta_tag(), others)) == [SECOND_ORDER.order_id]


def test_where_orders_are_only_supposed_those_that_the_browser_names_are_the_visitors() -> None:
    supposed = [replace(order, is_supposed=True) for order in (ORDER, SECOND_ORDER)]
    call = batch(meta_capi(OWN, order=SECOND_ORDER, visitor=OTHER), meta_capi())
    assert kept(a_recording(meta_tag(), call, conversions=tuple(supposed))) == [ORDER.order_id]
