"""Mistakes with the mode: test codes left in production, calls to a place the vendor does not know."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from harness.accuracy.case import Case
from harness.accuracy.editing import NotThereError
from harness.accuracy.fault import Fault
from harness.model.recording import Recording, Request

_FOLLOWS = frozenset({
    "filtered-event", "counted-conversions", "schema", "vendor-acceptance", "server-call-once", "tag-once",
    "blocked-delivery", "value-trail", "unrecognised-call", "collect-order", "event-id-match",
})  # fmt: skip
# What people leave in a call; the first that a filter catches is left in.
_LEFT_IN: tuple[Any, ...] = ("TEST12345", "true", True, "1", "LIMITED_DATA_USE", "LDU")


def _left_in(channel: str) -> Any:
    def spoil(case: Case) -> Recording:
        event = case.of(channel)
        for entry in case.spec.filters:
            if entry.requests and event.request not in entry.requests:
                continue
            for field, pattern in entry.where.items():
                for value in _LEFT_IN:
                    if re.fullmatch(pattern, str(value).lower() if value is True else str(value)):
                        return case.added(channel, field, value)
        raise NotThereError("a filter")

    return spoil


def _elsewhere(channel: str) -> Any:
    """The call goes to a path nobody documents."""

    def spoil(case: Case) -> Recording:
        exchange = case.exchange(channel)
        moved = replace(exchange, request=_moved(exchange.request), response=None)
        rest = case.without(channel)
        return replace(rest, exchanges=(*rest.exchanges, moved))

    return spoil


def _in_a_store(case: Case) -> Recording:
    """The server says that the order was made in a store, where it was not."""
    source = case.spec.action_source
    words = source.values.get("physical_store", ()) if source is not None else ()
    if source is None or not words or words[0] in source.values.get(case.order.action_source, ()):
        raise NotThereError("a store")
    return case.edited("capi", "action_source", lambda value: words[0])


def _in_other_words(case: Case) -> Recording:
    """The server calls the place of the order by a word that the vendor does not know."""
    if case.spec.action_source is None:
        raise NotThereError("a source")
    return case.edited("capi", "action_source", lambda value: "homepage")


def _moved(request: Request) -> Request:
    parts = urlsplit(request.url)
    return replace(request, url=urlunsplit(parts._replace(path="/not-documented/x", query="")))


_ELSEWHERE = Fault(
    id="action-source-store",
    family="modes",
    says="the server says that the order was made in a store",
    spoil=_in_a_store,
    finds=("action-source",),
    follows=_FOLLOWS | {"event-time", "identifier-completeness"},
    takes=("capi",),
    needs=("capi",),
)

_UNKNOWN_WORD = replace(
    _ELSEWHERE,
    id="action-source-unknown",
    says="the server says by a word of its own where the order was made",
    spoil=_in_other_words,
    finds=("action-source", "schema"),
)

FAULTS = (
    _UNKNOWN_WORD,
    _ELSEWHERE,
    *tuple(
        fault
        for channel, word in (("capi", "server"), ("tag", "tag"))
        for fault in (
            Fault(
                id=f"test-mode-{word}",
                family="modes",
                says=f"a test mode left in the {word}'s copy",
                spoil=_left_in(channel),
                finds=("filtered-event", "counted-conversions"),
                follows=_FOLLOWS,
                takes=(channel,),
                needs=(channel,),
            ),
            Fault(
                id=f"unknown-path-{word}",
                family="modes",
                says=f"the {word} calls a path that nobody documents",
                spoil=_elsewhere(channel),
                finds=("server-call-once", "tag-once", "unrecognised-call"),
                follows=_FOLLOWS,
                takes=(channel,),
                needs=(channel,),
            ),
        )
    ),
)
