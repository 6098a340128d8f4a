"""Do both copies call the conversion by the vendor's name of it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.check import Check, Skip, call_word, copies_in, finding, order
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    names = evidence.vendor.spec.event_names
    if names.chosen_by_site:
        raise Skip("the site chose the names; a call under another name would be missing")
    seen = list(copies_in(evidence.vendor.copies, "tag", "capi"))
    if not seen:
        raise Skip("no copy of a conversion arrived")
    for copies, event in seen:
        given = evidence.vendor.account.names.get(event.event, {})
        kinds = ("offline", "capi") if event.channel == "capi" else (event.channel,)
        chosen = tuple(given[kind] for kind in kinds if kind in given)
        accepted = chosen or names.sent_in(event.channel, event.request, event.event)
        if not _is_among(event.name, accepted, any_case=names.is_case_free(event.channel, event.request)):
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The {call_word(event)} for {order(copies)} is named {event.name}; "
                f"the vendor's name is {' or '.join(accepted)}.",
                rule=names.rule,
                expected=" or ".join(accepted),
                found=event.name,
                parameter="name",
                events=[event],
            )


def _is_among(name: str, accepted: Sequence[str], *, any_case: bool) -> bool:
    return name in accepted or (any_case and name.lower() in (wanted.lower() for wanted in accepted))


CHECK = Check(
    id="event-name-match",
    title="Both copies use the vendor's name of the event",
    why="A name in another case or spelling is another event, neither deduplicated nor counted as this one.",
    remedy="Use the vendor's standard name, letter for letter, on both channels.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
