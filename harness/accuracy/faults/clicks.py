"""Mistakes with click IDs and browser IDs: what ties a conversion to an ad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from harness.accuracy.case import Case, text_of
from harness.accuracy.demands import asks_for
from harness.accuracy.editing import GONE, NotThereError
from harness.accuracy.fault import Fault
from harness.model.recording import Fate, Origin, Recording
from harness.model.spec import ClickId

_FOLLOWS = frozenset({
    "click-id-carriage", "browser-id-carriage", "schema", "vendor-acceptance", "value-trail", "parameter-agreement",
    "counted-conversions", "event-id", "identifier-completeness", "order-parameters", "blocked-delivery",
})  # fmt: skip


def _field(case: Case, channel: str, prefix: str) -> str:
    event = case.of(channel)
    found = [name for name in event.paths if name.startswith(prefix)]
    if not found:
        raise NotThereError(prefix)
    return found[0]


def _click(channel: str, change: Callable[[str], Any]) -> Callable[[Case], Recording]:
    """The ID itself is changed within whatever a vendor puts around it (`fb.1.<time>.<ID>`)."""

    def spoil(case: Case) -> Recording:
        field = _field(case, channel, "click_id.")
        known = str(case.of(channel).fields[field])
        parameter = field.removeprefix("click_id.")
        own = case.persona.click_ids.get(parameter, known)
        changed = change(own)
        if changed in (GONE, ""):
            return case.edited(channel, field, lambda value: changed)
        if changed == own:
            raise NotThereError(field)
        return case.substituted(channel, own, changed)

    return spoil


def _clicks(
    name: str,
    says: str,
    change: Callable[[str], Any],
    harmless: Callable[[str], Callable[[Case], str]] = lambda channel: lambda case: "",
    finds: tuple[str, ...] = ("click-id-carriage", "schema"),
) -> Iterator[Fault]:
    for channel, word in (("capi", "server"), ("tag", "tag")):
        yield Fault(
            id=f"click-id-{name}-{word}",
            family="click IDs",
            says=f"{says} in the {word}'s copy",
            spoil=_click(channel, change),
            finds=finds,
            follows=_FOLLOWS,
            harmless=harmless(channel),
            needs=(channel,),
        )


def _browser(change: Callable[[Any], Any]) -> Callable[[Case], Recording]:
    """The server's copy with something else for the ID, where the browser was heard to have that."""

    def spoil(case: Case) -> Recording:
        field = _field(case, "capi", "browser_id.")
        if case.order.is_offline:
            raise NotThereError("a browser")
        own = str(case.of("capi").fields[field])
        heard = [each for each in case.recording.exchanges if each.origin is Origin.BROWSER]
        if not any(own in text_of(each.request) for each in heard if each.fate is not Fate.BLOCKED):
            raise NotThereError("the browser's ID")
        return case.edited("capi", field, change)

    return spoil


def _entry(case: Case, channel: str) -> ClickId | None:
    parameter = _field(case, channel, "click_id.").removeprefix("click_id.")
    return next((each for each in case.spec.click_ids if each.parameter == parameter), None)


def _any_case(channel: str) -> Callable[[Case], str]:
    def reason(case: Case) -> str:
        entry = _entry(case, channel)
        loose = entry is not None and not entry.case_sensitive
        return "this vendor's click ID is the same in any case" if loose else ""

    return reason


def _not_required(channel: str) -> Callable[[Case], str]:
    def reason(case: Case) -> str:
        entry = _entry(case, channel)
        if asks_for(case, channel, _field(case, channel, "click_id.")):
            return ""
        if case.order.is_offline:
            return "who sells away from the web seldom knows of the visit"
        needed = entry is not None and entry.required.get(channel) in ("error", "warning")
        return "" if needed else "this vendor does not ask for it in this channel"

    return reason


# Copies that are joined by the click ID are told apart where one has none.
_WITHOUT = ("click-id-carriage", "schema", "counted-conversions")

FAULTS = (
    *_clicks("lower-cased", "the click ID in small letters", lambda value: value.lower(), _any_case),
    *_clicks("truncated", "the click ID cut off", lambda value: value[:-4]),
    *_clicks("foreign", "another visitor's click ID", lambda value: value[:-5] + value[-5:][::-1] + "x"),
    *_clicks("macro", "a placeholder that nobody filled in", lambda value: "{{click_id}}"),
    *_clicks("prefixed", "the name of a cookie before the click ID", lambda value: f"_uet{value}"),
    *_clicks("empty", "an empty click ID", lambda value: "", _not_required, _WITHOUT),
    *_clicks("missing", "no click ID", lambda value: GONE, _not_required),
    Fault(
        id="browser-id-foreign-server",
        family="click IDs",
        says="another browser's ID in the server's copy",
        spoil=_browser(lambda value: str(value)[:-3] + "000"),
        finds=("browser-id-carriage", "parameter-agreement"),
        follows=_FOLLOWS,
    ),
    Fault(
        id="browser-id-missing-server",
        family="click IDs",
        says="no browser ID in the server's copy",
        spoil=_browser(lambda value: GONE),
        finds=("browser-id-carriage", "schema"),
        follows=_FOLLOWS,
    ),
)
