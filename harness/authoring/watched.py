"""Which scenario does the visit make that a person was watched at?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.authoring.draft import Draft, DraftStep, DraftVendor
from harness.authoring.personal import BIRTH, may_be_kept, placeholder_for
from harness.authoring.reading import Reading, latest_in_layer, reading_steps
from harness.model.event import Event
from harness.model.spec import Role
from harness.model.watching import SeenAction, SeenElement, SeenText, WatchedVisit

_ACCEPTS = re.compile(
    r"(accept|allow|agree)( to)?( all)?( cookies)?|i agree|"
    r"(alle )?(cookies )?(akzeptieren|zulassen|erlauben)|zustimmen|"
    r"(tout )?accepter|j'accepte",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 3
# Tags of one page fire within this many seconds.
_TOGETHER = 3.0
_CHANNELS = ("tag", "capi", "collect")
# Programs are faster than people: a page that is left before its tags have run reports nothing. This is done when two
# looks find the same requests, or after six seconds where a page never rests.
_UNTIL_QUIET = (
    "new Promise(done => { let seen = -1, looks = 0; const look = () => {"
    " const now = performance.getEntriesByType('resource').length;"
    " if (document.readyState === 'complete' && now === seen || ++looks > 8) done();"
    " else { seen = now; setTimeout(look, 700); } }; look(); })"
)
_QUIET = "until_quiet"
_TYPED_TEXTS = "The variables stand in place of texts that were typed: what was typed is not kept."
_COUNTRIES = ("AT", "CH", "DE", "FR", "GB", "US")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A visit with what the vendors' specs read in it. `site` has the keys of the scenario's site.

    `named_by_site` are the vendors whose events have names that the site chose.
    """

    visit: WatchedVisit
    events: Sequence[Event]
    site: Mapping[str, Any]
    base: str
    data_layer: str
    server_calls: Mapping[str, Any]
    named_by_site: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Typed:
    """What the person typed, to be kept out of the file, and what stands in its place."""

    values: set[str] = field(default_factory=set)
    variables: dict[str, str] = field(default_factory=dict)
    country: str = ""


def draft_of(watched: Watched, *, name: str, schema: str) -> Draft:
    typed = _Typed()
    actions = _without_repeats(watched.visit.actions)
    for action in actions:
        _learn(action, typed)
    steps, granted = _with_consent(list(_steps(actions, watched.base, typed)))
    confirmed = _confirmed(watched, typed)
    confirming = (*reading_steps(confirmed.event, confirmed.readings), _WAITING) if confirmed.readings else ()
    notes: tuple[str, ...] = () if confirmed.readings else (_UNCONFIRMED,)
    notes += (_TYPED_TEXTS,) if typed.variables else ()
    refused = watched.visit.refused_hosts
    notes += (
        (f"Asked for and refused: {', '.join(refused)}. What the page needs goes to allow_hosts.",) if refused else ()
    )
    if granted:
        notes += ("Nobody refused consent on this visit: steps under `denied` let profiles do so.",)
    return Draft(
        id=name,
        title=f"A visitor of {urlsplit(watched.base).hostname} does what was recorded",
        schema=schema,
        site=watched.site,
        vendors=tuple(_vendors(watched, confirmed)),
        persona={"country": typed.country} if typed.country in _COUNTRIES else {"country": "DE"},
        server_calls=watched.server_calls,
        variables={**({_QUIET: _UNTIL_QUIET} if _WAITING in (*steps, *confirming) else {}), **typed.variables},
        consent={"granted": granted} if granted else {},
        steps=(*steps, *confirming),
        notes=notes,
    )


_WAITING = DraftStep(verb="script", arguments={"code": f"${{variables.{_QUIET}}}"})
_UNCONFIRMED = (
    "No order was confirmed that could be found again in the page. Add the steps wait, read and conversion at the end\n"
    "(docs/scenarios.md), or record once more and click the order's ID with the Shift key held, then its value."
)


def _without_repeats(actions: Sequence[SeenAction]) -> list[SeenAction]:
    """A field that was typed into several times in a row holds what was typed last."""
    kept: list[SeenAction] = []
    for action in actions:
        last = kept[-1] if kept else None
        is_again = last is not None and action.kind in ("fill", "select", "check") and last.kind == action.kind
        if is_again and last is not None and last.element.selectors == action.element.selectors:
            kept.pop()
        kept.append(action)
    return kept


def _learn(action: SeenAction, typed: _Typed) -> None:
    if action.kind not in ("fill", "select") or not action.value:
        return
    known = placeholder_for(action.element, action.value)
    if known == "persona.country":
        typed.country = action.value if action.kind == "select" else typed.country
    elif known or (action.kind == "fill" and not may_be_kept(action.element, action.value)):
        typed.values.add(action.value.strip())


