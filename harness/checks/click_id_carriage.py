"""Did the click ID of the landing page reach both channels unchanged?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, browser_silence, call_word, copies_in, event_by_id, finding
from harness.model.facts import ClickIdFact, Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if "click_ids" in evidence.persona.unknown:
        raise Skip("nobody knows with which click ID the visitor landed", undecided=True)
    landed = evidence.recording.scenario.landing_parameters
    if not any(click.parameter in landed for click in evidence.vendor.spec.click_ids):
        raise browser_silence(evidence) or Skip("the visitor did not land with a click ID of this vendor")
    facts = [fact for fact in evidence.vendor.click_ids if fact.parameter in landed]
    if not facts:
        raise Skip("no copy of a conversion that could carry a click ID arrived")
    if all(fact.state == "stripped" for fact in facts):
        raise Skip("the profile took the click ID from the landing URL")
    clicks = {click.parameter: click for click in evidence.vendor.spec.click_ids}
    offline = {event.id for copies, event in copies_in(evidence.vendor.copies, "capi") if copies.conversion.is_offline}
    for fact in facts:
        click = clicks[fact.parameter]
        severity = click.required.get(fact.channel, "info")
        if fact.state != "missing" and severity == "info":
            # Who sends a click ID that was not needed must still send the right one.
            severity = "warning"
        if fact.state == "missing" and fact.event in offline:
            severity = "info"  # who sells in a store seldom knows of the visit
        if fact.state in ("missing", "altered", "foreign"):
            event = event_by_id(evidence, fact.event)
            yield finding(
                evidence,
                CHECK.id,
                severity,
                _message(fact, call_word(event)),
                rule=click.rule,
                expected=fact.expected,
                found=fact.found or "nothing",
                parameter=fact.parameter,
                events=[event],
            )


def _message(fact: ClickIdFact, word: str) -> str:
    if fact.state == "missing":
        return f"The {word} carries no click ID, though the visitor landed with {fact.parameter}."
    return f"The {word} carries another {fact.parameter} than the landing URL: {fact.explanation}."


CHECK = Check(
    id="click-id-carriage",
    title="The click ID reaches both channels unchanged",
    why="Without the exact click ID the platform cannot tell which ad earned the conversion.",
    remedy="Store the landing URL's click ID as it is, letter for letter, and send it with the conversion.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
