"""Does anybody read the visitor's values who is not to have them?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import RunCheck, Skip
from harness.checks.private import all_values, in_words, may_be_a_word, private_values
from harness.model.facts import Exposure, RunEvidence, VendorFacts
from harness.model.result import Finding, Severity

_PLACES = {"address": "the address of a request", "referrer": "the Referer header of a request", "body": "a request"}


def look(evidence: RunEvidence) -> Iterator[Finding]:
    unknown = all_values() & evidence.persona.unknown
    if not evidence.recording.saw_browser:
        raise Skip("nothing of what the browser sent was handed over", undecided=True)
    if not unknown and not any(private_values(exposure.names) for exposure in evidence.exposures):
        raise Skip("no value of the visitor was sent, not even to the site")
    alike: dict[tuple[str, str, Severity, bool], list[tuple[Exposure, frozenset[str]]]] = {}
    for exposure in evidence.exposures:
        leaked = _leaked(evidence, exposure)
        if leaked:
            # The persona of a test has a name that nobody else has.
            is_doubtful = not evidence.recording.is_driven and may_be_a_word(exposure.names)
            severity = Severity.INFO if is_doubtful else _severity(exposure)
            alike.setdefault((exposure.host, exposure.place, severity, is_doubtful), []).append((exposure, leaked))
    for (host, place, severity, is_doubtful), found in alike.items():
        values = {value for _, leaked in found for value in leaked}
        words = in_words(values)
        # By its name it is somebody's; whether it is the visitor's, nobody says.
        whose = "Somebody's" if values & unknown else "The visitor's"
        doubt = ", alone: it may be a word like any other" if is_doubtful else ""
        yield Finding(
            check=CHECK.id,
            vendor="",
            severity=Severity.WARNING if values & unknown and severity is Severity.ERROR else severity,
            message=f"{whose} {words} stood plain in {_PLACES[place]} to {host}{doubt}.",
            expected="no plain value of the visitor",
            found=f"{words} in the {place}",
            parameter=f"{place} to {host}",
            exchanges=tuple(exposure.exchange for exposure, _ in found),
        )
    if unknown == all_values():
        raise Skip("nobody says who the visitor was, so he could not be looked for everywhere", undecided=True)
    if unknown:
        reason = f"nobody says what the visitor's {in_words(unknown)} is, so it could not be looked for everywhere"
        raise Skip(reason, undecided=True)


def _severity(exposure: Exposure) -> Severity:
    """The address of a page is told to its tags and to the next page; that of a call to the site stands in its logs.

    Who shows the visitor a frame may be whom he gives his values to: nobody says whether he pays there.
    """
    if not exposure.is_own:
        is_given = exposure.is_met and exposure.place == "body" and not exposure.vendors
        return Severity.WARNING if is_given else Severity.ERROR
    return Severity.WARNING if exposure.is_page else Severity.INFO


def _leaked(evidence: RunEvidence, exposure: Exposure) -> frozenset[str]:
    """What is left without that which the site is given, a vendor asks for plain, or `identifier-raw` tells of.

    The site may have what is typed into its forms; its addresses are seen by others.
    """
    values = private_values(exposure.names)
    if exposure.is_own:
        return values if exposure.place == "address" else frozenset()
    for vendor in exposure.vendors if exposure.place != "referrer" else ():
        if vendor in evidence.vendors:
            values -= _spared(evidence.vendors[vendor], exposure.exchange)
    return values


def _spared(facts: VendorFacts, exchange: str) -> frozenset[str]:
    """A collector of the scenario is sent the whole data layer on purpose; a platform says what it takes plain."""
    if facts.spec.kind == "transport":
        return all_values()
    events = {event.id: event for event in facts.events if exchange in (event.exchange, *event.mirrors)}
    plain = {
        identifier.name
        for event in events.values()
        for identifier in facts.spec.identifiers
        if identifier.sent_in(event.channel, event.request).hashing != "required"
    }
    told = {fact.name for fact in facts.identifiers if fact.event in events and fact.state == "raw"}
    return frozenset(identifier.persona for identifier in facts.spec.identifiers if identifier.name in plain | told)


CHECK = RunCheck(
    id="identifier-leak",
    title="Nobody but the site reads the visitor's values",
    why="What is sent plain to anybody, or stands in an address that every tag and server log repeats, is out of the "
    "visitor's and the site's hands.",
    remedy="Keep personal data out of addresses (send forms by POST), and find the script that sends the value on.",
    look=look,
)