def _steps(actions: Sequence[SeenAction], base: str, typed: _Typed) -> Iterator[DraftStep]:
    is_first = True
    for index, action in enumerate(actions):
        following = actions[index + 1] if index + 1 < len(actions) else None
        if action.kind in ("click", "press") and (following is None or _path(following.url) != _path(action.url)):
            yield _WAITING
        match action.kind:
            case "open":
                yield _opened(action.url, base, typed, is_landing=is_first)
                is_first = False
            case "click" if following is not None and following.kind == "new_tab":
                continue
            case "click":
                yield DraftStep(verb="click", arguments=_named(action.element, typed))
            case "fill" | "select":
                yield _filled(action, typed)
            case "check":
                unticked = {} if action.checked else {"checked": False}
                yield DraftStep(verb="check", arguments={**_named(action.element, typed), **unticked})
            case "press":
                yield DraftStep(verb="press", arguments={**_named(action.element, typed), "key": action.key})
            case "reload" | "back":
                yield DraftStep(verb=action.kind)
            case "new_tab":
                address = _address(action.url, base, typed)
                yield DraftStep(verb="new_tab", arguments={"url": address}, note="A link led to a tab of its own.")
            case "file":
                note = "A file was chosen here, which no step can do."
                yield DraftStep(verb="screenshot", note=note)
            case "in_frame":
                note = "Something was clicked in a frame here, which no step reaches: a script step may."
                yield DraftStep(verb="screenshot", note=note)


def _path(url: str) -> str:
    return url.partition("?")[0].partition("#")[0]


def _opened(url: str, base: str, typed: _Typed, *, is_landing: bool) -> DraftStep:
    address = _address(url, base, typed)
    if not is_landing:
        return DraftStep(verb="open", arguments={"url": address})
    joint = "&" if "?" in address else "?"
    return DraftStep(
        verb="open", arguments={"url": f"{address}{joint}${{click_ids}}"}, note="By a click on an ad of each vendor."
    )


