"""Can a vendor's tag be dropped, and its server calls stand alone?

A condition on a share is met where even the low end of its confidence interval is good enough, not met where even the
high end is not, and otherwise not to be told yet (Wilson's interval, 95 %).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import sqrt

from harness.insights.figures import figures
from harness.model.history import IdentifierDay, Thresholds, Visit
from harness.model.insights import Readiness, ReadinessVerdict, Reason, Share

_DEVIATIONS = 1.96
_HALF = 0.5


def readiness(
    visits: Sequence[Visit], identifiers: Sequence[IdentifierDay], worsened: Sequence[str], limits: Thresholds
) -> Readiness:
    """Of one vendor; all its kinds of conversions together. `worsened` names what of its server's calls fell lately."""
    vendor, title = visits[0].vendor, visits[-1].title
    told = figures(visits)
    if not any(visit.told_by_tag for visit in visits):
        says = "No order was told by a tag: there is nothing to drop, or the tag never worked."
        reason = Reason(subject="Tag", met=None, says=says)
        return Readiness(vendor=vendor, title=title, verdict=ReadinessVerdict.NO_TAG, reasons=(reason,))
    lost = _lost(identifiers)
    reasons = (
        *_evidence(visits, limits),
        _server_coverage(told.shares["server"], limits),
        _alone(visits, limits),
        _refusals(told.calls["capi"], limits),
        _strength(visits, limits),
        _losses(lost, limits),
        _steadiness(worsened),
    )
    return Readiness(vendor=vendor, title=title, verdict=_verdict(reasons), reasons=reasons, lost=lost)


def _verdict(reasons: Iterable[Reason]) -> ReadinessVerdict:
    answers = {reason.met for reason in reasons}
    if False in answers:
        return ReadinessVerdict.NOT_READY
    return ReadinessVerdict.UNKNOWN if None in answers else ReadinessVerdict.READY


def _evidence(visits: Sequence[Visit], limits: Thresholds) -> Iterator[Reason]:
    """What is missing is never a reason against, only one to wait."""
    days = {visit.day for visit in visits}
    span = (date.fromisoformat(max(days)) - date.fromisoformat(min(days))).days + 1
    yield _enough("Days", span, limits.days, f"{_number(span, 'day')} from the first run to the last")
    runs = len({(visit.place, visit.started_at) for visit in visits})
    yield _enough("Runs", runs, limits.runs, _number(runs, "run"))
    blocking = {visit.place.profile for visit in visits if visit.blocking}
    open_ = {visit.place.profile for visit in visits if not visit.blocking}
    yield _enough(
        "Blocking profiles",
        len(blocking),
        limits.blocking_profiles,
        f"{_number(len(blocking), 'profile')} that block: {', '.join(sorted(blocking)) or 'none'}",
    )
    yield _enough("Open profiles", len(open_), 1, f"{_number(len(open_), 'profile')} without blocking, to compare with")


def _enough(subject: str, found: int, wanted: int, says: str) -> Reason:
    missing = max(wanted - found, 0)
    return Reason(
        subject=subject,
        met=None if missing else True,
        says=f"{says}; {missing} more needed." if missing else f"{says}; {wanted} needed.",
    )


def _server_coverage(told: Share, limits: Thresholds) -> Reason:
    if not told.hits:
        return Reason(subject="Server events", met=False, says="The server told of no order that the vendor took.")
    return Reason(
        subject="Server events",
        met=_at_least(told, limits.server_told),
        says=f"The server told of every order in {told.hits} of {told.runs} runs; "
        f"{_percent(limits.server_told)} needed{_doubt(_at_least(told, limits.server_told))}.",
    )


def _alone(visits: Sequence[Visit], limits: Thresholds) -> Reason:
    """Where a blocker stopped the tag, it was as if there were none."""
    counted = figures([visit for visit in visits if visit.orders and not visit.told_by_tag]).shares["counted"]
    if not counted.runs:
        return Reason(
            subject="Counted without the tag", met=None, says="In no run was the tag stopped for every order."
        )
    met = _at_least(counted, limits.counted_alone)
    return Reason(
        subject="Counted without the tag",
        met=met,
        says=f"Where no tag's copy arrived, {counted.hits} of {counted.runs} runs are counted as ordered; "
        f"{_percent(limits.counted_alone)} needed{_doubt(met)}.",
    )


def _refusals(calls: Share, limits: Thresholds) -> Reason:
    if not calls.runs:
        return Reason(subject="Error rate", met=None, says="No answer of the vendor to a server call was seen.")
    taken = _at_least(Share(hits=calls.runs - calls.hits, runs=calls.runs), 1 - limits.server_refused)
    return Reason(
        subject="Error rate",
        met=taken,
        says=f"The vendor refused {calls.hits} of {calls.runs} server calls; "
        f"{_percent(limits.server_refused)} allowed{_doubt(taken)}.",
    )


def _strength(visits: Sequence[Visit], limits: Thresholds) -> Reason:
    """Compared in the same runs: where a blocker stops the tag, the server has nothing to be held against."""
    both = figures([visit for visit in visits if {"tag", "capi"} <= visit.coverage.keys()]).scores
    if not both:
        says = "In no run did both copies arrive with identifiers that could be compared."
        return Reason(subject="Identifiers", met=None, says=says)
    return Reason(
        subject="Identifiers",
        met=both["capi"] >= both["tag"] - limits.identifier_points,
        says=f"Our identifier score is {both['capi']:.0f} for the server's copy alone and {both['tag']:.0f} for the "
        f"tag's; {limits.identifier_points:g} points less are allowed.",
    )


def _lost(identifiers: Sequence[IdentifierDay]) -> tuple[str, ...]:
    """What the tag sends in most runs and the server in less than half of those without blocking."""
    sent: dict[tuple[str, str], list[int]] = {}
    for entry in identifiers:
        if not entry.blocking:
            tally = sent.setdefault((entry.channel, entry.name), [0, 0])
            tally[0] += entry.sent
            tally[1] += entry.runs

    def usual(channel: str, name: str) -> bool:
        hits, runs = sent.get((channel, name), (0, 0))
        return bool(runs) and hits / runs > _HALF

    names = dict.fromkeys(name for _, name in sent)
    return tuple(name for name in names if usual("tag", name) and not usual("capi", name))


def _losses(lost: Sequence[str], limits: Thresholds) -> Reason:
    says = f"Only the tag carries {', '.join(lost)}" if lost else "The tag carries nothing that the server does not"
    return Reason(
        subject="Lost with the tag",
        met=len(lost) <= limits.lost_identifiers,
        says=f"{says}; {_number(limits.lost_identifiers, 'identifier')} may be lost.",
    )


def _steadiness(worsened: Sequence[str]) -> Reason:
    """A mean of many days hides what broke on one of the last."""
    says = f"Fell and did not recover: {', '.join(worsened)}." if worsened else "Nothing of the server's calls fell."
    return Reason(subject="Steadiness", met=not worsened, says=says)


def _at_least(share: Share, wanted: float) -> bool | None:
    low, high = interval(share)
    return True if low >= wanted else (False if high < wanted else None)


def interval(share: Share) -> tuple[float, float]:
    """Wilson's score interval."""
    runs, square = share.runs, _DEVIATIONS**2
    middle = (share.hits + square / 2) / (runs + square)
    reach = _DEVIATIONS / (runs + square) * sqrt(share.hits * (runs - share.hits) / runs + square / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _doubt(met: bool | None) -> str:
    return ", and there are too few to be sure" if met is None else ""


def _number(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
