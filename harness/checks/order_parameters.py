"""Do value, currency, order ID and items say what the order says?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import (
    Check,
    Skip,
    call_word,
    copies_in,
    event_by_id,
    finding,
    is_or_are,
    not_confirmed,
    order,
    words_of,
)
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    seen = list(copies_in(evidence.vendor.copies, "tag", "capi", "collect"))
    if not seen:
        raise Skip("no copy of a conversion arrived")
    fields = {request.id: request.fields for request in evidence.vendor.spec.requests}
    for copies, event in seen:
        for parameter in evidence.vendor.spec.parameters:
            wanted = parameter.required_for.get(event.channel, ())
            if parameter.parameter not in fields[event.request]:
                continue  # this kind of request has no place for it
            if {event.event, "*"} & set(wanted) and parameter.parameter not in event.paths:
                yield finding(
                    evidence,
                    CHECK.id,
                    parameter.severity,
                    f"The {call_word(event)} for {order(copies)} carries no {words_of(parameter.parameter)}.",
                    rule=parameter.rule,
                    expected=words_of(parameter.parameter),
                    found="nothing",
                    parameter=parameter.parameter,
                    events=[event],
                )
    for difference in evidence.vendor.differences:
        if difference.against != "order":
            continue
        event = event_by_id(evidence, difference.event)
        if any(fault.path == event.paths.get(difference.parameter) for fault in event.schema_faults):
            continue  # schema says it
        reason = f" ({difference.explanation})" if difference.explanation else ""
        yield finding(
            evidence,
            CHECK.id,
            "error",
            f"The {words_of(difference.parameter)} of the {call_word(event)} {is_or_are(difference.parameter)} "
            f"{difference.found}{reason}; "
            f"the order says {difference.expected}.",
            expected=difference.expected,
            found=difference.found,
            parameter=difference.parameter,
            events=[event],
        )
    unsure = not_confirmed(evidence)
    if unsure:
        raise unsure


CHECK = Check(
    id="order-parameters",
    title="Value, currency, order ID and items are those of the order",
    why="The platform optimises towards the value it is told.",
    remedy="Take the values from the confirmed order, in one place, for both channels.",
    needs=frozenset({"conversions"}),
    look=look,
)
