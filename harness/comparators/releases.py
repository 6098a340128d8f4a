"""How does a visit under one release of the site's tracking differ from the same visit under another?

Events are matched by vendor, channel, what they are and the page they fired on, in their order; then their portraits
are compared. Whether a difference matters is not said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations

from deepdiff import DeepDiff

from harness.comparators.kinds import Kinds
from harness.comparators.portraits import SHARED, UNREAD, Portrait, Trait, portraits
from harness.model.comparison import Change, ChangeKind, Direction
from harness.model.facts import DedupPrediction, VendorFacts
from harness.model.recording import Recording, ServerSource
from harness.model.scenario import VendorAccount
from harness.model.spec import Role, VendorSpec

# What an event's own clock may be off from run to run, in seconds: queues, and machines under load.
_AGE_TOLERANCE = 60.0
_VERSION_NAMES = frozenset(("v", "ver", "version", "release", "library", "lib", "sdk", "scriptversion"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One run of a release, as far as it is compared."""

    recording: Recording
    facts: Mapping[str, VendorFacts]
    kinds: Kinds

    @property
    def site_events(self) -> frozenset[str]:
        """The events that count here: those of conversions, and those of which none was to be made."""
        made = {conversion.event for conversion in self.recording.conversions}
        return frozenset(made | set(self.recording.no_conversions))


def release_changes(before: Visit, after: Visit, tolerance: float) -> tuple[Change, ...]:
    """Every change from one visit to the other, equal ones counted together. `tolerance` is of times, in seconds."""
    found = [*_conversions(before, after)]
    for vendor in dict.fromkeys((*before.facts, *after.facts)):
        if vendor not in after.facts:
            found.append(Change(kind=ChangeKind.VENDOR_REMOVED, vendor=vendor, direction=Direction.WORSE))
        elif vendor not in before.facts:
            found.append(Change(kind=ChangeKind.VENDOR_ADDED, vendor=vendor))
        else:
            found += _vendor_changes(before, after, vendor, tolerance)
    kinds = list(ChangeKind)
    return tuple(sorted(_counted(found), key=lambda change: kinds.index(change.kind)))


def gaps(before: Visit, after: Visit) -> tuple[str, ...]:
    """What could not be compared since one of the visits did not show it.

    Where nobody's server can be seen by design, as in another company's shop, there is nothing to miss.
    """
    found = []
    is_meant = any(_is_observable(visit.recording.server_source) for visit in (before, after))
    for name, visit in (("first", before), ("second", after)):
        recording = visit.recording
        if recording.breakdown is not None:
            found.append(f"the journey of the {name} recording did not reach its end: {recording.breakdown.message}")
        found += [
            f"self-check {canary.name} of the {name} recording: expected {canary.expected}, observed {canary.observed}"
            for canary in recording.canaries
            if canary.critical and not canary.passed
        ]
        if is_meant and not _sees_server(recording.server_source):
            found.append(f"the {name} recording did not see the server's calls; only what browsers sent is compared")
    return tuple(found)


def _is_observable(source: ServerSource | None) -> bool:
    return source is not None and source.observable


def _sees_server(source: ServerSource | None) -> bool:
    return source is not None and source.observable and (source.settled or source.waited >= source.budget)


def _conversions(before: Visit, after: Visit) -> Iterator[Change]:
    """Whether the visits made the same orders: else the events differ since the site does."""
    one, other = (
        "; ".join(
            f"{entry.event} of {entry.value} {entry.currency}: {', '.join(item.text for item in entry.items)}"
            for entry in visit.recording.conversions
        )
        or "none"
        for visit in (before, after)
    )
    if DeepDiff(one, other):
        fewer = len(after.recording.conversions) < len(before.recording.conversions)
        direction = Direction.WORSE if fewer else Direction.OTHER
        yield Change(kind=ChangeKind.CONVERSIONS, vendor="", before=one, after=other, direction=direction)


