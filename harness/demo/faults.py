"""What can be wrong with the shop, and what does each fault change?

A page fault is a flag the page and its tag manager read. A call fault edits one vendor's server call
before it is sent, in `call_faults.py`. A flow fault is asked for where the flow is decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

from harness.demo.call import Call
from harness.demo.call_faults import CALL_FAULTS
from harness.demo.purchase import Purchase

BOTH = ("direct", "tealium")
ALWAYS = ("none", "ublock")
UNBLOCKED = ("none",)
BLOCKED = ("ublock",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong in real shops, the wirings it exists in and the profiles it shows under."""

    name: str
    title: str
    wirings: tuple[str, ...] = BOTH
    profiles: tuple[str, ...] = ALWAYS


def _fault(
    name: str, title: str, *, profiles: tuple[str, ...] = ALWAYS, wirings: tuple[str, ...] = BOTH
) -> tuple[str, Fault]:
    return name, Fault(name=name, title=title, wirings=wirings, profiles=profiles)


FAULTS: dict[str, Fault] = dict(
    (
        # What the page does
        _fault("event-id-missing", "The Meta tag sends the purchase without an event ID", profiles=UNBLOCKED),
        _fault("event-id-reused", "Every purchase has the Meta event ID “purchase”, on both channels"),
        _fault("tag-fires-twice", "Every vendor's purchase tag fires twice", profiles=UNBLOCKED),
        _fault("tag-missing", "The Meta purchase tag is not fired", profiles=UNBLOCKED),
        _fault("reload-sends-again", "Reloading the thank-you page announces the order again, with a new event ID"),
        _fault("server-waits-for-tag", "The server sends its calls only when the Meta script has loaded",
               wirings=("direct",), profiles=BLOCKED),
        _fault("collect-first", "Collect fires before the vendor tags have made the event ID", wirings=("tealium",)),
        _fault("collect-third-party", "Collect goes to the vendor's host, which blockers block",
               wirings=("tealium",), profiles=BLOCKED),
        # How often the server calls
        _fault("capi-missing", "The server does not call Meta"),
        _fault("capi-sent-twice", "The server sends every call twice"),
        # What the server says
        _fault("event-id-mismatch", "The server's Meta event ID is another one than the tag's", profiles=UNBLOCKED),
        _fault("event-name-case", "The Meta server event is called “purchase”"),
        _fault("capi-token-expired", "The Meta token has expired"),
        _fault("wrong-pixel", "The Meta server event goes to another pixel"),
        _fault("value-comma", "The Meta server value is text with a decimal comma"),
        _fault("value-net", "The server values of Meta and Google are net"),
        _fault("currency-missing", "The Meta server event has no currency"),
        _fault("order-id-prefixed", "Google's transaction ID has a # in front"),
        _fault("items-quantity", "The Meta server contents always have quantity 1"),
        _fault("email-untrimmed", "The email was hashed for Meta as typed, with a blank and a capital letter"),
        _fault("email-raw", "The email goes to Meta as plain text"),
        _fault("email-double-hash", "The email was hashed twice for Meta"),
        _fault("phone-national", "Google's phone hash is made of the national number"),
        _fault("phone-dropped", "The server sends no phone to any vendor"),
        _fault("fbclid-lowercased", "The server writes Meta's click ID in lower case", profiles=UNBLOCKED),
        _fault("click-id-dropped", "The server calls Teads without the click ID"),
        _fault("event-time-milliseconds", "The Meta server time is in milliseconds"),
        _fault("event-time-stale", "The Meta server time is eight days old"),
        _fault("teads-clock-slow", "The Teads server time is 400 seconds in the past"),
    )
)  # fmt: skip


def spoiled(call: Call, purchase: Purchase, faults: Iterable[str]) -> list[Call]:
    """The call as these faults leave it: none, once or twice."""
    names = tuple(faults)
    if "capi-missing" in names and call.vendor == "meta":
        return []
    edited = deepcopy(call)
    for name in names:
        change = CALL_FAULTS.get(name, {}).get(call.vendor)
        if change is not None:
            change(edited, purchase)
    return [edited, edited] if "capi-sent-twice" in names else [edited]
