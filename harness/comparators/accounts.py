"""Which account must an event name, and which events are for an account that is nobody's concern here?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from harness.model.event import Event
from harness.model.facts import Copies
from harness.model.scenario import VendorAccount


def wanted_accounts(events: Iterable[Event], copies: Iterable[Copies], account: VendorAccount) -> dict[str, str]:
    """The account that each event must name, if one must.

    Many a file names none: it belongs to the one that it is uploaded to. Nor need an event whose form can name none.
    """
    away = {event.id for copy in copies if copy.conversion.is_offline for event in copy.capi}
    wanted = {
        event.id: account.wanted(event.channel, is_offline=bool(event.place) or event.id in away)
        for event in events
        if event.account or not (event.place or "account" in event.fields)
    }
    return {event: name for event, name in wanted.items() if name is not None}


def further_events(copies: Sequence[Copies], wanted: dict[str, str]) -> tuple[Event, ...]:
    """Events for another account beside those for the one that is meant: somebody else's tag, an agency's perhaps.

    Where the account that is meant gets none, they are in its place, and no further ones. Where nobody says which one
    is meant, it is the one that most copies name.
    """
    meant = _meant(copies)
    return tuple(event for copy in copies for group in _groups(copy) for event in _further(group, wanted, meant))


def _groups(copy: Copies) -> Iterator[tuple[Event, ...]]:
    enhancements = copy.enhancements
    yield copy.tag
    yield copy.capi
    yield copy.collect
    yield tuple(event for event in enhancements if event.channel == "tag")
    yield tuple(event for event in enhancements if event.channel != "tag")


def _further(group: Sequence[Event], wanted: dict[str, str], meant: dict[str, str]) -> Iterator[Event]:
    is_meant = {event.id: event.account == wanted.get(event.id, meant.get(event.channel, "")) for event in group}
    if any(is_meant.values()):
        yield from (event for event in group if event.account and not is_meant[event.id])


def _meant(copies: Iterable[Copies]) -> dict[str, str]:
    """By channel; of accounts that are named equally often, the one that another channel names, too, then the first."""
    named: dict[str, Counter[str]] = {}
    for copy in copies:
        for event in (*copy.tag, *copy.capi, *copy.collect):
            if event.account:
                named.setdefault(event.channel, Counter())[event.account] += 1
    everywhere = sum(named.values(), Counter[str]())
    return {
        channel: max(counts, key=lambda name: (counts[name], everywhere[name])) for channel, counts in named.items()
    }
