"""Which figures sum up some visits of one vendor?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from statistics import fmean, median

from harness.model.history import Visit
from harness.model.insights import DayShare, Delays, Figures, Measure, Share

# What holds in a visit or not; None where it could not.
_HOLDS: dict[Measure, Callable[[Visit], bool | None]] = {
    Measure(
        id="counted",
        title="Counted as ordered",
        says="The vendor would count exactly the orders that were made.",
    ): lambda visit: None if visit.counted is None else visit.counted == visit.orders,
    Measure(
        id="tag",
        title="Told by the tag",
        says="A copy of every order arrived from the browser.",
    ): lambda visit: visit.told_by_tag == visit.orders if visit.orders else None,
    Measure(
        id="server",
        title="Told by the server",
        says="A copy of every order arrived from the server, and was not refused.",
    ): lambda visit: visit.told_by_server == visit.orders if visit.orders else None,
    Measure(
        id="deduplicated",
        title="Copies joined",
        says="Of every order that both told of, one copy is counted.",
    ): lambda visit: visit.deduplicated == visit.told_by_both if visit.told_by_both else None,
    Measure(
        id="taken",
        title="Server calls taken",
        says="The vendor refused no server call.",
    ): lambda visit: not visit.refused.get("capi") if visit.answers.get("capi") else None,
}
MEASURES = tuple(_HOLDS)
LATENESS = Measure(
    id="prompt",
    title="Server copy no later than usual",
    says="The server's copy came within the median time of its scenario and profile.",
)
CHANNELS = ("tag", "capi")


def figures(visits: Sequence[Visit]) -> Figures:
    counted = [visit for visit in visits if visit.counted is not None]
    delays = sorted(delay for visit in visits for delay in visit.delays)
    return Figures(
        runs=len(visits),
        orders=sum(visit.orders for visit in counted),
        counted=sum(visit.counted or 0 for visit in counted),
        shares={measure.id: _share(holds, visits) for measure, holds in _HOLDS.items()},
        calls={
            channel: Share(
                hits=sum(visit.refused.get(channel, 0) for visit in visits),
                runs=sum(visit.answers.get(channel, 0) for visit in visits),
            )
            for channel in CHANNELS
        },
        scores={
            channel: fmean(scores)
            for channel in CHANNELS
            for scores in [[visit.coverage[channel] for visit in visits if channel in visit.coverage]]
            if scores
        },
        delays=Delays(median=median(delays), p95=_percentile(delays, 95)) if delays else Delays(),
    )


def days_of(visits: Iterable[Visit]) -> dict[str, list[Visit]]:
    """The visits by day, in order of time."""
    ordered = sorted(visits, key=lambda visit: visit.started_at)
    return {day: list(group) for day, group in groupby(ordered, key=lambda visit: visit.day)}


def measured_by_day(days: Mapping[str, Sequence[Visit]]) -> dict[Measure, tuple[DayShare, ...]]:
    """Each measure's curve; days on which it could not hold are left out."""
    curves = {measure: _by_day(holds, days) for measure, holds in _HOLDS.items()}
    delays = [median(visit.delays) for visits in days.values() for visit in visits if visit.delays]
    if delays:
        usual = median(delays)
        curves[LATENESS] = _by_day(lambda visit: median(visit.delays) <= usual if visit.delays else None, days)
    return {measure: shares for measure, shares in curves.items() if shares}


def _by_day(holds: Callable[[Visit], bool | None], days: Mapping[str, Sequence[Visit]]) -> tuple[DayShare, ...]:
    shares = (DayShare(day=day, share=_share(holds, visits)) for day, visits in days.items())
    return tuple(entry for entry in shares if entry.share.runs)


def _share(holds: Callable[[Visit], bool | None], visits: Iterable[Visit]) -> Share:
    answers = [answer for visit in visits if (answer := holds(visit)) is not None]
    return Share(hits=sum(answers), runs=len(answers))


def _percentile(ordered: Sequence[float], part: int) -> float:
    """The least value that so many of a hundred do not exceed."""
    return ordered[max(0, -(-len(ordered) * part // 100) - 1)]