def _vendor_changes(before: Visit, after: Visit, vendor: str, tolerance: float) -> Iterator[Change]:
    visits = (before, after)
    is_seen = all(_sees_server(visit.recording.server_source) for visit in visits)
    one, other = (
        [
            portrait
            for portrait in portraits(visit.facts[vendor], visit.recording, visit.kinds)
            if is_seen or portrait.channel != "capi"
        ]
        for visit in visits
    )
    setting = _Setting(
        spec=before.facts[vendor].spec,
        accounts=(before.facts[vendor].account, after.facts[vendor].account),
        counting=before.site_events | after.site_events,
        tolerance=tolerance,
    )
    matched, removed, added = _matched(one, other)
    for old, new in matched:
        yield from _event_changes(old, new, setting)
    for portrait in removed:
        yield _event_change(ChangeKind.EVENT_REMOVED, portrait, setting, before=_where(portrait))
    for portrait in added:
        yield _event_change(ChangeKind.EVENT_ADDED, portrait, setting, after=_where(portrait))
    yield from _order_changes(matched, tolerance)
    if is_seen:
        yield from _dedup_changes(before.facts[vendor], after.facts[vendor])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What is true of one vendor in both visits. `counting` are the generic events that make a conversion."""

    spec: VendorSpec
    accounts: tuple[VendorAccount, VendorAccount]
    counting: frozenset[str]
    tolerance: float


Pairs = list[tuple[Portrait, Portrait]]


def _matched(before: Sequence[Portrait], after: Sequence[Portrait]) -> tuple[Pairs, list[Portrait], list[Portrait]]:
    """The events that are on both sides, and those on one only; of the rest, those that only the name tells apart."""
    kinds = dict.fromkeys(_kind(portrait) for portrait in (*before, *after))
    pairs: Pairs = []
    removed: list[Portrait] = []
    added: list[Portrait] = []
    for kind in kinds:
        one = [portrait for portrait in before if _kind(portrait) == kind]
        other = [portrait for portrait in after if _kind(portrait) == kind]
        together, gone, come = _aligned(one, other)
        pairs, removed, added = pairs + together, removed + gone, added + come
    for old in list(removed):
        new = next((each for each in added if _is_renamed(old, each)), None)
        if new is not None:
            removed.remove(old)
            added.remove(new)
            pairs.append((old, new))
    return sorted(pairs, key=lambda pair: pair[0].at), removed, added


def _kind(portrait: Portrait) -> tuple[str, ...]:
    """What makes two events the same: the generic event, whatever it is called and whichever way it is sent."""
    is_known = portrait.event and portrait.role is Role.EVENT
    return (portrait.channel, portrait.role, portrait.event if is_known else f"{portrait.request} {portrait.name}")


def _is_renamed(old: Portrait, new: Portrait) -> bool:
    return (old.channel, old.role, old.request, old.page) == (new.channel, new.role, new.request, new.page)


def _aligned(one: list[Portrait], other: list[Portrait]) -> tuple[Pairs, list[Portrait], list[Portrait]]:
    """Paired page by page; events left between two pairs are paired in their order, as they may have moved."""
    pairs: Pairs = []
    gone: list[Portrait] = []
    come: list[Portrait] = []
    is_known = all(each.knows_page for each in (*one, *other))
    pages = [[each.page if is_known else "" for each in side] for side in (one, other)]
    matcher = SequenceMatcher(None, pages[0], pages[1], autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        common = min(i2 - i1, j2 - j1)
        pairs += zip(one[i1 : i1 + common], other[j1 : j1 + common], strict=True)
        gone += one[i1 + common : i2]
        come += other[j1 + common : j2]
    return pairs, gone, come


def _event_changes(old: Portrait, new: Portrait, setting: _Setting) -> Iterator[Change]:
    if old.name != new.name and not _is_same_name(old, new, setting):
        yield _event_change(ChangeKind.EVENT_RENAMED, old, setting, before=old.name, after=new.name)
    if old.page != new.page and old.knows_page and new.knows_page:
        yield _change(ChangeKind.PLACE, old, before=old.page, after=new.page, direction=Direction.WORSE)
    elif old.steps and new.steps and not old.steps & new.steps:
        yield _change(ChangeKind.TIMING, old, before=_steps(old), after=_steps(new))
    yield from _time_changes(old, new, setting.tolerance)
    yield from _trait_changes(old, new, setting)


def _is_same_name(old: Portrait, new: Portrait, setting: _Setting) -> bool:
    """Names that the vendor does not tell apart, or that each scenario gives the event."""
    if old.name.lower() == new.name.lower() and setting.spec.event_names.is_case_free(old.channel, old.request):
        return True
    given = [
        portrait.name in account.names.get(portrait.event, {}).values()
        for portrait, account in zip((old, new), setting.accounts, strict=True)
    ]
    return old.event == new.event and all(given)


def _time_changes(old: Portrait, new: Portrait, tolerance: float) -> Iterator[Change]:
    if old.delay is not None and new.delay is not None and abs(old.delay - new.delay) > tolerance:
        texts = [f"{portrait.delay:.0f} s after the order" for portrait in (old, new)]
        yield _change(ChangeKind.TIMING, old, before=texts[0], after=texts[1])
    yield from _age_changes(old, new, max(tolerance, _AGE_TOLERANCE))


def _age_changes(old: Portrait, new: Portrait, tolerance: float) -> Iterator[Change]:
    if old.age is None and new.age is None:
        return
    is_same = old.age is not None and new.age is not None and abs(old.age - new.age) <= tolerance
    if is_same:
        return
    kind, direction = ChangeKind.PARAMETER_CHANGED, Direction.WORSE
    if new.age is None:
        kind = ChangeKind.PARAMETER_REMOVED
    elif old.age is None:
        kind, direction = ChangeKind.PARAMETER_ADDED, Direction.OTHER
    else:
        direction = _direction(abs(old.age), abs(new.age))
    before, after = ("" if age is None else _age(age) for age in (old.age, new.age))
    yield replace(_change(kind, old, before=before, after=after, direction=direction), parameter="time")


def _age(seconds: float) -> str:
    """How old an event said it was, in a unit that can be read."""
    size = abs(seconds)
    units = (("days", 86_400.0, 172_800), ("hours", 3600.0, 7200), ("seconds", 1.0, 0))
    number, unit = next((size / length, name) for name, length, least in units if size >= least)
    size_text = f"{number:,.0f} {unit if round(number) != 1 else unit.removesuffix('s')}"
    return f"{size_text} {'old' if seconds >= 0 else 'in the future'}"


def _trait_changes(old: Portrait, new: Portrait, setting: _Setting) -> Iterator[Change]:
    """By deepdiff, which names what came, what went and what is another."""
    before, after = ({name: trait.text for name, trait in portrait.traits.items()} for portrait in (old, new))
    for level in (each for group in DeepDiff(before, after, view="tree").values() for each in group):
        name = str(level.path(output_format="list")[0])
        one, other = old.traits.get(name), new.traits.get(name)
        if name == SHARED and not (one and other):
            continue  # the other channel's copy is gone, or has no ID: that is told of it
        if one and other and _may_be_alike(one, other) and not one.worth and not other.worth:
            continue
        change = _trait_change(name, one, other, old)
        yield change if name != "account" else _account_change(change, old, setting)


def _trait_change(name: str, before: Trait | None, after: Trait | None, portrait: Portrait) -> Change:
    is_read, kind = not name.startswith(UNREAD), _trait_kind(name, before, after)
    return replace(
        _change(kind, portrait, direction=_trait_direction(kind, before, after) if is_read else Direction.OTHER),
        parameter=name.removeprefix(UNREAD),
        before=before.text if before else "",
        after=after.text if after else "",
        is_read=is_read,
    )


def _may_be_alike(one: Trait, other: Trait) -> bool:
    """Could both have been prepared in the same way, which only one of the visitors shows?"""
    return one.text in other.perhaps or other.text in one.perhaps


def _trait_direction(kind: ChangeKind, before: Trait | None, after: Trait | None) -> Direction:
    """What is gone is for the worse, and what comes if it is wrong; a right identifier in another form is neither."""
    if after is None:
        return Direction.WORSE
    if before is None:
        return Direction.WORSE if after.worth else Direction.OTHER
    is_harmless = not before.worth and not after.worth
    if kind is ChangeKind.IDENTIFIER_CHANGED and (is_harmless or _may_be_alike(before, after)):
        return Direction.OTHER
    return _direction(before.worth, after.worth)


def _direction(before: float, after: float) -> Direction:
    """Of two figures the higher is the worse; equal ones say nothing of what changed, and it is taken for no gain."""
    return Direction.BETTER if after < before else Direction.WORSE


def _trait_kind(name: str, before: Trait | None, after: Trait | None) -> ChangeKind:
    if name.removeprefix(UNREAD).replace("_", "").lower().rsplit("/", 1)[-1] in _VERSION_NAMES:
        return ChangeKind.VERSION
    if name in ("answer", "fate"):
        return ChangeKind.ACCEPTANCE
    if name == "account":
        return ChangeKind.ACCOUNT
    is_identifier = name.startswith(("identifier.", "click_id.", "browser_id."))
    if before is None:
        return ChangeKind.IDENTIFIER_GAINED if is_identifier else ChangeKind.PARAMETER_ADDED
    if after is None:
        return ChangeKind.IDENTIFIER_LOST if is_identifier else ChangeKind.PARAMETER_REMOVED
    return ChangeKind.IDENTIFIER_CHANGED if is_identifier else ChangeKind.PARAMETER_CHANGED


def _account_change(change: Change, portrait: Portrait, setting: _Setting) -> Change:
    """Another account is none the worse where each scenario wants its own, as a test system does."""
    told = zip(setting.accounts, (change.before, change.after), strict=True)
    is_wanted = all(account.wanted(portrait.channel, is_offline=False) == text for account, text in told)
    return replace(change, direction=Direction.OTHER if is_wanted else Direction.WORSE)


def _order_changes(pairs: Pairs, tolerance: float) -> Iterator[Change]:
    """Events that came in another order, further apart than the tolerance on both sides."""
    for (old, new), (old_next, new_next) in combinations(pairs, 2):
        if old_next.at - old.at > tolerance and new.at - new_next.at > tolerance:
            yield _change(
                ChangeKind.ORDER,
                old,
                before=f"before {old_next.shown} ({old_next.channel})",
                after=f"after {old_next.shown} ({old_next.channel})",
            )


def _dedup_changes(before: VendorFacts, after: VendorFacts) -> Iterator[Change]:
    """What the platform would count; the copy it would keep is told where one copy's identifiers would be lost."""
    theirs = {prediction.event: prediction for prediction in after.dedup}
    for old in before.dedup:
        new = theirs.get(old.event)
        if new is not None and DeepDiff(_counted_words(old), _counted_words(new)):
            yield Change(
                kind=ChangeKind.DEDUP,
                vendor=before.spec.id,
                event=old.event,
                before=_counted_words(old),
                after=_counted_words(new),
                direction=_direction(_error(old), _error(new)),
            )


