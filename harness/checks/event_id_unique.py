"""Does every order have an event ID of its own?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.checks.check import Check, Skip, copies_in, finding, listed
from harness.model.event import Event
from harness.model.facts import Evidence
from harness.model.result import Finding
from harness.model.spec import Role


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
    yield from _shared_with_other_kinds(evidence, carriers)
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


def _shared_with_other_kinds(evidence: Evidence, carriers: Mapping[str, Sequence[Event]]) -> Iterator[Finding]:
    """Where a vendor looks at nothing but the ID, an event of another kind takes the order's place."""
    rule = next(
        (each for each in evidence.vendor.spec.dedup if each.key == ("event_id",) and each.across == "any"), None
    )
    if rule is None:
        return
    for events in carriers.values():
        others = [
            other
            for other in evidence.vendor.events
            if other.role is Role.EVENT
            and other.event_id == events[0].event_id
            and other.event != events[0].event
            and other.event in rule.events
        ]
        if others:
            names = listed(other.name or other.request for other in others)
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The ID {events[0].sent_key} of {events[0].name} is that of {names}, too; "
                "the vendor takes them for one.",
                rule=rule.rule,
                expected="an ID of its own for each event",
                found=events[0].sent_key,
                events=[*events, *others],
            )


CHECK = Check(
    id="event-id-unique",
    title="Each order has an event ID of its own",
    why="Orders that share an ID are taken for copies of one: all but the first are lost.",
    remedy="Make the ID from the order, not from the page, the session or a constant.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
