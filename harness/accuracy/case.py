"""What is there to be spoiled? One vendor's healthy order in one recording, and the ways to change it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from harness.accuracy.editing import GONE, Change, NotThereError, added, edited, substituted
from harness.decode import Read
from harness.model.event import Event
from harness.model.persona import Persona
from harness.model.recording import Conversion, Exchange, Fate, Recording, Request, Response
from harness.model.spec import VendorSpec

_LATER = 60.0
# What the vendor answers to a request; its last argument is the time of receipt.
Answer = Callable[[Request, float], Response | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One healthy conversion of one vendor. `recording` holds what concerns this vendor alone, `read` reads it."""

    spec: VendorSpec
    recording: Recording
    persona: Persona
    order: Conversion
    tag: Event | None
    capi: Event | None
    collect: Event | None = None
    answer: Answer
    read: Read

    def of(self, channel: str) -> Event:
        """The channel's copy; raises `NotThereError` where there is none."""
        event = {"tag": self.tag, "capi": self.capi, "collect": self.collect}[channel]
        if event is None:
            raise NotThereError(channel)
        return event

    def edited(self, channel: str, field: str, change: Change) -> Recording:
        """The recording with one field of one copy changed."""
        event = self.of(channel)
        if field not in event.paths:
            raise NotThereError(field)
        path = event.paths[field]
        if path.startswith("path/"):
            old = str(event.fields[field])
            new = change(old)
            if new is GONE:
                raise NotThereError(f"a path without {field}")
            return self._with(event, lambda request: substituted(request, old, str(new)))
        return self._with(event, lambda request: edited(request, path, change))

    def added(self, channel: str, field: str, value: Any) -> Recording:
        """The recording with a field more in one copy, where its vendor reads that field."""
        event = self.of(channel)
        rule = next(each for each in self.spec.requests if each.id == event.request)
        if field in event.paths or field not in rule.fields:
            raise NotThereError(field)
        path = _resolved(rule.fields[field].paths[0], rule.events, event)
        return self._with(event, lambda request: added(request, path, value))

    def another_order(self, order_id: str, *, shared_event_id: bool) -> Recording:
        """The recording in which the same visitor orders once more, a minute later.

        With `shared_event_id` the copies of the second order carry the event ID of the first.
        """
        known = self.order.order_id
        second = replace(self.order, order_id=order_id, at=self.order.at + _LATER)
        found = list(self.recording.exchanges)
        for event in (self.tag, self.capi, self.collect):
            if event is None:
                continue
            for each in self.recording.exchanges:
                if each.id in (event.exchange, *event.mirrors):
                    kept = event.event_id if shared_event_id else ""
                    found.append(self._again(each, _LATER, _of_order(each.request, known, order_id, kept)))
        recording = self._of(found)
        return replace(recording, conversions=(*recording.conversions, second))

    def _again(self, exchange: Exchange, after: float, request: Request) -> Exchange:
        return self._answered(
            replace(
                exchange,
                id=f"{exchange.id}-{after:g}s-later",
                started_at=exchange.started_at + after,
                ended_at=(exchange.ended_at or exchange.started_at) + after,
                request=request,
            )
        )

    def substituted(self, channel: str, old: str, new: str) -> Recording:
        """The recording with one text of a copy's request in place of another."""
        return self._with(self.of(channel), lambda request: substituted(request, old, new))

    def identifier(self, channel: str, name: str, change: Callable[[str], str]) -> Recording:
        """The recording with every value of one identifier changed."""
        event = self.of(channel)
        values = event.identifiers.get(name, ())
        if not values:
            raise NotThereError(name)
        recording = self.recording
        for value in values:
            recording = replace(self, recording=recording).substituted(channel, value, change(value))
        return recording

    def without(self, channel: str) -> Recording:
        """The recording in which this copy was never sent."""
        event = self.of(channel)
        gone = {event.exchange, *event.mirrors}
        return self._of(each for each in self.recording.exchanges if each.id not in gone)

    def twice(self, channel: str, after: float) -> Recording:
        """The recording in which this copy is sent again so many seconds later."""
        exchange = self.exchange(channel)
        return self._of((*self.recording.exchanges, self._again(exchange, after, exchange.request)))

    def again(self, channel: str, after: float, field: str, change: Change) -> Recording:
        """The recording in which this copy is sent once more, with one field changed."""
        other = self.edited(channel, field, change)
        exchange = next(each for each in other.exchanges if each.id == self.of(channel).exchange)
        return self._of((*self.recording.exchanges, self._again(exchange, after, exchange.request)))

    def misplaced(self, channel: str, field: str, elsewhere: str) -> Recording:
        """The recording in which the value of one field stands where the vendor is known to find another one."""
        value = self.of(channel).fields[field] if field in self.of(channel).paths else None
        without = replace(self, recording=self.edited(channel, field, lambda known: GONE))
        return without.added(channel, elsewhere, value)

    def moved(self, channel: str, by: float) -> Recording:
        """The recording in which this copy comes so many seconds later, as it was written."""
        event = self.of(channel)
        moving = {event.exchange, *event.mirrors}
        return self._of(
            self._answered(replace(each, started_at=each.started_at + by, ended_at=(each.ended_at or 0) + by))
            if each.id in moving
            else each
            for each in self.recording.exchanges
        )

    def retried(self, channel: str, response: Response) -> Recording:
        """The recording in which the vendor says this at first, and takes the same call half a minute later."""
        again = self._again(self.exchange(channel), 30.0, self.exchange(channel).request)
        return self._of((*self.answered(channel, response).exchanges, again))

    def answered(self, channel: str, response: Response) -> Recording:
        """The recording in which the vendor says this to the copy."""
        event = self.of(channel)
        return self._of(
            replace(each, response=response) if each.id == event.exchange else each for each in self.recording.exchanges
        )

    def exchange(self, channel: str) -> Exchange:
        event = self.of(channel)
        return next(each for each in self.recording.exchanges if each.id == event.exchange)

    def _with(self, event: Event, change: Callable[[Request], Request]) -> Recording:
        """A tag's twins on other hosts say what it says, so they are changed alike.

        One that hides what it says (a container's own coding) goes: it would stand beside the fault as a healthy copy.
        """
        found = []
        for each in self.recording.exchanges:
            if each.id == event.exchange:
                found.append(self._answered(replace(each, request=change(each.request))))
            elif each.id in event.mirrors:
                if self.order.order_id in text_of(each.request):
                    found.append(self._answered(replace(each, request=_if_there(each.request, change))))
            else:
                found.append(each)
        return self._of(found)

    def _answered(self, exchange: Exchange) -> Exchange:
        if exchange.fate is not Fate.ANSWERED or exchange.answered_by != "stand-in":
            return exchange
        return replace(exchange, response=self.answer(exchange.request, exchange.started_at))

    def _of(self, exchanges: object) -> Recording:
        in_order = sorted(exchanges, key=lambda each: (each.started_at, each.id))  # type: ignore[call-overload]
        return replace(self.recording, exchanges=tuple(in_order))


