"""What a check is: one question about one vendor of one run, with its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.model.event import Event
from harness.model.facts import Copies, Evidence, FilteredEvent
from harness.model.recording import Fate
from harness.model.result import Citation, Finding, Severity
from harness.model.spec import Basis, Rule, VendorSpec


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
    budget = max(source.budget, evidence.vendor.account.lateness)
    if not source.settled and source.waited < budget:
        return Skip(
            f"a server call may still come: {source.waited:.0f} s of the {budget:.0f} s budget were waited",
            undecided=True,
        )
    return None


def tag_was_blocked(evidence: Evidence, copies: Copies) -> bool:
    return bool(copies.blocked) or evidence.blocked_tag


def is_delivered(event: Event) -> bool:
    return event.fate is Fate.ANSWERED and event.answer.accepted is not False


def is_lost(evidence: Evidence, event: Event) -> bool:
    """Is this event marked as one that is never counted? What a missing field costs is left to the checks of fields."""
    return any(
        found.event == event.id and found.counted == "never" and (found.field or found.request)
        for found in evidence.vendor.filtered
    )


def counting(evidence: Evidence, events: Sequence[Event]) -> Sequence[Event]:
    """The copies that can count; all of them where none can, as each was meant to."""
    return [event for event in events if not is_lost(evidence, event)] or events


def marked_as(found: FilteredEvent) -> str:
    """What a filter caught an event by."""
    return f"{found.field}: {found.value}" if found.field else f"a {found.request} request"


def order(copies: Copies) -> str:
    return f"order {copies.conversion.order_id}" if copies.conversion.order_id else f"the {copies.conversion.event}"


def word_of(event: Event) -> str:
    """What a message calls an event: by its channel, or by its place in a file."""
    return f"upload in {event.place}" if event.place else CHANNEL_WORDS[event.channel]


CHANNEL_WORDS = {"tag": "browser tag", "capi": "server call", "collect": "Collect call"}
