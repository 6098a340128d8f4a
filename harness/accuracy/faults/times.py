"""Mistakes with clocks: units, time zones, and calls that wait too long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from harness.accuracy.case import Case
from harness.accuracy.demands import asks_for
from harness.accuracy.editing import GONE, NotThereError
from harness.accuracy.fault import Fault
from harness.model.recording import Recording
from harness.model.spec import TimeLimit

_FOLLOWS = frozenset({
    "event-time", "schema", "vendor-acceptance", "counted-conversions", "parameter-agreement", "filtered-event",
    "blocked-delivery",
})  # fmt: skip
_FINDS = ("event-time", "schema", "vendor-acceptance")
_SECONDS = 11
_DAY = 86400.0


def _in_another_unit(value: Any) -> Any:
    """Milliseconds where seconds are due, and seconds where the vendor wants milliseconds or more."""
    text = str(value)
    if not text.isdecimal():
        raise NotThereError("a number")
    number = int(text) * 1000 if len(text) < _SECONDS else int(text) // 10 ** (len(text) - 10)
    return type(value)(number)


def _shifted(by: float) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        text = str(value)
        if text.isdecimal():
            return type(value)(int(text) + int(by) * 10 ** (len(text) - 10))
        moved = datetime.fromisoformat(text).timestamp() + by
        return datetime.fromtimestamp(moved, tz=datetime.fromisoformat(text).tzinfo).isoformat().replace("+00:00", "Z")

    return change


def _too_old(case: Case) -> Recording:
    """A day older than this vendor takes."""
    limit = _limit(case).max_age
    if limit is None:
        raise NotThereError("a limit")
    return case.edited("capi", "time", _shifted(-limit - _DAY))


def _in_the_future(case: Case) -> Recording:
    event, limit = case.of("capi"), _limit(case)
    if event.time is None:
        raise NotThereError("a time")
    age = event.received_at - event.time
    return case.edited("capi", "time", _shifted(_away(case) + age + limit.max_future + 2 * 3600))


def _away(case: Case) -> float:
    """How long the visitor was away, by which a server's clock may lag behind the visit."""
    return sum(leg.pause for leg in case.recording.legs[: case.exchange("capi").leg + 1])


def _limit(case: Case) -> TimeLimit:
    """What the vendor takes of the server's copy as it is."""
    if case.spec.event_time is None:
        raise NotThereError("a limit")
    event = case.of("capi")
    return case.spec.event_time.limit_for(event.request, event.fields)


def _optional(case: Case) -> str:
    return "" if asks_for(case, "capi", "time") else "this vendor takes the time of receipt"


def _fault(
    name: str, says: str, spoil: Callable[[Case], Recording], harmless: Callable[[Case], str] = lambda case: ""
) -> Fault:
    return Fault(
        id=name,
        family="times",
        says=says,
        spoil=spoil,
        finds=_FINDS,
        follows=_FOLLOWS,
        harmless=harmless,
        needs=("capi",),
    )


def _in_another_form(value: Any) -> Any:
    """Unix time where text is due, and text where a number is."""
    text = str(value)
    if text.isdecimal():
        at = datetime.fromtimestamp(int(text) / 10 ** (len(text) - 10), tz=UTC)
        return at.isoformat().replace("+00:00", "Z")
    return int(datetime.fromisoformat(text).timestamp())


FAULTS = (
    _fault(
        "time-form-server",
        "text for the server's time where a number is due, or the reverse",
        lambda case: case.edited("capi", "time", _in_another_form),
    ),
    _fault(
        "time-zone-server",
        "the server's time is two hours early, as of another zone",
        lambda case: case.edited("capi", "time", _shifted(-2 * 3600)),
    ),
    _fault(
        "time-unit-server",
        "the server's time in another unit",
        lambda case: case.edited("capi", "time", _in_another_unit),
    ),
    _fault("time-too-old", "a server event a day older than the vendor takes", _too_old),
    _fault("time-in-future", "a server event hours ahead of its sending", _in_the_future),
    _fault("time-word", "a word for the server's time", lambda case: case.edited("capi", "time", lambda value: "now")),
    _fault(
        "time-zero", "the server's time is 0", lambda case: case.edited("capi", "time", lambda value: type(value)(0))
    ),
    _fault(
        "time-missing",
        "no time in the server's copy",
        lambda case: case.edited("capi", "time", lambda value: GONE),
        _optional,
    ),
)
