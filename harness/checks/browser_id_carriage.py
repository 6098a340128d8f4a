"""Does the server call carry the browser ID that the tag has?

Where the tag told of another event only, as of a page view, that call says which browser it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, browser_silence, finding, server_silence, uses
from harness.model.event import Event
from harness.model.facts import Copies, Evidence
from harness.model.recording import Fate, Origin
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    spec = evidence.vendor.spec
    carried = {
        request.id: {name for name in spec.browser_ids if f"browser_id.{name}" in request.fields}
        for request in spec.requests
        if request.channel == "capi"
    }
    if not any(carried.values()):
        raise Skip("this vendor's server calls take no browser ID")
    rules = {request.id: request.rule for request in spec.requests}
    calls = [(copies, call) for copies in evidence.vendor.copies for call in copies.capi]
    if not calls:
        silence = server_silence(evidence) if uses(evidence, "capi") else None
        raise silence or Skip("no server copy arrived to compare with")
    judged = 0
    for copies, call in calls:
        for name in sorted(carried.get(call.request, ())):
            heard = {event.browser_ids[name]: event for event in _heard(evidence, copies, call, name)}
            if not heard:
                continue
            judged += 1
            sent, own = call.browser_ids.get(name, ""), list(heard)[-1]
            if sent not in heard:
                yield finding(
                    evidence,
                    CHECK.id,
                    "warning",
                    f"The server call carries {'another' if sent else 'no'} {name}; the browser has {own}.",
                    rule=rules.get(call.request),
                    expected=own,
                    found=sent or "nothing",
                    parameter=name,
                    events=[heard[own], call],
                )
    if not judged:
        silence = browser_silence(evidence) if uses(evidence, "tag") else None
        raise silence or Skip("the tag has no browser ID, or none that this kind of server call takes")


def _heard(evidence: Evidence, copies: Copies, call: Event, name: str) -> list[Event]:
    """The calls of the tag that tell the browser's ID: the call's own partner, else all from the same device."""
    partners = [pair.tag for pair in copies.pairs if pair.capi is call]
    if partners:
        return [event for event in partners if event.browser_ids.get(name)]
    if copies.conversion.is_offline:
        return []
    legs = {exchange.id: exchange.leg for exchange in evidence.recording.exchanges}
    return [
        event
        for event in evidence.vendor.events
        if event.channel == "tag"
        and event.origin is Origin.BROWSER
        and event.fate is not Fate.BLOCKED
        and legs.get(event.exchange) == copies.conversion.leg
        and event.browser_ids.get(name)
    ]


CHECK = Check(
    id="browser-id-carriage",
    title="The server call carries the browser's ID",
    why="The browser ID ties the server's copy to the visit; without it less is matched and deduplicated.",
    remedy="Read the vendor's first-party cookie when the order is placed and send it with the server call.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