def _of_order(request: Request, known: str, order_id: str, kept: str) -> Request:
    """The request as another order's; `kept` is an event ID that stays what it is."""
    if known not in text_of(request) and not kept:
        raise NotThereError(known)
    changed = _if_there(request, lambda each: substituted(each, known, order_id))
    return _if_there(changed, lambda each: substituted(each, kept.replace(known, order_id), kept)) if kept else changed


def text_of(request: Request) -> str:
    """Everything that the request says in its URL and body."""
    return request.url + (request.body.text or "" if request.body is not None else "")


def _resolved(path: str, events: str, event: Event) -> str:
    """`event/...` as the place in the request; the event's own number is told by its other fields."""
    if not path.startswith("event/"):
        return path
    within = path.removeprefix("event/")
    return f"{next(_beginnings(events, event), 'body')}/{within}"


def within_event(place: str, events: str, event: Event) -> list[str]:
    """The keys of a place of the request, as seen from the event that it is part of."""
    beginning = next(_beginnings(events, event), "")
    if beginning and place.startswith(f"{beginning}/"):
        return place.removeprefix(f"{beginning}/").split("/")
    return place.split("/")[1:]


def _beginnings(events: str, event: Event) -> Iterator[str]:
    """Where the event itself stands in its request, as its fields tell."""
    depth = events.count("/") + 1
    pattern = re.compile(re.escape(events).replace(r"\*", "[^/]*"))
    for other in event.paths.values():
        at = "/".join(other.split("/")[:depth])
        if events and pattern.fullmatch(at):
            yield at


def _if_there(request: Request, change: Callable[[Request], Request]) -> Request:
    try:
        return change(request)
    except NotThereError:
        return request
