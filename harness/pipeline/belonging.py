"""Which of the calls in a server's log are about the visit?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from harness.comparators.pairing import holds_order
from harness.comparators.strangers import own_events
from harness.decode import decode
from harness.model.event import Event
from harness.model.persona import Persona
from harness.model.recording import Exchange
from harness.model.scenario import VendorAccount
from harness.pipeline.requests import Specs
from harness.record.attribution import RunTokens, attribute, persona_tokens

# What was made for this visit alone; a broken site may make everything else the same for all.
_SURE = frozenset(("click_id", "identifier"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """What is known of the visit: its visitor, its orders, and how its events are to be read."""

    persona: Persona
    orders: Collection[str]
    accounts: Collection[VendorAccount]
    specs: Specs = field(repr=False)

    def shared_out(
        self, calls: Sequence[Exchange], browser: Sequence[Exchange]
    ) -> tuple[list[Exchange], list[Exchange]]:
        """The visit's calls, with what told, and the rest. A log of which nothing else is known is about the visit.

        So may be what nobody can read: as long as it is there, no call is missing.
        """
        if not browser and not self.orders:
            return [*calls], []
        mine, rest = self._fitting(calls, browser)
        mine += [call for call in rest if _is_unread(call)]
        rest = [call for call in rest if not _is_unread(call)]
        # A call that fits may name what another one is known by.
        more, rest = self._fitting(rest, (*browser, *mine)) if mine else ([], rest)
        return [*mine, *more], rest

    def _fitting(self, calls: Iterable[Exchange], known: Sequence[Exchange]) -> tuple[list[Exchange], list[Exchange]]:
        events = own_events(self._events(known), self.orders, self.persona, self.specs)
        orders = {*self.orders, *(event.order_id for event in events if event.order_id)}
        tokens = {
            **persona_tokens(self.persona),
            "order_id": frozenset(orders),
            "event_id": frozenset(event.event_id for event in events if event.event_id),
            "browser_id": frozenset(value for event in events for value in event.browser_ids.values()),
        }
        run = RunTokens(run_id="visit", tokens=tokens)
        mine, rest = [], []
        for call in calls:
            kind = self._told_by(call, run, orders)
            if kind:
                mine.append(replace(call, attributed_by=kind))
            else:
                rest.append(call)
        return mine, rest

    def _told_by(self, call: Exchange, run: RunTokens, orders: Collection[str]) -> str:
        """The kind of thing that tells, if anything does. A call about another order has only an ID in common."""
        found = attribute(call, [run])
        if found is not None and found[1] in _SURE:
            return found[1]
        named = {event.order_id for event in self._events([call]) if event.order_id}
        if named & set(orders):
            return "order_id"  # also where it is too short to be looked for in any text
        is_mine = any(holds_order(name, order) for order in orders for name in named)
        is_of_another = bool(named and orders) and not is_mine
        return "" if found is None or is_of_another else found[1]

    def _events(self, exchanges: Sequence[Exchange]) -> tuple[Event, ...]:
        return decode(exchanges, self.specs.values(), {each.vendor: each for each in self.accounts}).events


def _is_unread(call: Exchange) -> bool:
    return call.request.body is not None and call.request.body.is_unkept
