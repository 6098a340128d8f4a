"""What a check is: one question about one vendor of one run, or about the whole run, with its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.model.event import Event
from harness.model.facts import Copies, Evidence, FilteredEvent, RunEvidence
from harness.model.recording import Fate, Origin
from harness.model.result import Citation, Finding, Severity
from harness.model.spec import Basis, Identifier, Rule, VendorSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check. `title` describes the passing state. `needs` names evidence without which it is skipped with a reason:

    `conversions`, `tag`, `capi`, `collect` (copies of a conversion in that channel), `pairs`, `platform`, `transport`.
    """

    id: str
    title: str
    why: str
    remedy: str
    needs: frozenset[str]
    look: Callable[[Evidence], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCheck:
    """A check that is asked once of a run, as its subject is no vendor's alone: the page, or whoever listens in."""

    id: str
    title: str
    why: str
    remedy: str
    look: Callable[[RunEvidence], Iterator[Finding]]


class Skip(Exception):  # noqa: N818 - it is no error, it says that there is nothing to judge
    """Raised by a check that has nothing to judge. `undecided`: it ought to have, so the run is inconclusive."""

    def __init__(self, reason: str, *, undecided: bool = False) -> None:
        self.reason = reason
        self.undecided = undecided
        super().__init__(reason)


def finding(
    evidence: Evidence,
    check: str,
    severity: str,
    message: str,
    *,
    rule: Rule | None = None,
    events: Sequence[Event] = (),
    expected: str = "",
    found: str = "",
    parameter: str = "",
    remedy: str = "",
) -> Finding:
    """A finding about the evidence's vendor, as grave as its rule allows at most.

    `why` and `remedy` are filled in from the check where empty.
    """
    return Finding(
        check=check,
        vendor=evidence.vendor.spec.id,
        severity=lowered(Severity(severity), rule) if rule else Severity(severity),
        message=message,
        remedy=remedy,
        expected=expected,
        found=found,
        parameter=parameter,
        events=tuple(event.id for event in events),
        exchanges=tuple(dict.fromkeys(event.exchange for event in events)),
        citation=cite(evidence.vendor.spec, rule) if rule else None,
    )


def lowered(severity: Severity, rule: Rule) -> Severity:
    """The severity, or the gravest that the rule allows; what stands on an inference warns at most."""
    limits = [Severity.WARNING] if rule.basis is Basis.INFERRED else []
    limits += [Severity(rule.at_most)] if rule.at_most else []
    return min((severity, *limits), key=lambda each: each.weight)


def cite(spec: VendorSpec, rule: Rule) -> Citation:
    sources = (spec.sources[key] for key in rule.sources)
    return Citation(
        rule=rule.id,
        says=rule.says,
        sources=tuple(f"{source.title} ({source.url})" if source.url else source.title for source in sources),
        reviewed=rule.reviewed,
        basis=rule.basis,
        confidence=rule.confidence,
    )


def uses(evidence: Evidence, channel: str) -> bool:
    """Is the site meant to use this channel for this vendor?"""
    return channel in evidence.vendor.account.channels


def is_expected(evidence: Evidence, copies: Copies) -> bool:
    """Is the site meant to tell this vendor of it from its servers, or by a file if it happened away from the web?"""
    return uses(evidence, "offline" if copies.conversion.is_offline else "capi")


def on_the_web(evidence: Evidence) -> tuple[Copies, ...]:
    """The conversions that a browser could report. Skips the check where there are others only."""
    found = tuple(copies for copies in evidence.vendor.copies if not copies.conversion.is_offline)
    if evidence.vendor.copies and not found:
        raise Skip("every conversion happened away from the web, where there is no tag")
    return found


def copies_in(copies: Iterable[Copies], *channels: str) -> Iterator[tuple[Copies, Event]]:
    for copy in copies:
        for channel in channels:
            for event in getattr(copy, channel):
                yield copy, event


def event_by_id(evidence: Evidence, event_id: str) -> Event:
    return next(event for event in evidence.decoded.events if event.id == event_id)


def server_silence(evidence: Evidence) -> Skip | None:
    """Why the absence of a server call proves nothing, if it proves nothing.

    A vendor whose calls are sent in batches may be given more time than the run waited: its calls are pending then.
    """
    source = evidence.recording.server_source
    if source is None or not source.observable:
        return Skip("server calls are not observable here", undecided=True)
    if evidence.recording.sources and not source.settled:
        return Skip("nobody says that the server calls handed over are all there were", undecided=True)
    budget = max(source.budget, evidence.vendor.account.lateness)
    if not source.settled and source.waited < budget:
        return Skip(
            f"a server call may still come: {source.waited:.0f} s of the {budget:.0f} s budget were waited",
            undecided=True,
        )
    return _unread_calls(evidence, Origin.SERVER)


def browser_silence(evidence: Evidence) -> Skip | None:
    """Why the absence of a tag's call proves nothing, if it proves nothing."""
    if not evidence.recording.saw_browser:
        return Skip("nothing of what the browser sent was handed over", undecided=True)
    return _unread_calls(evidence, Origin.BROWSER)


def _unread_calls(evidence: Evidence, origin: Origin) -> Skip | None:
    if (evidence.vendor.spec.id, origin) in evidence.decoded.bodiless:
        return Skip("calls to this vendor were handed over without their bodies, which may be the ones", undecided=True)
    return None


def nameless(evidence: Evidence, copies: Copies, channel: str) -> Skip | None:
    """Why a copy in this channel could not be told from other calls, if there is none and it could not."""
    wanted = evidence.vendor.spec.event_names
    given = evidence.vendor.account.names.get(copies.conversion.event, {})
    is_given = any(kind in given for kind in (("capi", "offline") if channel == "capi" else (channel,)))
    if getattr(copies, channel) or is_given or is_enriched(copies, channel):
        return None
    where = {"capi": "its server calls", "tag": "its tag"}.get(channel, "its calls to the collector")
    if wanted.chosen_by_site:
        reason = "the site chose the names of its events, and nobody says what this one is called in"
        return Skip(f"{reason} {where}", undecided=True)
    others = [event.name for event in evidence.vendor.events if event.channel == channel and _may_be_result(event)]
    # A site that says it in the usual words elsewhere says another thing here.
    is_usual = any((copies.tag, copies.capi, copies.collect, copies.blocked))
    if wanted.open and others and not is_usual:
        reason = f"the site may have chosen the names of its events, and nobody says whether {listed(others)} in"
        return Skip(f"{reason} {where} is {order(copies)}", undecided=True)
    return None


def is_enriched(copies: Copies, channel: str) -> bool:
    """Does this channel add to what another one reports, in place of a copy?"""
    return any(
        event.channel == channel and event.fate is not Fate.FAILED and event.answer.accepted is not False
        for event in copies.enhancements
    )


def _may_be_result(event: Event) -> bool:
    """An event under a name that nobody knows, and with what results have."""
    return bool(event.name and not event.event and (event.order_id or event.value))


def not_confirmed(evidence: Evidence) -> Skip | None:
    """Why what was ordered, and how often, cannot be held against the calls, if it cannot."""
    if any(copies.conversion.is_supposed for copies in evidence.vendor.copies):
        return Skip("nobody says which orders were made; they are supposed from what the calls tell", undecided=True)
    return None


def no_conversion(evidence: Evidence) -> Skip:
    """Why there is no conversion to look at: none was made, or none that the vendor may hear of."""
    if evidence.vendor.refused:
        return Skip("consent was denied")
    if evidence.recording.no_conversions:
        return Skip("no conversion was to be made")
    nothing_named = not evidence.vendor.account.names or evidence.recording.conversions
    if evidence.vendor.spec.event_names.chosen_by_site and nothing_named:
        return Skip("the site chose the names of its events, and nobody says which of them is an order", undecided=True)
    if not evidence.recording.is_driven:
        return Skip("nobody says that there was an order, and no call tells of one", undecided=True)
    return Skip("the journey confirmed no conversion", undecided=True)


def tag_was_blocked(evidence: Evidence, copies: Copies) -> bool:
    """Was it on the device on which the conversion was made? What another one blocks is no excuse."""
    return bool(copies.blocked) or copies.conversion.leg in blocked_legs(evidence)


def blocked_legs(evidence: Evidence) -> frozenset[int]:
    """The legs of the journey on which a rule stopped the vendor's script or call."""
    return evidence.decoded.blocked.get(evidence.vendor.spec.id, frozenset())


def is_unmatched(evidence: Evidence) -> bool:
    """Did the tag send nothing of what it could have told of the visitor?"""
    return bool(evidence.vendor.matching.offered) and not evidence.vendor.matching.sent


def is_delivered(event: Event) -> bool:
    return event.fate is Fate.ANSWERED and event.answer.accepted is not False


def goes_elsewhere(evidence: Evidence, event: Event) -> bool:
    """Does the event name another account than the site means? There it may count, but not here."""
    return evidence.vendor.wanted_accounts.get(event.id, event.account) != event.account


def is_lost(evidence: Evidence, event: Event) -> bool:
    """Is this event marked as one that is never counted? What a missing field costs is left to the checks of fields."""
    return any(
        found.event == event.id and found.counted == "never" and (found.field or found.request)
        for found in evidence.vendor.filtered
    )


def counting(evidence: Evidence, events: Sequence[Event]) -> Sequence[Event]:
    """The copies that can count; all of them where none can, as each was meant to. One sent again is one."""
    once = [event for event in events if event.id not in evidence.vendor.retried]
    return [event for event in once if not is_lost(evidence, event)] or once


def marked_as(found: FilteredEvent) -> str:
    """What a filter caught an event by."""
    return f"{found.field}: {found.value}" if found.field else f"a {found.request} request"


def order(copies: Copies) -> str:
    return f"order {copies.conversion.order_id}" if copies.conversion.order_id else f"the {copies.conversion.event}"


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


_WORDS = {"units": "number of units", "order_key": "hash of the order ID"}


def words_of(parameter: str) -> str:
    """A field of an event as it is called in a message: `order_id` is the order ID, click IDs have their own names."""
    if parameter.startswith("click_id."):
        return parameter.removeprefix("click_id.")
    if parameter in _WORDS:
        return _WORDS[parameter]
    return parameter.replace("_id", " ID").replace("_url", " URL").replace("_", " ")


def is_or_are(parameter: str) -> str:
    return "are" if words_of(parameter).endswith("s") and parameter not in _WORDS else "is"


def titled(identifier: Identifier) -> str:
    """An identifier's title inside a sentence: `Last name` begins small there, `IP address` does not."""
    first, blank, rest = identifier.title.partition(" ")
    return (first.lower() if first[1:].islower() else first) + blank + rest


def listed(words: Iterable[str]) -> str:
    *others, last = dict.fromkeys(words)
    return f"{', '.join(others)} and {last}" if others else last


# A tagging server passes the tag's hit on as it is, and nothing keeps a page from calling a server's API.
_CALL_WORDS = {
    ("tag", Origin.BROWSER): "browser tag",
    ("tag", Origin.SERVER): "tag hit sent by a server",
    ("capi", Origin.SERVER): "server call",
    ("capi", Origin.BROWSER): "API call sent by the browser",
    ("collect", Origin.BROWSER): "Collect call",
    ("collect", Origin.SERVER): "Collect call sent by a server",
}
_CHANNEL_WORDS = {"tag": "tag hit", "capi": "API call", "collect": "Collect call"}


def call_word(*events: Event) -> str:
    """What events of one channel are called in a message, by who sent them, or by their place in a file."""
    words = {
        f"upload in {event.place}" if event.place else _CALL_WORDS[event.channel, event.origin] for event in events
    }
    return words.pop() if len(words) == 1 else _CHANNEL_WORDS[events[0].channel]
