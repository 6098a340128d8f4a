"""Do the calls have the shape the vendor documents?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import CHANNEL_WORDS, Check, Skip, copies_in, finding
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    described = {request.id: request for request in evidence.vendor.spec.requests if request.schema}
    judged = [event for event in evidence.vendor.events if event.request in described]
    if not judged:
        raise Skip("no call with a described shape was seen")
    rules = evidence.vendor.spec.rules()
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
                f"{fault.path} of the {CHANNEL_WORDS[event.channel]} {event.name or event.request} is {fault.found}; "
                f"expected {fault.expected}.",
                rule=rules.get(fault.rule) or described[event.request].rule,
                expected=fault.expected,
                found=fault.found,
                parameter=fault.path,
                events=[event],
            )


CHECK = Check(
    id="schema",
    title="Calls have the documented shape",
    why="Vendors drop or misread fields of another type or name, often without saying so.",
    remedy="Send the field in the documented type and under the documented name.",
    needs=frozenset(),
    look=look,
)
