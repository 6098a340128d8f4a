"""Do tag and server copies agree in what the order does not settle?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, event_by_id, finding, is_or_are, words_of
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    settled = {
        (difference.event, difference.parameter)
        for difference in evidence.vendor.differences
        if difference.against == "order"
    }
    wrong_tag = {parameter for _, parameter in settled}
    for difference in evidence.vendor.differences:
        if difference.against == "order" or difference.parameter in wrong_tag:
            continue
        event = event_by_id(evidence, difference.event)
        partner = next(
            pair.tag for copies in evidence.vendor.copies for pair in copies.pairs if pair.capi.id == event.id
        )
        verb = is_or_are(difference.parameter)
        yield finding(
            evidence,
            CHECK.id,
            "warning",
            f"The server's {words_of(difference.parameter)} {verb} {difference.found}; the tag's {verb} "
            f"{difference.expected}.",
            expected=difference.expected,
            found=difference.found,
            parameter=difference.parameter,
            events=[partner, event],
        )


CHECK = Check(
    id="parameter-agreement",
    title="Tag and server copies agree",
    why="Copies that tell different stories make the platform keep the wrong one, or both.",
    remedy="Fill both copies from the same source.",
    needs=frozenset({"conversions", "platform", "pairs"}),
    look=look,
)
