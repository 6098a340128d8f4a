"""Mistakes with what an event is called and to whom it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from harness.accuracy.case import Case
from harness.accuracy.editing import NotThereError
from harness.accuracy.fault import Fault, edits, never
from harness.model.recording import Recording

_FOLLOWS = frozenset({
    "counted-conversions", "event-name-match", "schema", "vendor-acceptance", "tag-once", "server-call-once",
    "unrecognised-call", "blocked-delivery", "value-trail", "event-id-match", "account-match", "collect-order",
    "event-id-unique",
})  # fmt: skip
_NAME = ("event-name-match", "schema", "tag-once", "server-call-once", "counted-conversions")
# A name that nobody knows is told by the other copy's.
_COPIES = ("tag", "capi")


def _both(
    field: str,
    name: str,
    says: str,
    change: Callable[[Any], Any],
    finds: tuple[str, ...],
    family: str,
    harmless: Callable[[str], Callable[[Case], str]] = lambda channel: never,
    needs: tuple[str, ...] = (),
) -> Iterator[Fault]:
    for channel, word in (("capi", "server"), ("tag", "tag")):
        yield Fault(
            id=f"{name}-{word}",
            family=family,
            says=f"{says} in the {word}'s copy",
            spoil=edits(channel, field, change),
            finds=finds,
            follows=_FOLLOWS,
            harmless=harmless(channel),
            takes=(channel,),
            needs=needs or (channel,),
        )


def _other_case(value: Any) -> str:
    text = str(value)
    if text.isdecimal():
        raise NotThereError("letters")
    return text.swapcase()


def _other_account(value: Any) -> Any:
    """Another account of the same shape."""
    text = str(value)
    last = text[-1]
    other = "2" if last != "2" else "3"
    changed = text[:-1] + other
    return int(changed) if isinstance(value, int) else changed


def _other_kind(channel: str) -> Callable[[Case], Recording]:
    """The vendor's own name of something else that visitors do."""

    def spoil(case: Case) -> Recording:
        return case.edited(channel, "name", lambda value: _names(case, channel, meant=False)[0])

    return spoil


def _alias(channel: str) -> Callable[[Case], Recording]:
    """Another name that the vendor has for the same, while the other side keeps to the first."""

    def spoil(case: Case) -> Recording:
        if case.tag is None or case.capi is None:
            raise NotThereError("two copies")
        others = [name for name in _names(case, channel, meant=True) if name.lower() != case.of(channel).name.lower()]
        if not others:
            raise NotThereError("another name")
        return case.edited(channel, "name", lambda value: others[0])

    return spoil


def _names(case: Case, channel: str, *, meant: bool) -> list[str]:
    """The vendor's names of this conversion in this kind of call, or those that it has for something else only."""
    names, event = case.spec.event_names, case.of(channel)
    own = names.sent_in(channel, event.request, case.order.event)
    others = [name for kind in names.names for name in names.sent_in(channel, event.request, kind) if name not in own]
    found = list(own) if meant else others
    if not found:
        raise NotThereError("names")
    return found


def _takes_any_case(channel: str) -> Callable[[Case], str]:
    def harmless(case: Case) -> str:
        is_free = case.spec.event_names.is_case_free(channel, case.of(channel).request)
        return "this vendor's names are the same in any case" if is_free else ""

    return harmless


def _may_be_chosen(channel: str) -> Callable[[Case], str]:
    def harmless(case: Case) -> str:
        other = case.capi if channel == "tag" else case.tag
        account = next(each for each in case.recording.scenario.vendors if each.vendor == case.spec.id)
        is_open = case.spec.event_names.open and other is None and case.order.event not in account.names
        return (
            "the site may have names of its own, and no other copy has the usual one: it is left open"
            if is_open
            else ""
        )

    return harmless


FAULTS = (
    *_both("name", "name-case", "the event's name in another case", _other_case, _NAME, "event names", _takes_any_case),
    *_both(
        "name",
        "name-unknown",
        "a name of the site's own",
        lambda value: "OrderDone",
        _NAME,
        "event names",
        _may_be_chosen,
        needs=_COPIES,
    ),
    *_both("name", "name-empty", "no name", lambda value: "", _NAME, "event names", _may_be_chosen, needs=_COPIES),
    *(
        fault
        for channel, word in (("capi", "server"), ("tag", "tag"))
        for fault in (
            Fault(
                id=f"name-other-kind-{word}",
                family="event names",
                says=f"the name of another kind of event in the {word}'s copy",
                spoil=_other_kind(channel),
                finds=_NAME,
                follows=_FOLLOWS,
                takes=(channel,),
                needs=(channel,),
            ),
            Fault(
                id=f"name-alias-{word}",
                family="event names",
                says=f"another name of the same in the {word}'s copy alone",
                spoil=_alias(channel),
                finds=("counted-conversions", "event-name-match"),
                follows=_FOLLOWS,
                takes=(channel,),
            ),
        )
    ),
    *_both("account", "account-other", "another account", _other_account, ("account-match", "tag-once"), "accounts"),
)
