"""Mistakes with when and how often something is sent, and with what the vendor says to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harness.accuracy.case import Case
from harness.accuracy.editing import NotThereError
from harness.accuracy.fault import Fault
from harness.model.recording import Body, Recording, Response
from harness.model.result import Severity

_FOLLOWS = frozenset({
    "counted-conversions", "tag-once", "server-call-once", "collect-once", "collect-order", "event-id-match",
    "vendor-acceptance", "blocked-delivery", "value-trail", "event-time", "filtered-event",
})  # fmt: skip


def _answering(status: int, body: str) -> Callable[[Case], Recording]:
    headers = (("content-type", "application/json"),)
    response = Response(status=status, headers=headers, body=Body(text=body, size=len(body)))
    return lambda case: case.answered("capi", response)


def _new_id(channel: str) -> Callable[[Case], Recording]:
    """Sent again with an ID of its own, as by a page that makes one each time it is opened."""

    def spoil(case: Case) -> Recording:
        if case.spec.event_id is None or not case.of(channel).key:
            raise NotThereError("an ID")
        return case.again(channel, 120.0, case.spec.event_id.field, lambda value: f"{value}-2")

    return spoil


def _other_account(case: Case) -> Recording:
    """The tag is there twice, once for another account."""
    if case.of("tag").paths.get("account") == case.of("tag").paths.get("name"):
        raise NotThereError("an account of its own")
    return case.again("tag", 0.2, "account", lambda value: type(value)(f"{value}7"))


def _after_the_window(case: Case) -> Recording:
    """The server's copy comes when the vendor does not look for copies any more."""
    rules = [rule for rule in case.spec.dedup if case.order.event in rule.events]
    windows = [rule.window for rule in rules]
    if case.tag is None or not windows or None in windows or any(rule.clock == "event-time" for rule in rules):
        raise NotThereError("a window")
    return case.moved("capi", max(window for window in windows if window is not None) + 3600)


def _refused_quietly(case: Case) -> Recording:
    """The status says yes, and the body no."""
    rule = next(each for each in case.spec.requests if each.id == case.of("capi").request)
    wanted = rule.acceptance
    body: dict[str, Any] = {}
    for path in (*wanted.where, *wanted.absent):
        keys = path.removeprefix("body/").split("/")
        if all(key.isidentifier() for key in keys):
            place = body
            for key in keys[:-1]:
                place = place.setdefault(key, {})
            place[keys[-1]] = "40001"
    if not body:
        raise NotThereError("an answer that says no")
    return _answering(wanted.statuses[0], json.dumps(body))(case)


FAULTS = (
    *(
        Fault(
            id=f"{word}-again-new-id",
            family="triggers",
            says=f"the {word} reports the order again, with another ID",
            spoil=_new_id(channel),
            finds=(check,),
            follows=_FOLLOWS | {"order-parameters", "schema", "event-id-unique"},
            least=Severity.ERROR,
            needs=(channel, "number of IDs"),
        )
        for channel, word, check in (("tag", "tag", "tag-once"), ("capi", "server", "server-call-once"))
    ),
    Fault(
        id="tag-for-two-accounts",
        family="triggers",
        says="the tag reports the order to another account, too",
        spoil=_other_account,
        finds=("account-match",),
        follows=_FOLLOWS | {"schema"},
        # It may be meant, as an agency's own account is.
        least=Severity.INFO,
        needs=("tag",),
    ),
    Fault(
        id="server-after-window",
        family="triggers",
        says="the server calls when the vendor looks for copies no more",
        spoil=_after_the_window,
        finds=("counted-conversions", "event-time"),
        follows=_FOLLOWS,
        takes=("capi",),
    ),
    Fault(
        id="server-retried",
        family="delivery",
        says="the vendor is out of order for a moment, and the server tries again",
        spoil=lambda case: case.retried("capi", Response(status=503)),
        finds=("vendor-acceptance",),
        follows=_FOLLOWS,
        harmless=lambda case: "the vendor got it once",
        needs=("capi",),
    ),
    Fault(
        id="refused-quietly",
        family="delivery",
        says="the vendor refuses the server's call with a status that says nothing of it",
        spoil=_refused_quietly,
        finds=("vendor-acceptance",),
        follows=_FOLLOWS,
        least=Severity.ERROR,
        takes=("capi",),
        needs=("capi",),
    ),
    Fault(
        id="tag-twice",
        family="triggers",
        says="the tag fires twice",
        spoil=lambda case: case.twice("tag", 2.0),
        finds=("tag-once",),
        follows=_FOLLOWS,
        needs=("tag",),
    ),
    Fault(
        id="tag-missing",
        family="triggers",
        says="the tag does not fire",
        spoil=lambda case: case.without("tag"),
        finds=("tag-once",),
        follows=_FOLLOWS,
        takes=("tag",),
        needs=(),
    ),
    Fault(
        id="server-twice",
        family="triggers",
        says="the server calls twice",
        spoil=lambda case: case.twice("capi", 2.0),
        finds=("server-call-once",),
        follows=_FOLLOWS,
        needs=("capi",),
    ),
    Fault(
        id="server-missing",
        family="triggers",
        says="the server does not call",
        spoil=lambda case: case.without("capi"),
        finds=("server-call-once",),
        follows=_FOLLOWS,
        takes=("capi",),
        needs=(),
    ),
    *(
        Fault(
            id=name,
            family="delivery",
            says=says,
            spoil=_answering(status, body),
            finds=("vendor-acceptance",),
            follows=_FOLLOWS,
            least=Severity.ERROR,
            takes=("capi",),
            needs=("capi",),
        )
        for name, says, status, body in (
            (
                "refused-bad-request",
                "the vendor refuses the server's call as malformed",
                400,
                '{"error":{"message":"Invalid parameter","code":100}}',
            ),
            ("refused-token", "the server's token is not valid any more", 401, '{"message":"Invalid access token"}'),
            ("vendor-down", "the vendor is out of order and nobody tries again", 503, ""),
        )
    ),
)
