"""What can be wrong with the shop, and what does each fault change?

A page fault is a flag the page and its tag manager read. A call fault edits one field of the server calls
before they are sent, in `call_faults.py`. A flow fault is asked for where the flow is decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

from harness.demo.call import Call
from harness.demo.call_faults import CALL_FAULTS
from harness.demo.purchase import Purchase
from harness.demo.vendors.vendor import DemoVendor, Offline

EVERYWHERE = ("direct", "tealium", "server-gtm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong in real shops, and the wirings it exists in.

    `journey` names the invariant of `scenarios/invariants` that shows it, or the scenario with its folder, where an
    ordinary order does not.
    """

    name: str
    title: str
    wirings: tuple[str, ...] = EVERYWHERE
    journey: str = ""


def _fault(
    name: str, title: str, *, wirings: tuple[str, ...] = EVERYWHERE, journey: str = ""
) -> tuple[str, Fault]:  # fmt: skip
    return name, Fault(name=name, title=title, wirings=wirings, journey=journey)


FAULTS: dict[str, Fault] = dict(
    (
        # What the page does
        _fault("event-id-missing", "The tags send the purchase without an event ID"),
        _fault("event-id-reused", "Every purchase has the event ID “purchase”, on both channels"),
        _fault("tag-fires-twice", "Every purchase tag fires twice"),
        _fault("tag-missing", "No purchase tag is fired"),
        _fault("reload-sends-again", "Reloading the thank-you page announces the order again, with a new event ID"),
        _fault("server-waits-for-tag", "The server sends its calls only when a vendor's script has loaded",
               wirings=("direct",)),
        _fault("collect-first", "Collect fires before the vendor tags have made their event IDs", wirings=("tealium",)),
        _fault("collect-third-party", "Collect goes to the vendor's host, which blockers block",
               wirings=("tealium",)),
        _fault("container-standard-path", "The container is called by its standard paths, which blockers block",
               wirings=("server-gtm",)),
        # What another way through the shop does
        _fault("cancelled-payment-reported", "A payment that was cancelled is reported as an order",
               journey="payment-cancelled"),
        _fault("declined-payment-reported", "A declined payment is reported as an order, and again once it succeeds",
               journey="payment-declined"),
        _fault("double-click-orders-twice", "A double click reports the order twice, with two event IDs",
               journey="double-click"),
        _fault("second-tab-sends-again", "The thank-you page reports the order once in each tab",
               journey="second-tab"),
        _fault("back-button-sends-again", "The thank-you page reports the order again after a step back",
               journey="back"),
        _fault("revisit-sends-again", "The link in the e-mail leads to a page that reports the order again",
               journey="revisit"),
        _fault("coupon-ignored", "The page reports an order with a coupon at its value before the discount",
               journey="coupon"),
        _fault("refund-reported-as-purchase", "A returned order is reported as another purchase", journey="refund"),
        _fault("event-id-per-visitor", "All orders of one person have the same event ID", journey="two-orders"),
        _fault("devices-not-joined", "A visitor who came by an ad on another device is not recognised there",
               wirings=("direct",), journey="use-cases/phone-then-laptop"),
        # How often the server calls
        _fault("capi-missing", "The server calls no vendor"),
        _fault("capi-sent-twice", "The server sends every call twice"),
        # What the server says
        _fault("event-id-mismatch", "The server's event ID is another one than the tag's"),
        _fault("event-name-case", "The server's event name has other capital letters, “purchase” for “Purchase”"),
        _fault("capi-token-expired", "The tokens have expired"),
        _fault("wrong-account", "The server events go to another account, or pixel, than the tag's"),
        _fault("value-comma", "The server value is text with a decimal comma"),
        _fault("value-net", "The server value is net, the tag's gross"),
        _fault("currency-missing", "The server event has no currency"),
        _fault("order-id-prefixed", "The server's order ID has a # in front"),
        _fault("items-quantity", "The server's items always have quantity 1"),
        _fault("email-untrimmed", "The email was hashed as typed, with a blank and a capital letter"),
        _fault("email-raw", "The email goes out as plain text"),
        _fault("email-double-hash", "The email was hashed twice"),
        _fault("phone-national", "The phone's hash is made of the national number"),
        _fault("phone-dropped", "The server sends no phone"),
        _fault("click-id-lowercased", "The server writes click IDs in lower case"),
        _fault("click-id-dropped", "The server calls without click IDs"),
        _fault("event-time-unit", "The server time is in milliseconds where seconds are due, or the other way round"),
        _fault("event-time-stale", "The server time is eight days old"),
        _fault("clock-slow", "The server time is 400 seconds in the past"),
    )
)  # fmt: skip


def spoiled(call: Call, purchase: Purchase, faults: Iterable[str], vendor: DemoVendor | Offline) -> list[Call]:
    """The call of a vendor as these faults leave it: none, once or twice."""
    names = tuple(faults)
    if "capi-missing" in names:
        return []
    edited = deepcopy(call)
    for name in names:
        if name in CALL_FAULTS:
            CALL_FAULTS[name].spoil(edited, purchase, vendor)
    return [edited, edited] if "capi-sent-twice" in names else [edited]
