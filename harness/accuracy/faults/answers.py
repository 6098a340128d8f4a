"""Mistakes with what the visitor said and gave: consent that nobody heeds, identifiers that nobody passes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from harness.accuracy.case import Case, text_of
from harness.accuracy.editing import NotThereError, substituted
from harness.accuracy.fault import Fault
from harness.comparators.digests import is_digest
from harness.model.recording import Blocking, ConsentChoice, Exchange, Fate, Origin, Recording

# Of an order without consent no copy is due, so whatever is asked of copies is answered in another way.
_AFTER_REFUSAL = frozenset({
    "consent", "counted-conversions", "tag-once", "server-call-once", "collect-once", "filtered-event",
})  # fmt: skip
_UNMATCHED = frozenset({
    "identifier-completeness", "advanced-matching", "schema", "value-trail", "trigger-timing", "vendor-acceptance",
    "identifier-hashing", "identifier-raw",
})  # fmt: skip
_BOTH = ("tag", "capi")


def _answered(*states: str) -> Callable[[Case], Recording]:
    """The visitor's answers before the order, a second apart, in place of those that he gave."""

    def spoil(case: Case) -> Recording:
        if case.tag is None and case.capi is None:
            raise NotThereError("a copy")
        start = case.order.at - len(states)
        choices = (ConsentChoice(state=each, at=start + index, step=0) for index, each in enumerate(states))
        return replace(case.recording, consents=tuple(choices))

    return spoil


# How vendors' signals are told that a visitor refused; the first that one of them reads so is told.
_REFUSALS = ("DENIED", "denied", "CONSENT_DENIED", "G100", "LDU", "true", "false", "0", "D", "LIMITED_DATA_USE")


def _told_denied(channel: str) -> Callable[[Case], Recording]:
    """The visitor agreed, and the call says that he did not."""

    def spoil(case: Case) -> Recording:
        event = case.of(channel)
        if not any(choice.state == "granted" for choice in case.recording.consents):
            raise NotThereError("consent")
        for signal in case.spec.consent:
            refusal = next((each for each in _REFUSALS if re.fullmatch(signal.denied, each)), None)
            if refusal is not None and signal.field in event.paths:
                return case.edited(channel, signal.field, partial(_like, refusal))
        raise NotThereError("a signal")

    return spoil


def _like(text: str, value: Any) -> Any:
    """The text in the type of the value that it takes the place of."""
    if isinstance(value, bool):
        return text == "true"
    return [text] if isinstance(value, list) else text


def _unmatched(case: Case) -> Recording:
    """The browser's calls without anything that the tag tells of who the visitor is."""
    recording, sent = case.recording, case.of("tag").identifiers
    personal = [each.name for each in case.spec.identifiers if each.persona and sent.get(each.name)]
    if not personal:
        raise NotThereError("identifiers")
    for name in personal:
        recording = replace(case, recording=recording).identifier("tag", name, lambda value: "")
    values = [value for name in personal for value in sent[name]]
    return replace(recording, exchanges=tuple(_without(each, values) for each in recording.exchanges))


def _without(exchange: Exchange, values: Iterable[str]) -> Exchange:
    """Plain values stand in other places by chance, hashes do not."""
    request = exchange.request
    for value in values:
        if exchange.origin is Origin.BROWSER and is_digest(value) and value in text_of(request):
            request = substituted(request, value, "")
    return exchange if request is exchange.request else replace(exchange, request=request)


def _blocked(case: Case) -> Recording:
    """A visit in which the tag is blocked, and the server waits for it in vain."""
    tag, gone = case.of("tag"), case.without("capi")
    rule = "||tag.example^"
    return replace(
        gone,
        profile=replace(gone.profile, extra_rules=(rule,)),
        exchanges=tuple(
            replace(
                each,
                fate=Fate.BLOCKED,
                response=None,
                answered_by="",
                ended_at=None,
                blocking=Blocking(rule=rule, list="own", line=1),
            )
            if each.id in (tag.exchange, *tag.mirrors)
            else each
            for each in gone.exchanges
        ),
    )


FAULTS = (
    *(
        Fault(
            id=f"consent-{name}",
            family="consent",
            says=says,
            spoil=_answered(*states),
            finds=("consent",),
            follows=_AFTER_REFUSAL,
            takes=_BOTH,
        )
        for name, says, states in (
            ("denied", "the order is told although the visitor denied consent", ("denied",)),
            ("withdrawn", "the order is told although the visitor withdrew consent", ("granted", "withdrawn")),
        )
    ),
    *(
        Fault(
            id=f"consent-told-denied-{word}",
            family="consent",
            says=f"the {word}'s copy says that consent was denied, which was given",
            spoil=_told_denied(channel),
            finds=("consent",),
            follows=frozenset(
                {
                    "filtered-event",
                    "counted-conversions",
                    "schema",
                    "vendor-acceptance",
                    "blocked-delivery",
                }
            ),
            needs=(channel,),
        )
        for channel, word in (("capi", "server"), ("tag", "tag"))
    ),
    Fault(
        id="matching-off-tag",
        family="matching",
        says="the tag says nothing of who the visitor is",
        spoil=_unmatched,
        finds=("advanced-matching", "identifier-completeness", "schema"),
        follows=_UNMATCHED,
    ),
    Fault(
        id="blocked-with-the-server",
        family="delivery",
        says="the server is silent where the tag is blocked",
        spoil=_blocked,
        finds=("blocked-delivery",),
        follows=frozenset({"server-call-once", "counted-conversions", "value-trail"}),
        takes=_BOTH,
        needs=("tag",),
    ),
)
