"""Mistakes with when and how often something is sent, and with what the vendor says to it."""

from __future__ import annotations

from harness.accuracy.case import Case
from harness.accuracy.editing import NotThereError
from harness.accuracy.fault import Fault
from harness.model.recording import Body, Recording, Response
from harness.model.result import Severity

_FOLLOWS = frozenset({
    "counted-conversions", "tag-once", "server-call-once", "collect-once", "collect-order", "event-id-match",
    "vendor-acceptance", "blocked-delivery", "value-trail", "event-time", "filtered-event",
})  # fmt: skip


def _refused(status: int, body: str) -> Response:
    headers = (("content-type", "application/json"),)
    return Response(status=status, headers=headers, body=Body(text=body, size=len(body)))


def _unexpected_second(case: Case) -> Recording:
    if case.capi is None:
        raise NotThereError("capi")
    return case.twice("tag", 2.0)


FAULTS = (
    Fault(
        id="tag-twice",
        family="triggers",
        says="the tag fires twice",
        spoil=_unexpected_second,
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
    Fault(
        id="refused-bad-request",
        family="delivery",
        says="the vendor refuses the server's call as malformed",
        spoil=lambda case: case.answered("capi", _refused(400, '{"error":{"message":"Invalid parameter","code":100}}')),
        finds=("vendor-acceptance",),
        follows=_FOLLOWS,
        least=Severity.ERROR,
        takes=("capi",),
        needs=("capi",),
    ),
    Fault(
        id="refused-token",
        family="delivery",
        says="the server's token is not valid any more",
        spoil=lambda case: case.answered("capi", _refused(401, '{"message":"Invalid access token"}')),
        finds=("vendor-acceptance",),
        follows=_FOLLOWS,
        least=Severity.ERROR,
        takes=("capi",),
        needs=("capi",),
    ),
    Fault(
        id="vendor-down",
        family="delivery",
        says="the vendor is out of order and nobody tries again",
        spoil=lambda case: case.answered("capi", _refused(503, "")),
        finds=("vendor-acceptance",),
        follows=_FOLLOWS,
        least=Severity.ERROR,
        takes=("capi",),
        needs=("capi",),
    ),
)
