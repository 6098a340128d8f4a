"""Mistakes with when and how often something is sent, and with what the vendor says to it."""

from __future__ import annotations

from collections.abc import Callable

from harness.accuracy.case import Case
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


FAULTS = (
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
