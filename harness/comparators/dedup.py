"""How many conversions would the platform count, and which copies would it keep?

The vendor's rules are executed on the copies that reached it, in their order of receipt. Where the rules do not say
what happens, or where another order of receipt would give another number, the prediction says so instead of choosing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from harness.comparators.event_values import matches, values_of
from harness.comparators.filters import filtered_events
from harness.model.event import Event
from harness.model.facts import DedupGroup, DedupPrediction
from harness.model.recording import Fate
from harness.model.spec import CopyCondition, DedupRule, Role, VendorSpec

# The surest first; `clock` depends on a time zone that the vendor does not name.
_CERTAINTIES = ("certain", "likely", "clock", "undocumented")
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
    rules = _Rules(spec, _exempt(copies, spec))
    groups = _groups(copies, rules, frozenset())
    by_order = _numbers(copies, rules, frozenset())
    undocumented = _numbers(copies, rules, frozenset({"undocumented"}))
    by_clock = _numbers(copies, rules, frozenset({"undocumented", "clock"}))
    hedged = _numbers(copies, rules, frozenset({"undocumented", "clock", "likely"}))
    certain = (
        _numbers([event for event in copies if event.id not in doubtful], rules, frozenset()) if doubtful else set()
    )
    return DedupPrediction(
        event=event_name,
        groups=tuple(groups),
        counted=len(groups),
        expected=expected,
        order_sensitive=len(by_order) > 1,
        undocumented=undocumented != by_order,
        by_clock=by_clock != undocumented,
        hedged=hedged != by_clock,
        doubtful=bool(certain - by_order),
        filtered=tuple(filtered),
        alternatives=tuple(sorted(by_order | undocumented | by_clock | hedged | certain)),
    )


@dataclass(frozen=True, slots=True)
class _Rules:
    """The vendor's rules, and the copies that a rule is not for: (rule, event).

    They are told once, from the copies as they really came: another order of receipt makes no copy older.
    """

    spec: VendorSpec
    exempt: frozenset[tuple[str, str]]


def _exempt(copies: Iterable[Event], spec: VendorSpec) -> frozenset[tuple[str, str]]:
    return frozenset(
        (rule.rule.id, event.id)
        for rule in spec.dedup
        for event in copies
        if event.channel in rule.copies and not _is_meant(event, rule.copies[event.channel], spec)
    )


def _is_meant(event: Event, wanted: CopyCondition, spec: VendorSpec) -> bool:
    age = 0.0 if event.time is None else event.received_at - event.time
    return (
        (wanted.older is None or age > wanted.older)
        and (wanted.not_older is None or age <= wanted.not_older)
        and matches(event, wanted.where, spec, unlike=wanted.unlike, without=wanted.without)
    )


def _numbers(copies: list[Event], rules: _Rules, unheeded: frozenset[str]) -> set[int]:
    """The counts under every order of receipt, rules of the certainties in `unheeded` left out."""
    numbers = {len(_groups(copies, rules, unheeded))}
    if len(copies) <= _MOST_PERMUTED and _pairwise_rule(rules) is None:
        times = [event.received_at for event in copies]
        for order in permutations(copies):
            moved = [replace(event, received_at=time) for event, time in zip(order, times, strict=True)]
            numbers.add(len(_groups(moved, rules, unheeded)))
    return numbers


def _pairwise_rule(rules: _Rules) -> DedupRule | None:
    return next((rule for rule in rules.spec.dedup if rule.mode == "pairwise"), None)


def _groups(copies: Sequence[Event], rules: _Rules, unheeded: frozenset[str]) -> list[DedupGroup]:
    pairwise = _pairwise_rule(rules)
    if pairwise is not None:
        return _pairwise(copies, pairwise, rules, generous="undocumented" not in unheeded)
    return _grouped(copies, rules, unheeded)


@dataclass(slots=True)
class _Open:
    """A group being filled: its opener, what fell to it, which copy stays so far, and the rule that made it fall."""

    opener: Event
    kept: Event
    members: list[Event]
    rule: DedupRule | None = None
    certainty: str = "certain"


def _grouped(copies: Sequence[Event], rules: _Rules, unheeded: frozenset[str]) -> list[DedupGroup]:
    groups: list[_Open] = []
    for event in copies:
        if not any(_falls(event, group, rules, unheeded) for group in groups):
            groups.append(_Open(opener=event, kept=event, members=[event]))
    return [_closed(group) for group in groups]


def _falls(event: Event, group: _Open, rules: _Rules, unheeded: frozenset[str]) -> bool:
    for rule in rules.spec.dedup:
        certainty = _certainty(rule, group, event, rules)
        if not certainty or certainty in unheeded:
            continue
        group.members.append(event)
        if _is_preferred(event, group, rule):
            group.kept = event
        if group.rule is None or group.certainty == "certain":
            group.rule, group.certainty = rule, certainty
        return True
    return False


def _certainty(rule: DedupRule, group: _Open, event: Event, rules: _Rules) -> str:
    """How surely the event falls to the group by this rule; empty if it does not."""
    members = group.members if rule.against == "any" else [group.opener]
    found = {_applies(rule, member, event, rules) for member in members}
    return next((certainty for certainty in _CERTAINTIES if certainty in found), "")


def _applies(rule: DedupRule, earlier: Event, event: Event, rules: _Rules) -> str:
    """The certainty with which the later event falls to the earlier by this rule, empty if it does not."""
    if not _keys_agree(rule, earlier, event, rules):
        return ""
    is_open = _is_open(rule, moment(earlier, rule), moment(event, rule))
    if is_open is False:
        return ""
    certainty = "likely" if not rule.sure else "certain" if is_open else "clock"
    same_channel = earlier.channel == event.channel
    if rule.across in ("tag", "capi"):
        return certainty if same_channel and event.channel == rule.across else ""
    if rule.across == "channels" and same_channel:
        return "undocumented" if rule.repeat == "undocumented" else ""
    if rule.order == "tag-first" and earlier.channel != "tag":
        return ""
    return certainty


def _is_open(rule: DedupRule, opened: float, now: float) -> bool | None:
    """Is the rule's window open for the later copy? None: that depends on a clock nobody knows."""
    if rule.window is not None and abs(now - opened) > rule.window:
        return False
    if abs(now - opened) < rule.opens_after:
        return False
    if rule.slots is None:
        return True
    if rule.zone != "UTC" and _ZONE_STEP % rule.slots and abs(now - opened) <= rule.slots * _NEAR:
        return True
    shares = {(opened + shift) // rule.slots == (now + shift) // rule.slots for shift in _shifts(rule)}
    return shares.pop() if len(shares) == 1 else None


# Copies nearer than this part of a slot fall into one but for a rare chance; to warn of that each time would be noise.
_NEAR = 0.01
# Every time zone is whole quarters of an hour from UTC.
_ZONE_STEP = 900


def _shifts(rule: DedupRule) -> Iterable[float]:
    """By how many seconds the vendor's clock may be off ours, as far as its slots go."""
    length = rule.slots or 0.0
    zones = [0.0] if rule.zone == "UTC" or _ZONE_STEP % length == 0 else range(0, int(length), _ZONE_STEP)
    return [zone + doubt for zone in zones for doubt in {-rule.edge, 0.0, rule.edge}]


def _keys_agree(rule: DedupRule, one: Event, other: Event, rules: _Rules) -> bool:
    if one.event not in rule.events or other.event not in rule.events:
        return False
    if {(rule.rule.id, one.id), (rule.rule.id, other.id)} & rules.exempt:
        return False
    if rule.unless and values_of(one, rule.unless, rules.spec) and values_of(other, rule.unless, rules.spec):
        return False
    shared = [values_of(one, field, rules.spec) & values_of(other, field, rules.spec) for field in rule.key]
    if not all(shared):
        return False
    return not rule.any_of or any(
        values_of(one, field, rules.spec) & values_of(other, field, rules.spec) for field in rule.any_of
    )


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
    "clock": "the vendor's slots of the clock may end between the copies",
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


def _pairwise(copies: Sequence[Event], rule: DedupRule, rules: _Rules, *, generous: bool) -> list[DedupGroup]:
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
            if _keys_agree(rule, one, other, rules) and abs(moment(one, rule) - moment(other, rule)) <= limit
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
