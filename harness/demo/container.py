"""A server-side tag container, as far as a site needs it: it takes the Google tag's hits and calls vendors."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.demo.announcing import announce, announce_refund
from harness.demo.hits import Hit, clicks_in, hits_in, purchase_from
from harness.demo.options import Options
from harness.demo.places import CONTAINER_PATH
from harness.demo.purchase import CONVERSIONS, Purchase
from harness.demo.visits import client_address

# The one that every container has.
STANDARD_PATH = "/g/collect"
NINETY_DAYS = 90 * 24 * 3600
# gcs is G1, then 1 for granted or 0 for denied: advertising first, analytics second.
_ADVERTISING = slice(2, 3)
# The triggers, by event, and the tags of each.
_TAGS = {**dict.fromkeys(CONVERSIONS, announce), "refund": announce_refund}


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    options: Options
    client: httpx.AsyncClient

    def routes(self) -> list[Route]:
        return [
            Route(STANDARD_PATH, self.collect, methods=["GET", "POST"]),
            Route(CONTAINER_PATH, self.hidden, methods=["GET", "POST"]),
        ]

    async def collect(self, request: Request) -> Response:
        return self._accept(request, hits_in(request.url.query, (await request.body()).decode()))

    async def hidden(self, request: Request) -> Response:
        """The path of this container's own loader: the standard path and its query in base64, as the parameter z."""
        address = urlsplit(_shown(request.query_params.get("z", "")))
        if address.path != STANDARD_PATH:
            return Response(status_code=400)
        return self._accept(request, hits_in(address.query, ""))

    def _accept(self, request: Request, hits: Sequence[Hit]) -> Response:
        """Click IDs of a landing are kept in cookies, so that they are there when somebody buys."""
        purchases = [self._purchase(request, hit) for hit in hits if _is_triggering(hit)]
        response = Response(status_code=204, background=BackgroundTask(self._announce, purchases))
        for name, value in {name: value for hit in hits for name, value in clicks_in(hit).items()}.items():
            response.set_cookie(
                name, value, max_age=NINETY_DAYS, domain=self.options.place.domain, secure=True, samesite="lax"
            )
        return response

    def _purchase(self, request: Request, hit: Hit) -> Purchase:
        return purchase_from(
            hit,
            cookies=request.cookies,
            at=time.time(),
            ip_address=client_address(request.headers, request.client.host if request.client else ""),
            user_agent=request.headers.get("user-agent", ""),
        )

    async def _announce(self, purchases: Sequence[Purchase]) -> None:
        for purchase in purchases:
            await _TAGS[purchase.hit["en"]](self.client, purchase, self.options)


def _shown(hidden: str) -> str:
    try:
        return base64.b64decode(hidden, validate=True).decode()
    except ValueError:
        return ""


def _is_triggering(hit: Hit) -> bool:
    """Conversions and returns of visitors who consented to advertising."""
    return hit.get("en") in _TAGS and hit.get("gcs", "")[_ADVERTISING] == "1"
