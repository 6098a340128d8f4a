"""Is the event's time fresh and in the vendor's unit?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, copies_in, finding, order
from harness.model.event import Event
from harness.model.facts import Copies, Evidence
from harness.model.result import Finding
from harness.model.spec import Role, Rule


def look(evidence: Evidence) -> Iterator[Finding]:
    seen = [
        (copies, event)
        for copies, event in copies_in(evidence.vendor.copies, "tag", "capi", "collect", "enhancements")
        if event.time is not None or any(problem.field == "time" for problem in event.problems)
    ]
    if not seen:
        raise Skip("no copy of a conversion carries a time of its own")
    for copies, event in seen:
        yield from _unreadable(evidence, event)
        out_of_limits = list(_out_of_limits(evidence, event))
        yield from out_of_limits or _another_time(evidence, copies, event)


def _unreadable(evidence: Evidence, event: Event) -> Iterator[Finding]:
    for problem in event.problems:
        if problem.field == "time":
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The time of the {call_word(event)} is {problem.found}{_unit(problem.found)}; "
                f"expected {problem.expected}.",
                rule=_unit_rule(evidence, event),
                expected=problem.expected,
                found=problem.found,
                parameter="time",
                events=[event],
            )


def _out_of_limits(evidence: Evidence, event: Event) -> Iterator[Finding]:
    limits = evidence.vendor.spec.event_time
    if event.time is None or limits is None or event.channel != "capi":
        return
    word, age = call_word(event), event.received_at - event.time
    limit = limits.limit_for(event.request, event.fields)
    sent = f"The {word} is {_span(max(age, 0.0))} old when it is sent"

    def told(severity: str, message: str, rule: Rule, expected: str, found: str, remedy: str = "") -> Finding:
        return finding(
            evidence,
            CHECK.id,
            severity,
            message,
            rule=rule,
            expected=expected,
            found=found,
            remedy=remedy,
            parameter="time",
            events=[event],
        )

    if limit.max_age is not None and age > limit.max_age:
        most = _span(limit.max_age)
        yield told("error", f"{sent}; the vendor takes {most}.", limit.rule, f"at most {most} old", f"{_span(age)} old")
    elif limit.late is not None and age > limit.late.after:
        late, most = limit.late, _span(limit.late.after)
        yield told(
            "warning", f"{sent}; after {most} {late.means}.", late.rule, f"at most {most} old", f"{_span(age)} old"
        )
    elif -age > limit.max_future:
        ahead = _span(-age)
        message = f"The {word} says it happens {ahead} after it was sent."
        yield told("error", message, limit.rule, "a time that is not in the future", f"{ahead} ahead")
    elif limit.early is not None and age < limit.early.before:
        early, least = limit.early, _span(limit.early.before)
        yield told(
            "warning",
            f"{sent}; before {least} {early.means}.",
            early.rule,
            f"at least {least} old",
            f"{_span(max(age, 0.0))} old",
            "Send it when the vendor is ready for it, or again where the answer says that nothing was found.",
        )


def _another_time(evidence: Evidence, copies: Copies, event: Event) -> Iterator[Finding]:
    """A time that the vendor takes may still be another than that of the order, as of a clock in another zone."""
    if event.time is None or event.role is not Role.EVENT or not evidence.recording.is_driven:
        return
    by = event.time - copies.conversion.at
    if abs(by) < _NEAR:
        return
    hours = abs(by) / 3600
    is_of_a_zone = hours <= _WIDEST and abs(hours - round(hours)) * 3600 < _NEAR / 3
    guess = ", as of another time zone" if is_of_a_zone else ""
    yield finding(
        evidence,
        CHECK.id,
        "warning",
        f"The {call_word(event)} says that {order(copies)} was made {_span(abs(by))} "
        f"{'later' if by > 0 else 'earlier'} than it was{guess}.",
        expected="the time of the order",
        found=f"{_span(abs(by))} {'later' if by > 0 else 'earlier'}",
        parameter="time",
        events=[event],
    )


# Clocks differ by minutes at most, and the harness sees an order when the page says so.
_NEAR = 900.0
# Two clocks of the world differ by so many hours at most (UTC-12 and UTC+14), and a little for the seconds on the way.
_WIDEST = 26.1


def _unit_rule(evidence: Evidence, event: Event) -> Rule | None:
    """The vendor's rule about times; where that is inferred, the one about the request, whose unit is documented."""
    limits = evidence.vendor.spec.event_time
    if limits is not None and limits.rule.basis != "inferred":
        return limits.rule
    return next((each.rule for each in evidence.vendor.spec.requests if each.id == event.request), None)


def _unit(found: str) -> str:
    if found.isdigit() and len(found) == 13:
        return " (milliseconds)"
    return " (seconds)" if found.isdigit() and len(found) == 10 else ""


def _span(seconds: float) -> str:
    for unit, size in (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= size:
            number = round(seconds / size, 1)
            return f"{number:g} {unit}{'' if number == 1 else 's'}"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"


CHECK = Check(
    id="event-time",
    title="Event times are fresh and in the vendor's unit",
    why="Vendors refuse old events, some of them the whole batch; a time in another unit is centuries off.",
    remedy="Send the time of the conversion itself, in the unit the vendor documents.",
    needs=frozenset({"conversions"}),
    look=look,
)
