"""How many conversions would the platform count, and which copies would it keep?

The vendor's rules are executed on the copies that reached it, in their order of receipt. Where the rules do not say
what happens, or where another order of receipt would give another number, the prediction says so instead of choosing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from harness.comparators.event_values import values_of
from harness.comparators.filters import filtered_events
from harness.model.event import Event
from harness.model.facts import DedupGroup, DedupPrediction
from harness.model.recording import Fate
from harness.model.spec import DedupRule, Role, VendorSpec

# Beyond this many copies all orders are not tried: 5! = 120 is quick, 10! is not, and nobody sends ten copies.
_MOST_PERMUTED = 5


def reached(events: Iterable[Event]) -> list[Event]:
    """The copies the platform has: sent, and not refused by it. Enhancements never add a count."""
    return [
        event
        for event in events
        if event.role is Role.EVENT
        and event.channel in ("tag", "capi")
        and event.fate in (Fate.ANSWERED, Fate.PENDING)
        and event.answer.accepted is not False
    ]


def predict(event_name: str, events: Iterable[Event], spec: VendorSpec, expected: int) -> DedupPrediction:
    """The prediction for all copies of one generic event of one vendor in one run."""
    arrived = sorted(reached(events), key=lambda event: (event.received_at, event.id))
    filtered = [found for found in filtered_events(arrived, spec) if found.counted != "always"]
    lost = {found.event for found in filtered if found.counted == "never"}
    doubtful = {found.event for found in filtered} - lost
    copies = [event for event in arrived if event.id not in lost]
    groups = _groups(copies, spec, frozenset())
    by_order = _numbers(copies, spec, frozenset())
    undocumented = _numbers(copies, spec, frozenset({"undocumented"}))
    hedged = _numbers(copies, spec, frozenset({"undocumented", "likely"}))
    certain = (
        _numbers([event for event in copies if event.id not in doubtful], spec, frozenset()) if doubtful else set()
    )
    return DedupPrediction(
        event=event_name,
        groups=tuple(groups),
        counted=len(groups),
        expected=expected,
        order_sensitive=len(by_order) > 1,
        undocumented=undocumented != by_order,
        hedged=hedged != undocumented,
        doubtful=bool(certain - by_order),
        filtered=tuple(filtered),
        alternatives=tuple(sorted(by_order | undocumented | hedged | certain)),
    )


def _numbers(copies: list[Event], spec: VendorSpec, unheeded: frozenset[str]) -> set[int]:
    """The counts under every order of receipt, rules of the certainties in `unheeded` left out."""
    numbers = {len(_groups(copies, spec, unheeded))}
    if len(copies) <= _MOST_PERMUTED and _pairwise_rule(spec) is None:
        times = [event.received_at for event in copies]
        for order in permutations(copies):
            moved = [replace(event, received_at=time) for event, time in zip(order, times, strict=True)]
            numbers.add(len(_groups(moved, spec, unheeded)))
    return numbers


def _pairwise_rule(spec: VendorSpec) -> DedupRule | None:
    return next((rule for rule in spec.dedup if rule.mode == "pairwise"), None)


def _groups(copies: Sequence[Event], spec: VendorSpec, unheeded: frozenset[str]) -> list[DedupGroup]:
    pairwise = _pairwise_rule(spec)
    if pairwise is not None:
        return _pairwise(copies, pairwise, spec, generous="undocumented" not in unheeded)
    return _grouped(copies, spec, unheeded)


@dataclass(slots=True)
class _Open:
    """A group being filled: its opener, what fell to it, which copy stays so far, and the rule that made it fall."""

    opener: Event
    kept: Event
    members: list[Event]
    rule: DedupRule | None = None
    certainty: str = "certain"


def _grouped(copies: Sequence[Event], spec: VendorSpec, unheeded: frozenset[str]) -> list[DedupGroup]:
    groups: list[_Open] = []
    for event in copies:
        if not any(_falls(event, group, spec, unheeded) for group in groups):
            groups.append(_Open(opener=event, kept=event, members=[event]))
    return [_closed(group) for group in groups]


def _falls(event: Event, group: _Open, spec: VendorSpec, unheeded: frozenset[str]) -> bool:
    for rule in spec.dedup:
        certainty = _certainty(rule, group, event, spec)
        if not certainty or certainty in unheeded:
            continue
        group.members.append(event)
        if _is_preferred(event, group, rule):
            group.kept = event
        if group.rule is None or group.certainty == "certain":
            group.rule, group.certainty = rule, certainty
        return True
    return False


def _certainty(rule: DedupRule, group: _Open, event: Event, spec: VendorSpec) -> str:
    """How surely the event falls to the group by this rule; empty if it does not."""
    members = group.members if rule.against == "any" else [group.opener]
    found = {_applies(rule, member, event, spec) for member in members}
    return next((certainty for certainty in ("certain", "likely", "undocumented") if certainty in found), "")


def _applies(rule: DedupRule, earlier: Event, event: Event, spec: VendorSpec) -> str:
    """`certain`, `likely` or `undocumented` if the later event falls to the earlier by this rule, else empty."""
    if not _keys_agree(rule, earlier, event, spec):
        return ""
    apart = moment(event, rule) - moment(earlier, rule)
    if rule.window is not None and abs(apart) > rule.window:
        return ""
    if abs(apart) < rule.opens_after:
        return ""
    same_channel = earlier.channel == event.channel
    if rule.across in ("tag", "capi"):
        if not same_channel or event.channel != rule.across:
            return ""
        return "certain" if rule.sure else "likely"
    if rule.across == "channels" and same_channel:
        return "undocumented" if rule.repeat == "undocumented" else ""
    if rule.order == "tag-first" and earlier.channel != "tag":
        return ""
    return "certain" if rule.sure else "likely"


def _keys_agree(rule: DedupRule, one: Event, other: Event, spec: VendorSpec) -> bool:
    if one.event not in rule.events or other.event not in rule.events:
        return False
    if rule.unless and values_of(one, rule.unless, spec) and values_of(other, rule.unless, spec):
        return False
    shared = [values_of(one, field, spec) & values_of(other, field, spec) for field in rule.key]
    if not all(shared):
        return False
    return not rule.any_of or any(values_of(one, field, spec) & values_of(other, field, spec) for field in rule.any_of)


def moment(event: Event, rule: DedupRule) -> float:
    """The event's time on the rule's clock; without a clock of its own, the time of receipt."""
    return event.time if rule.clock == "event-time" and event.time is not None else event.received_at


def _closed(group: _Open) -> DedupGroup:
    if group.rule is None:
        return DedupGroup(kept=group.opener, dropped=())
    return DedupGroup(
        kept=group.kept,
        dropped=tuple(member for member in group.members if member is not group.kept),
        rule=group.rule.rule,
        certainty=group.certainty,
        note=_NOTES.get(group.certainty, ""),
    )


_NOTES = {
    "likely": "the vendor says this holds generally, not always",
    "undocumented": "the vendor does not say what a repeat inside one channel does",
}


def _is_preferred(event: Event, group: _Open, rule: DedupRule) -> bool:
    """Does the copy that falls by this rule stay, in place of the one that has stayed so far?"""
    if rule.prefer_tag_within:
        is_near = abs(event.received_at - group.opener.received_at) <= rule.prefer_tag_within
        return is_near and event.channel == "tag" != group.kept.channel
    if rule.keep in ("tag", "capi"):
        return event.channel == rule.keep != group.kept.channel
    return rule.keep == "last"


def _pairwise(copies: Sequence[Event], rule: DedupRule, spec: VendorSpec, *, generous: bool) -> list[DedupGroup]:
    """Each tag copy cancels at most one server copy, the nearest in time first; the rest all count.

    Without `generous`, pairs as far apart as the window's edge are left unpaired: clocks differ by seconds.
    """
    window = rule.window if rule.window is not None else float("inf")
    limit = window if generous else window - rule.edge
    tags = [event for event in copies if event.channel == "tag"]
    calls = [event for event in copies if event.channel == "capi"]
    candidates = sorted(
        (
            (abs(moment(one, rule) - moment(other, rule)), one.id, other.id, one, other)
            for one in tags
            for other in calls
            if _keys_agree(rule, one, other, spec) and abs(moment(one, rule) - moment(other, rule)) <= limit
        ),
        key=lambda candidate: candidate[:3],
    )
    partner: dict[str, Event] = {}
    for _, _, _, one, other in candidates:
        if one.id not in partner and other.id not in partner:
            partner[one.id], partner[other.id] = other, one
    groups = []
    for event in copies:
        mate = partner.get(event.id)
        if mate is None:
            groups.append(DedupGroup(kept=event, dropped=()))
        elif event.channel == "tag":
            near_edge = abs(moment(event, rule) - moment(mate, rule)) > window - rule.edge
            note = "the copies are as far apart as the window allows" if near_edge else ""
            if rule.keep == "unknown" and not note:
                note = "the vendor does not say which of the two it keeps"
            kept, dropped = (mate, event) if rule.keep == "capi" else (event, mate)
            groups.append(
                DedupGroup(
                    kept=kept,
                    dropped=(dropped,),
                    rule=rule.rule,
                    certainty="likely" if near_edge else "certain",
                    note=note,
                )
            )
    return groups
