"""Mistakes with what an event is called and to whom it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from harness.accuracy.case import Case
from harness.accuracy.editing import NotThereError
from harness.accuracy.fault import Fault, edits, never

_FOLLOWS = frozenset({
    "counted-conversions", "event-name-match", "schema", "vendor-acceptance", "tag-once", "server-call-once",
    "unrecognised-call", "blocked-delivery", "value-trail", "event-id-match", "account-match", "collect-order",
})  # fmt: skip
_NAME = ("event-name-match", "schema", "tag-once", "server-call-once", "counted-conversions")


def _both(
    field: str,
    name: str,
    says: str,
    change: Callable[[Any], Any],
    finds: tuple[str, ...],
    family: str,
    harmless: Callable[[Case], str] | None = None,
) -> Iterator[Fault]:
    for channel, word in (("capi", "server"), ("tag", "tag")):
        yield Fault(
            id=f"{name}-{word}",
            family=family,
            says=f"{says} in the {word}'s copy",
            spoil=edits(channel, field, change),
            finds=finds,
            follows=_FOLLOWS,
            harmless=harmless if harmless and channel == "tag" else never,
            takes=(channel,),
            needs=(channel,),
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


def _takes_any_case(case: Case) -> str:
    names, event = case.spec.event_names, case.of("tag")
    return "this vendor's names are the same in any case" if names.is_case_free("tag", event.request) else ""


FAULTS = (
    *_both("name", "name-case", "the event's name in another case", _other_case, _NAME, "event names", _takes_any_case),
    *_both("name", "name-unknown", "a name of the site's own", lambda value: "OrderDone", _NAME, "event names"),
    *_both("name", "name-empty", "no name", lambda value: "", _NAME, "event names"),
    *_both("account", "account-other", "another account", _other_account, ("account-match", "tag-once"), "accounts"),
)
