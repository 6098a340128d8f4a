"""What do results over time say of each vendor?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from harness.insights.changes import trend, varies
from harness.insights.figures import LATENESS, MEASURES, days_of, figures, measured_by_day
from harness.insights.readiness import readiness
from harness.model.history import History, IdentifierDay, LossTally, Place, Thresholds, Visit
from harness.model.insights import (
    Change,
    ChangeLine,
    DayShare,
    IdentifierLine,
    Insights,
    LossLine,
    Measure,
    PlaceFigures,
    Section,
    Share,
    Trend,
    TrendState,
)

__all__ = ["insights"]

_CHANNELS = {"tag": "the tag's copy", "capi": "the server's copy"}
_OF_SERVER = frozenset(("server", "taken"))
_LOST = {"tag": "the tag's copy", "capi": "the server's copy", "collect": "the collector's copy"}

_Thing = TypeVar("_Thing")
_Key = TypeVar("_Key", bound=Hashable)

# A curve is of one vendor and one place: figures of several are never mixed when changes are looked for.
_Subject = tuple[str, str, Place]
# An identifier in a channel.
_Carrier = tuple[str, str]


def insights(history: History, thresholds: Thresholds) -> Insights:
    measured = _measured(history.visits)
    carried = _carried(history.identifiers)
    varying = sum(varies(days) for curves in (measured, carried) for each in curves.values() for days in each.values())
    trends = {subject: {key: trend(days, varying) for key, days in each.items()} for subject, each in measured.items()}
    told = {subject: {key: trend(days, varying) for key, days in each.items()} for subject, each in carried.items()}
    vendors = _grouped(history.visits, lambda visit: visit.vendor)
    identifiers = _grouped(history.identifiers, lambda entry: entry.vendor)
    return Insights(
        period=history.period,
        sections=tuple(
            _section(visits, history, identifiers.get(vendor, ()), trends, told)
            for vendor, of_vendor in vendors.items()
            for visits in _grouped(of_vendor, lambda visit: visit.event).values()
        ),
        readiness=tuple(
            readiness(
                visits,
                identifiers.get(vendor, ()),
                _worsened(vendor, trends, told),
                thresholds,
            )
            for vendor, visits in vendors.items()
        ),
        measures=(*MEASURES, LATENESS),
        thresholds=thresholds,
        runs=history.runs,
        untrusted=history.untrusted,
        titles=history.titles,
    )


def _measured(visits: Iterable[Visit]) -> dict[_Subject, dict[Measure, tuple[DayShare, ...]]]:
    grouped = _grouped(visits, lambda visit: (visit.vendor, visit.event, visit.place))
    return {subject: measured_by_day(days_of(of_subject)) for subject, of_subject in grouped.items()}


def _worsened(
    vendor: str,
    trends: Mapping[_Subject, Mapping[Measure, Trend]],
    carried: Mapping[tuple[str, Place], Mapping[_Carrier, Trend]],
) -> tuple[str, ...]:
    """What of the server's calls was last seen to fall, in any place."""
    found = [
        (measure.title, each)
        for (of_vendor, _, _), measured in trends.items()
        for measure, each in measured.items()
        if of_vendor == vendor and measure.id in _OF_SERVER
    ]
    found += [
        (f"{name} in {_CHANNELS[channel]}", each)
        for (of_vendor, _), sent in carried.items()
        for (channel, name), each in sent.items()
        if of_vendor == vendor and channel == "capi"
    ]
    return tuple(dict.fromkeys(name for name, each in found if each.changes and not each.changes[-1].is_better))


def _carried(identifiers: Iterable[IdentifierDay]) -> dict[tuple[str, Place], dict[_Carrier, tuple[DayShare, ...]]]:
    """By vendor and place: of each channel and identifier, in how many runs of each day it was sent."""
    found: dict[tuple[str, Place], dict[_Carrier, list[DayShare]]] = {}
    for entry in sorted(identifiers, key=lambda entry: entry.day):
        curve = found.setdefault((entry.vendor, entry.place), {}).setdefault((entry.channel, entry.name), [])
        curve.append(DayShare(day=entry.day, share=Share(hits=entry.sent, runs=entry.runs)))
    return {subject: {key: tuple(days) for key, days in each.items()} for subject, each in found.items()}