def _address(url: str, base: str, typed: _Typed) -> str:
    """Relative to the site where it is there, without click IDs of old and without what was typed."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if len(value) < 20 and not _tells(value, typed)]
    query = "&".join(f"{name}={value}" for name, value in kept)
    path = (parts.path or "/") + (f"?{query}" if query else "")
    home = urlsplit(base)
    return path if parts.netloc == home.netloc else f"{parts.scheme}://{parts.netloc}{path}"


def _filled(action: SeenAction, typed: _Typed) -> DraftStep:
    where = _named(action.element, typed)
    known = placeholder_for(action.element, action.value) if action.value else ""
    if action.kind == "select":
        is_birth = BIRTH.search(f"{action.element.label} {action.element.name} {action.element.autocomplete}")
        # An option is the site's own word; the one that is chosen for a birthday is the person's all the same.
        options = [option for option in action.element.options if option]
        return DraftStep(
            verb="select", arguments={**where, "value": options[0] if is_birth and options else action.value}
        )
    if known:
        return DraftStep(verb="fill", arguments={**where, "value": f"${{{known}}}"}, note=_needs(known))
    if may_be_kept(action.element, action.value):
        return DraftStep(verb="fill", arguments={**where, "value": action.value})
    name = _variable(action.element, typed)
    typed.variables[name] = "test"
    return DraftStep(verb="fill", arguments={**where, "value": f"${{variables.{name}}}"})


def _needs(known: str) -> str:
    kind, _, name = known.partition(".")
    return f"Run with {name}=... in the environment." if kind == "env" else ""


def _variable(element: SeenElement, typed: _Typed) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", (element.label or element.name or element.placeholder).lower()).strip("_")
    name = words if re.match(r"[a-z]", words) else f"text_{words}".strip("_")
    number = sum(each == name or each.startswith(f"{name}_") for each in typed.variables)
    return f"{name}_{number + 1}" if number else name


def _named(element: SeenElement, typed: _Typed) -> dict[str, str]:
    """The best way to name the element that tells nothing of the person."""
    safe = [each for each in element.selectors if not any(_tells(text, typed) for text in each.values())]
    return dict((safe or element.selectors[-1:])[0])


def _tells(text: str, typed: _Typed) -> bool:
    low = text.casefold()
    return any(value.casefold() in low for value in typed.values if len(value) >= _SHORTEST_SECRET)


def _with_consent(steps: list[DraftStep]) -> tuple[list[DraftStep], tuple[DraftStep, ...]]:
    """The first click on a button that accepts becomes the answer to the question of consent."""
    for index, step in enumerate(steps):
        name = step.arguments.get("name", "")
        if step.verb == "click" and step.arguments.get("role") == "button" and _ACCEPTS.fullmatch(name):
            return [*steps[:index], DraftStep(verb="consent"), *steps[index + 1 :]], (step,)
    return steps, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Confirmed:
    """The conversion that was seen, when the first vendor was told, and where its values can be read."""

    event: str = "purchase"
    at: float | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)


def _confirmed(watched: Watched, typed: _Typed) -> _Confirmed:
    """What the person pointed at, else what most vendors were told, found again in the page."""
    pointed = [action for action in watched.visit.actions if action.kind == "shown"]
    orders = Counter(
        (event.event, event.order_id, event.value, event.currency)
        for event in watched.events
        if event.role is Role.EVENT and event.event and event.order_id
    )
    if pointed:
        event = orders.most_common(1)[0][0][0] if orders else "purchase"
        keys = ("order_id", "value", "currency")
        readings = {
            key: Reading(selector=_named(each.element, typed)) for key, each in zip(keys, pointed, strict=False)
        }
        return _Confirmed(event=event, at=_told_at(pointed[0].value, watched), readings=readings)
    for (event, order_id, value, currency), _ in orders.most_common():
        found = _where(order_id, watched)
        if found is not None:
            places = {
                "order_id": found,
                "value": _where(value, watched) if value else None,
                "currency": Reading(always=currency) if re.fullmatch("[A-Z]{3}", currency) else None,
            }
            known = {key: reading for key, reading in places.items() if reading is not None}
            return _Confirmed(event=event, at=_told_at(order_id, watched), readings=known)
    return _Confirmed()


def _told_at(order_id: str, watched: Watched) -> float | None:
    return min((event.received_at for event in watched.events if event.order_id == order_id), default=None)


def _where(value: str, watched: Watched) -> Reading | None:
    """Where the last page that has it shows the value alone, else where its data layer holds it."""
    for page in reversed(watched.visit.pages):
        shown = [text for text in page.shown if _is_same(text.text, value)]
        if shown:
            return Reading(selector=dict(min(shown, key=_clumsiness).selectors[0]))
        path = next(_paths(page.layer, value), None)
        if path is not None:
            return Reading(code=latest_in_layer(path, watched.data_layer))
    return None


def _clumsiness(text: SeenText) -> tuple[bool, int]:
    first = text.selectors[0]
    return "css" in first, len(first.get("css", ""))


def _is_same(shown: str, value: str) -> bool:
    """As it stands there, for a step reads it like that: `129.90` for 129.9, but not `129,90 €`."""
    if shown == value:
        return True
    number = re.compile(r"\d+(\.\d+)?")
    return bool(number.fullmatch(shown) and number.fullmatch(value)) and "." in value and float(shown) == float(value)


def _paths(layer: Iterable[Any], value: str) -> Iterator[list[str]]:
    for entry in reversed(list(layer)):
        yield from _paths_in(entry, value, [])


def _paths_in(entry: Any, value: str, path: list[str]) -> Iterator[list[str]]:
    if isinstance(entry, Mapping):
        for key, part in entry.items():
            yield from _paths_in(part, value, [*path, str(key)])
    elif path and isinstance(entry, (str, int, float)) and not isinstance(entry, bool) and _is_same(str(entry), value):
        yield path


def _tells_of(event: Event, its: Sequence[Event], confirmed: _Confirmed) -> bool:
    """Is it an event of no known name that this vendor had not heard of before?"""
    if event.role is not Role.EVENT or not event.name or event.event or confirmed.at is None:
        return False
    since = confirmed.at - _TOGETHER
    return event.received_at >= since and not any(
        other.name == event.name and other.received_at < since for other in its
    )


def _vendors(watched: Watched, confirmed: _Confirmed) -> Iterator[DraftVendor]:
    """Everybody who was called, with the accounts that the calls named."""
    for vendor in dict.fromkeys(event.vendor for event in watched.events):
        its = [event for event in watched.events if event.vendor == vendor]
        accounts = {
            channel: list(dict.fromkeys(each.account for each in its if each.channel == channel and each.account))
            for channel in _CHANNELS
        }
        # A name that the site chose tells nothing, but it came first when the others told of the order.
        names = {
            channel: each.name
            for channel in _CHANNELS
            for each in its
            if vendor in watched.named_by_site and each.channel == channel and _tells_of(each, its, confirmed)
        }
        several = [f"{channel}: {', '.join(found)}" for channel, found in accounts.items() if len(found) > 1]
        draft = DraftVendor(
            vendor=vendor,
            accounts={channel: found[0] for channel, found in accounts.items() if found},
            names={confirmed.event: names} if names else {},
        )
        yield replace(draft, note=f"More than one account was called: {'; '.join(several)}.") if several else draft
