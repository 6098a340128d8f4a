"""Does every order have an event ID of its own?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, copies_in, finding
from harness.model.event import Event
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    wanted = evidence.vendor.spec.event_id
    if wanted is None or not wanted.used or not wanted.unique_per_order:
        raise Skip("this vendor has no event ID that must be unique")
    users: dict[str, set[str]] = {key: set(orders) for key, orders in evidence.other_orders.items()}
    carriers: dict[str, list[Event]] = {}
    for copies, event in copies_in(evidence.vendor.copies, "tag", "capi"):
        if event.key:
            users.setdefault(event.key, set()).add(copies.conversion.order_id)
            carriers.setdefault(event.key, []).append(event)
    if not carriers:
        raise Skip("no copy carries an event ID")
    if len(set().union(*users.values())) < 2:
        raise Skip("only one order was seen; whether IDs repeat needs two")
    for key, events in carriers.items():
        if len(users[key]) > 1:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The ID {events[0].sent_key} is used for {len(users[key])} orders: {', '.join(sorted(users[key]))}.",
                rule=wanted.rule,
                expected="an ID of its own for each order",
                found=events[0].sent_key,
                events=events,
            )


CHECK = Check(
    id="event-id-unique",
    title="Each order has an event ID of its own",
    why="Orders that share an ID are taken for copies of one: all but the first are lost.",
    remedy="Make the ID from the order, not from the page, the session or a constant.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
