"""Which requests repeat an event that another request already carries?

Some vendors send one conversion to several of their hosts. A mirror is folded into the nearest event of the request
kinds it repeats, if the key fields agree; each event takes one mirror of a kind from a host, so a second real event is
never hidden. A mirror without an event to repeat (that one was blocked, say) stands for the event itself, unless it
went to a collector: what that one does not hand on never reached the vendor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from harness.model.event import Event
from harness.model.recording import Fate
from harness.model.spec import RequestRule, Role, VendorSpec


def fold(
    events: list[Event], spec: VendorSpec, hosts: Mapping[str, str], collected: Collection[str] = ()
) -> list[Event]:
    """The events with this vendor's mirrors folded in; those of other vendors unchanged.

    `hosts` is by exchange; `collected` are the exchanges that went to one of the scenario's collectors.
    """
    rules = {request.id: request for request in spec.requests if request.mirror is not None}
    if not rules:
        return events
    mirrors = [event for event in events if event.vendor == spec.id and event.request in rules]
    mirrors.sort(key=lambda event: list(rules).index(event.request))
    standing = {event.id: event for event in events if event not in mirrors}
    taken: set[tuple[str, str, str]] = set()
    for mirror in mirrors:
        kind = (mirror.request, hosts.get(mirror.exchange, ""))
        free = [event for event in standing.values() if (event.id, *kind) not in taken]
        target = _target(mirror, free, rules[mirror.request])
        if target is None and mirror.exchange in collected:
            continue
        if target is None:
            standing[mirror.id] = replace(mirror, role=Role.EVENT)
        else:
            taken.add((target.id, *kind))
            standing[target.id] = replace(target, mirrors=(*target.mirrors, mirror.exchange))
    return sorted(standing.values(), key=lambda event: (event.received_at, event.id))


def _target(mirror: Event, events: list[Event], rule: RequestRule) -> Event | None:
    how = rule.mirror
    if how is None:
        return None
    candidates = [
        event
        for event in events
        if event.vendor == mirror.vendor
        and event.request in how.of
        and abs(event.received_at - mirror.received_at) <= how.within
        and all(_key(event, name) == _key(mirror, name) for name in how.key)
        and (event.fate is not Fate.BLOCKED or mirror.fate is Fate.BLOCKED)
    ]
    return min(candidates, key=lambda event: abs(event.received_at - mirror.received_at), default=None)


def _key(event: Event, name: str) -> str:
    value = getattr(event, name) if hasattr(event, name) else event.fields.get(name, "")
    return str(value)
