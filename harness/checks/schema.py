"""Do the calls have the shape the vendor documents?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.checks.check import Check, Skip, call_word, copies_in, finding
from harness.model.event import Event
from harness.model.facts import Evidence
from harness.model.result import Finding
from harness.model.spec import RequestRule


def look(evidence: Evidence) -> Iterator[Finding]:
    described = {
        request.id: request for request in evidence.vendor.spec.requests if request.schema or request.request_schema
    }
    judged = [event for event in evidence.vendor.events if event.request in described]
    if not judged:
        raise Skip("no call with a described shape was seen")
    rules = evidence.vendor.spec.rules()
    yield from _of_requests(evidence, judged, described)
    copies = {event.id for _, event in copies_in(evidence.vendor.copies, "tag", "capi", "collect")}
    for event in judged:
        told = {problem.path for problem in event.problems if problem.field == "time" and event.id in copies}
        for fault in event.schema_faults:
            if fault.path in told:
                continue  # event-time says it with the reason
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"{fault.path} of the {call_word(event)} {event.name or event.request} is {fault.found}; "
                f"expected {fault.expected}.",
                rule=rules.get(fault.rule) or described[event.request].rule,
                expected=fault.expected,
                found=fault.found,
                parameter=fault.path,
                events=[event],
            )


def _of_requests(
    evidence: Evidence, judged: Iterable[Event], described: Mapping[str, RequestRule]
) -> Iterator[Finding]:
    """What is wrong with a request is said once, however many events it carries."""
    rules = evidence.vendor.spec.rules()
    carried: dict[str, list[Event]] = {}
    for event in judged:
        if event.request_faults:
            carried.setdefault(event.exchange, []).append(event)
    for events in carried.values():
        for fault in events[0].request_faults:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"{fault.path} of the {call_word(*events)} {events[0].request} is {fault.found}; "
                f"expected {fault.expected}.",
                rule=rules.get(fault.rule) or described[events[0].request].rule,
                expected=fault.expected,
                found=fault.found,
                parameter=fault.path,
                events=events,
            )


CHECK = Check(
    id="schema",
    title="Calls have the documented shape",
    why="Vendors drop or misread fields of another type or name, often without saying so.",
    remedy="Send the field in the documented type and under the documented name.",
    needs=frozenset(),
    look=look,
)
