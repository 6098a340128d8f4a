"""Does every copy of a conversion carry a usable event ID?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, copies_in, finding, on_the_web, order, words_of
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    wanted = evidence.vendor.spec.event_id
    if wanted is None or not wanted.used:
        raise Skip("this vendor has no event ID")
    seen = list(copies_in(on_the_web(evidence), "tag", "capi"))
    if not seen:
        raise Skip("no copy of a conversion arrived")
    served = [(copies, event) for copies, event in seen if wanted.serves(event.event)]
    if not served:
        raise Skip(f"this vendor has no event ID for {seen[0][1].event}")
    for copies, event in served:
        word = call_word(event)
        key = event.key
        if not key:
            elsewhere = event.fields.get("misplaced_event_id", "")
            note = f" It stands in {event.paths['misplaced_event_id']}, where it has no effect." if elsewhere else ""
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The {word} for {order(copies)} carries no {words_of(wanted.field)}.{note}",
                rule=wanted.rule,
                expected="an ID shared by both copies",
                found="nothing",
                events=[event],
            )
        elif wanted.generated and re.fullmatch(wanted.generated, key):
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The {word} for {order(copies)} carries an ID that the tag made up, as the site gave none.",
                rule=wanted.rule,
                expected="an ID shared by both copies",
                found=key,
                events=[event],
            )
        elif not re.fullmatch(wanted.pattern, key):
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The {words_of(wanted.field)} of the {word} for {order(copies)} is not well formed: {key}",
                rule=wanted.rule,
                expected=f"text that matches {wanted.pattern}",
                found=key,
                events=[event],
            )
        elif not event.event_id_is_text:
            yield finding(
                evidence,
                CHECK.id,
                "warning",
                f"The {words_of(wanted.field)} of the {word} for {order(copies)} is a number; "
                "the other side sends text.",
                rule=wanted.rule,
                expected=f'"{key}"',
                found=key,
                events=[event],
            )


CHECK = Check(
    id="event-id",
    title="Every copy carries a usable event ID",
    why="Without a shared ID the platform cannot tell that two copies are one conversion.",
    remedy="Make one ID per conversion on the server and give it to the tag and to the server call.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
