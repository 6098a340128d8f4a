"""Does every server copy say where the conversion happened?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, copies_in, finding, not_confirmed, order
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    source = evidence.vendor.spec.action_source
    if source is None:
        raise Skip("nothing is known of this vendor that says where a conversion happened")
    said = [
        (copies, event, str(event.fields["action_source"]))
        for copies, event in copies_in(evidence.vendor.copies, "tag", "capi")
        if event.fields.get("action_source")
    ]
    if not said:
        raise Skip("no copy of a conversion says where it happened")
    unsure = not_confirmed(evidence)
    if unsure:
        raise unsure
    known = {word.casefold() for words in source.values.values() for word in words}
    for copies, event, found in said:
        place = copies.conversion.action_source
        wanted = source.values.get(place, ())
        # A word that means no place at all is what the check of the schema is about.
        if not wanted or found.casefold() not in known or found.casefold() in (word.casefold() for word in wanted):
            continue
        yield finding(
            evidence,
            CHECK.id,
            source.severity,
            f"The {call_word(event)} says that {order(copies)} happened at {found}; it was {_PLACES[place]}.",
            rule=source.rule,
            expected=" or ".join(wanted),
            found=found,
            parameter="action_source",
            events=[event],
        )


_PLACES = {
    "website": "on the website",
    "physical_store": "in a store",
    "phone_call": "on the phone",
    "system_generated": "in a system without a person",
    "other": "away from the web",
}

CHECK = Check(
    id="action-source",
    title="Copies say where the conversion happened",
    why="By its source the vendor decides which rules hold: the fields it asks for, the age it takes, what it drops.",
    remedy="Set the source from where the sale was made, not from the system that reports it.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
