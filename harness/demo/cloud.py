"""Tealium's cloud, as far as a site needs it: the Collect endpoint, and connectors on its conversions."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.demo.announcing import announce, announce_refund
from harness.demo.connector import purchase_from
from harness.demo.options import Options
from harness.demo.page_events import TEALIUM_CONVERSIONS
from harness.demo.places import TEALIUM_PROFILE
from harness.demo.visits import client_address

REGION = "eu-central-1"
# The event feeds, each with its connectors.
FEEDS = {**dict.fromkeys(TEALIUM_CONVERSIONS, announce), "refund": announce_refund}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    options: Options
    client: httpx.AsyncClient

    def routes(self) -> list[Route]:
        return [
            Route("/{account}/{profile}/2/i.gif", self.pixel, methods=["POST"]),
            Route("/event", self.event, methods=["POST"]),
            Route("/event", self.preflight, methods=["OPTIONS"]),
        ]

    async def pixel(self, request: Request) -> Response:
        """The form of the Collect tag: multipart, one field `data` with an envelope around the event's data."""
        try:
            envelope = json.loads(_multipart_field(request.headers.get("content-type", ""), await request.body()))
            data = envelope["data"]
        except (ValueError, KeyError):
            return _refusal(request, "The event could not be read")
        return self._accept(request, {**data, "post_time": envelope.get("post_time")})

    async def event(self, request: Request) -> Response:
        """The form of the HTTP API: the event's data as flat JSON, whose keys hold no period."""
        try:
            data = json.loads(await request.body())
        except ValueError:
            return _refusal(request, "The event could not be read")
        if not isinstance(data, dict) or any("." in key for key in data):
            return _refusal(request, "A key contains a period")
        return self._accept(request, data)

    async def preflight(self, request: Request) -> Response:
        headers = {"Access-Control-Allow-Methods": "POST, OPTIONS", "Access-Control-Allow-Headers": "Content-Type"}
        return Response(status_code=204, headers=_headers(request) | headers)

    def _accept(self, request: Request, data: dict[str, Any]) -> Response:
        own = (self.options.place.tealium_account, TEALIUM_PROFILE)
        if (data.get("tealium_account"), data.get("tealium_profile")) != own:
            return _refusal(request, "The account or profile value is missing or unknown")
        return Response(status_code=200, headers=_headers(request), background=self._connectors(request, data))

    def _connectors(self, request: Request, data: dict[str, Any]) -> BackgroundTask | None:
        """Conversions and returns the visitor consented to."""
        connectors = FEEDS.get(str(data.get("tealium_event")))
        if connectors is None or data.get("consent_status") != "granted":
            return None
        purchase = purchase_from(
            data,
            ip_address=client_address(request.headers, request.client.host if request.client else ""),
            user_agent=request.headers.get("user-agent", ""),
        )
        return BackgroundTask(connectors, self.client, purchase, self.options)


def _multipart_field(content_type: str, body: bytes) -> str:
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=HTTP)
    for part in message.iter_parts():
        if part.get_param("name", header="content-disposition") == "data":
            content = part.get_payload(decode=True)
            return content.decode() if isinstance(content, bytes) else ""
    return ""


def _headers(request: Request) -> dict[str, str]:
    return {
        "X-UUID": secrets.token_hex(16),
        "X-Region": REGION,
        "X-ServerID": "uconnect_corner",
        "X-ULVer": "demo",
        "Access-Control-Allow-Origin": request.headers.get("origin", "*"),
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "X-Region",
        "Vary": "Origin",
    }


def _refusal(request: Request, reason: str) -> Response:
    return Response(status_code=400, headers=_headers(request) | {"X-Error": reason})
