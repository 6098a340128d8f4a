"""What calls tell of orders is supposed, one for each order ID, or as many as one sender tells of."""

from __future__ import annotations

from builders import ORDER, SECOND_ORDER, a_recording, decoded, meta_capi, meta_tag

from harness.comparators.suppositions import supposed_conversions
from harness.model.recording import Conversion, Exchange

NAMELESS_TAG = {"cd[order_id]": None}
NAMELESS_CALL = {"custom_data/order_id": None}


def supposed(*exchanges: Exchange) -> tuple[Conversion, ...]:
    return supposed_conversions(decoded(a_recording(*exchanges, vendors=("meta",))).events)


def test_copies_with_one_order_id_are_one_order() -> None:
    [order] = supposed(meta_tag(), meta_capi({"event_id": "another"}))
    assert (order.event, order.order_id, order.value, order.is_supposed) == ("purchase", ORDER.order_id, "", True)
    assert order.at == meta_tag().started_at


def test_a_copy_without_an_order_id_makes_no_further_order() -> None:
    assert [order.order_id for order in supposed(meta_tag(NAMELESS_TAG), meta_capi())] == [ORDER.order_id]


def test_two_order_ids_are_two_orders() -> None:
    second = meta_tag(order=SECOND_ORDER, name="second", at=SECOND_ORDER.at)
    assert [order.order_id for order in supposed(second, meta_tag())] == [ORDER.order_id, SECOND_ORDER.order_id]


def test_without_any_order_id_there_are_as_many_as_one_sender_tells_of() -> None:
    tag, call = meta_tag(NAMELESS_TAG), meta_capi({**NAMELESS_CALL, "event_id": "another"})
    assert [order.order_id for order in supposed(tag, call)] == [""]
    again = meta_tag({**NAMELESS_TAG, "eid": "again"}, name="again", at=SECOND_ORDER.at)
    assert len(supposed(tag, again, call)) == 2


def test_what_leads_to_an_order_is_none() -> None:
    assert supposed(meta_tag({"ev": "AddToCart"})) == ()
