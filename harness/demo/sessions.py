"""Which visitor sent this request?"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from harness.demo.visits import Visitor

COOKIE = "cs_session"
# A cart and its visitor's orders are still there some days later.
WEEK = 7 * 24 * 3600
AnyVisitor = TypeVar("AnyVisitor", bound=Visitor)


class Sessions(Generic[AnyVisitor]):
    """All visitors of this process, by cookie: parallel runs share nothing."""

    def __init__(self, new: Callable[[str], AnyVisitor]) -> None:
        self._new = new
        self._by_id: dict[str, AnyVisitor] = {}

    def of(self, request: Request) -> AnyVisitor:
        """The visitor's session; a new one is the same throughout the request."""
        known = self._by_id.get(request.cookies.get(COOKIE, ""))
        if known is not None:
            return known
        if not hasattr(request.state, "session"):
            request.state.session = self._new(secrets.token_hex(12))
        new: AnyVisitor = request.state.session
        return new

    def kept(self, request: Request, session: AnyVisitor, response: Response) -> Response:
        """The response, with the cookie of a session that was not stored before."""
        if session.id not in self._by_id:
            self._by_id[session.id] = session
            # The recorder's proxy ends TLS and says so; a plain client must get its cookie back, too.
            is_https = request.headers.get("x-forwarded-proto") == "https"
            response.set_cookie(COOKIE, session.id, max_age=WEEK, httponly=True, samesite="lax", secure=is_https)
        return response