def _section(
    visits: Sequence[Visit],
    history: History,
    identifiers: Sequence[IdentifierDay],
    trends: Mapping[_Subject, Mapping[Measure, Trend]],
    carried: Mapping[tuple[str, Place], Mapping[_Carrier, Trend]],
) -> Section:
    vendor, event = visits[0].vendor, visits[0].event
    places = _grouped(visits, lambda visit: visit.place)
    measured = {place: trends[(vendor, event, place)] for place in places}
    sent = {place: carried.get((vendor, place), {}) for place in places}
    unclear = [found for each in measured.values() for found in each.values() if found.state is TrendState.UNCLEAR]
    return Section(
        vendor=vendor,
        title=visits[-1].title,
        event=event,
        total=figures(visits),
        days=tuple((day, figures(of_day)) for day, of_day in days_of(visits).items()),
        places=tuple(
            PlaceFigures(
                place=place,
                figures=figures(of_place),
                counted_by_day=measured_by_day(days_of(of_place)).get(MEASURES[0], ()),
                trends={measure.id: found for measure, found in measured[place].items()},
            )
            for place, of_place in places.items()
        ),
        changes=tuple(_change_lines(measured, sent)),
        identifiers=tuple(_identifier_lines(identifiers)),
        losses=tuple(_loss_lines(loss for loss in history.losses if loss.vendor == vendor)),
        findings=tuple(found for found in history.findings if found.vendor == vendor),
        unclear=len(unclear),
        needed=max((found.needed for found in unclear), default=0),
    )


def _change_lines(
    measured: Mapping[Place, Mapping[Measure, Trend]], carried: Mapping[Place, Mapping[_Carrier, Trend]]
) -> Iterator[ChangeLine]:
    """The newest first; the same change of several places on one day is told once."""
    found: list[tuple[str, Place, Change]] = []
    for place, trends in measured.items():
        found += [(measure.title, place, change) for measure, each in trends.items() for change in each.changes]
    for place, sent in carried.items():
        found += [
            (f"{name} in {_CHANNELS[channel]}", place, change)
            for (channel, name), each in sent.items()
            for change in each.changes
        ]
    alike = _grouped(found, lambda entry: (entry[2].day, entry[0], entry[2].is_better))
    for (day, subject, is_better), entries in sorted(alike.items(), reverse=True):
        yield ChangeLine(
            subject=subject,
            day=day,
            places=tuple(place for _, place, _ in entries),
            before=_sum(change.before for _, _, change in entries),
            after=_sum(change.after for _, _, change in entries),
            is_better=is_better,
        )


def _identifier_lines(entries: Iterable[IdentifierDay]) -> Iterator[IdentifierLine]:
    for name, of_name in sorted(_grouped(entries, lambda entry: entry.name).items()):
        channels = _grouped(of_name, lambda entry: entry.channel)
        shares = {
            channel: _sum(Share(hits=entry.sent, runs=entry.runs) for entry in days)
            for channel, days in channels.items()
        }
        yield IdentifierLine(name=name, tag=shares.get("tag"), server=shares.get("capi"))


def _loss_lines(losses: Iterable[LossTally]) -> Iterator[LossLine]:
    for profile, of_profile in sorted(_grouped(losses, lambda loss: loss.place.profile).items()):
        runs = sum(loss.runs for loss in of_profile)
        gone: Counter[str] = Counter()
        for loss in of_profile:
            for what in (*(_LOST[channel] for channel in loss.gone), *loss.click_ids, *loss.browser_ids):
                gone[what] += loss.runs
        for what, times in gone.most_common():
            yield LossLine(profile=profile, what=what, share=Share(hits=times, runs=runs))


def _grouped(things: Iterable[_Thing], key: Callable[[_Thing], _Key]) -> dict[_Key, list[_Thing]]:
    """In the order in which the keys are met."""
    found: dict[_Key, list[_Thing]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return found


def _sum(shares: Iterable[Share]) -> Share:
    told = list(shares)
    return Share(hits=sum(share.hits for share in told), runs=sum(share.runs for share in told))