def _counted_words(prediction: DedupPrediction) -> str:
    numbers = " or ".join(str(number) for number in prediction.alternatives or (prediction.counted,))
    return f"{numbers} of {prediction.expected} counted"


def _error(prediction: DedupPrediction) -> float:
    """How far the count may be off; a count that is not sure is a little worse than one that is."""
    numbers = prediction.alternatives or (prediction.counted,)
    return max(abs(number - prediction.expected) for number in numbers) + 0.1 * (len(numbers) - 1)


def _event_change(
    kind: ChangeKind, portrait: Portrait, setting: _Setting, *, before: str = "", after: str = ""
) -> Change:
    """One of a conversion makes the count another; of the others, only the loss is for the worse."""
    is_other = kind is ChangeKind.EVENT_ADDED and portrait.event not in setting.counting
    known = setting.spec.event_names.sent_in(portrait.channel, portrait.request, portrait.event)
    if kind is ChangeKind.EVENT_RENAMED and {before, after} <= set(known):
        is_other = True
    direction = Direction.OTHER if is_other else Direction.WORSE
    return _change(kind, portrait, before=before, after=after, direction=direction)


def _change(
    kind: ChangeKind,
    portrait: Portrait,
    *,
    before: str = "",
    after: str = "",
    direction: Direction = Direction.OTHER,
) -> Change:
    return Change(
        kind=kind,
        vendor=portrait.vendor,
        channel=portrait.channel,
        event=portrait.shown,
        before=before,
        after=after,
        direction=direction,
    )


def _where(portrait: Portrait) -> str:
    return f"on {portrait.page}" if portrait.page else "sent"


def _steps(portrait: Portrait) -> str:
    return f"during step {' or '.join(str(step + 1) for step in sorted(portrait.steps))}"


def _counted(changes: Iterable[Change]) -> list[Change]:
    """Equal changes as one, with their number: a script that is another is another on every page."""
    numbers: dict[Change, int] = {}
    for change in changes:
        numbers[change] = numbers.get(change, 0) + 1
    return [replace(change, times=number) for change, number in numbers.items()]
