"""Which account must an event name, and which events are for an account that is nobody's concern here?"""

from __future__ import annotations

from unit.comparators.compared import a_vendor, an_event, an_order

from harness.comparators.accounts import further_events, wanted_accounts
from harness.comparators.pairing import copies_of
from harness.model.event import Event
from harness.model.scenario import VendorAccount

OPEN = VendorAccount(vendor="v")
NAMED = VendorAccount(vendor="v", accounts={"tag": "42", "capi": "42"})
ORDERS = (an_order("ORD-1001"), an_order("ORD-1002", at=60.0))


def further(*events: Event, account: VendorAccount = NAMED) -> list[str]:
    copies, _ = copies_of(ORDERS, events, a_vendor())
    return [event.id for event in further_events(copies, wanted_accounts(events, copies, account))]


def test_events_for_another_account_beside_those_for_the_one_that_is_meant_are_further_ones() -> None:
    tag, call = an_event("tag", order_id="ORD-1001"), an_event("call", "capi", order_id="ORD-1001")
    agency = an_event("agency", order_id="ORD-1001", account="77")
    assert further(tag, agency, call) == ["agency"]
    assert further(agency, tag, call) == ["agency"]


def test_events_in_place_of_those_for_the_account_that_is_meant_are_none() -> None:
    """One channel and one order at a time: what is right elsewhere makes up for nothing."""
    tag = an_event("tag", order_id="ORD-1001")
    wrong_call = an_event("call", "capi", order_id="ORD-1001", account="77")
    wrong_second = an_event("second", order_id="ORD-1002", account="77")
    assert further(tag, wrong_call, wrong_second) == []


def test_where_no_account_is_named_it_is_the_one_that_most_copies_name() -> None:
    first, second = an_event("first", order_id="ORD-1001"), an_event("second", order_id="ORD-1002", at=60.0)
    agency = an_event("agency", order_id="ORD-1001", account="77", at=-1.0)
    assert further(agency, first, second, account=OPEN) == ["agency"]


def test_of_accounts_named_equally_often_it_is_the_one_that_the_other_channel_names() -> None:
    tag, agency = an_event("tag", order_id="ORD-1001"), an_event("agency", order_id="ORD-1001", account="77", at=-1.0)
    call = an_event("call", "capi", order_id="ORD-1001")
    assert further(agency, tag, call, account=OPEN) == ["agency"]


def test_an_event_whose_form_can_name_no_account_need_not() -> None:
    bare = an_event("bare", account="", fields={"account": ""})
    silent = an_event("silent", account="")
    assert wanted_accounts([bare, silent], (), NAMED) == {"silent": "42"}
