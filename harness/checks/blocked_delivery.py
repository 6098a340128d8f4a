"""When the browser's tag is blocked, does the server's copy alone still carry the conversion?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.check import (
    Check,
    Skip,
    finding,
    goes_elsewhere,
    is_delivered,
    is_lost,
    nameless,
    on_the_web,
    order,
    server_silence,
    tag_was_blocked,
    uses,
)
from harness.model.event import Event
from harness.model.facts import Copies, Evidence
from harness.model.recording import Fate
from harness.model.result import Finding
from harness.model.spec import Rule

_USABLE = ("right", "variant", "unverifiable")


def look(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.recording.profile.is_blocking:
        raise Skip("this profile blocks nothing")
    if not uses(evidence, "capi"):
        raise Skip("the scenario does not expect server calls to this vendor")
    judged = 0
    silence = server_silence(evidence)
    unseen: Skip | None = None
    for copies in on_the_web(evidence):
        if copies.tag or not tag_was_blocked(evidence, copies):
            continue
        judged += 1
        lost = [event for event in copies.capi if is_lost(evidence, event)]
        elsewhere = [event for event in copies.capi if goes_elsewhere(evidence, event)]
        delivered = [event for event in copies.capi if is_delivered(event) and event not in (*lost, *elsewhere)]
        if not delivered:
            unknown = (silence or nameless(evidence, copies, "capi")) if not copies.capi else None
            if unknown or _may_be_delivered(evidence, copies):
                unseen = unknown or Skip("the answers to the server calls were not handed over", undecided=True)
                continue
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"With the tag blocked, {order(copies)} is lost: no server call carries it.",
                expected="a server call the vendor accepts",
                rule=_filter(evidence, lost),
                found=_found(copies, lost, elsewhere),
                events=copies.capi,
            )
        elif not any(_is_matchable(evidence, event) for event in delivered):
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"With the tag blocked, the server call for {order(copies)} does not identify the visitor.",
                expected="a strong identifier or the click ID",
                found="neither",
                events=delivered,
            )
    if unseen:
        raise unseen
    if not judged:
        raise Skip("the profile did not block this vendor's tag")


def _may_be_delivered(evidence: Evidence, copies: Copies) -> bool:
    """A call whose answer another program did not keep."""
    return bool(evidence.recording.sources) and any(event.fate is Fate.PENDING for event in copies.capi)


def _found(copies: Copies, lost: Sequence[Event], elsewhere: Sequence[Event]) -> str:
    if lost:
        return "a call that is not counted"
    if elsewhere:
        return "a call to another account"
    return "a refused call" if copies.capi else "none"


def _filter(evidence: Evidence, lost: Sequence[Event]) -> Rule | None:
    events = {event.id for event in lost}
    return next((found.rule for found in evidence.vendor.filtered if found.event in events), None)


def _is_matchable(evidence: Evidence, event: Event) -> bool:
    strong = any(
        fact.event == event.id and fact.tier == "strongest" and fact.state in _USABLE
        for fact in evidence.vendor.identifiers
    )
    return strong or any(fact.event == event.id and fact.state == "carried" for fact in evidence.vendor.click_ids)


CHECK = Check(
    id="blocked-delivery",
    title="With the tag blocked, the server copy carries the conversion alone",
    why="Visitors with a blocker are a large and valuable share; the server call is their only signal.",
    remedy="Send the server call from the order itself, not from anything the browser must load first.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
