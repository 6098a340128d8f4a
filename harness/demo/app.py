"""One server for all hosts of the demo: the Host header says which one is meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Host, Mount, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from harness.demo import places
from harness.demo.cloud import Cloud
from harness.demo.options import Options
from harness.demo.scripts import script_hosts
from harness.demo.senders import TIMEOUT
from harness.demo.shop import Shop

STATIC = Path(__file__).parent / "static"


class LastingFiles(StaticFiles):
    """Files that a browser keeps for the whole visit, so that two visits ask for the same ones."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "max-age=3600"
        return response


def build_app(options: Options, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The demo. Its client takes proxy and certificates from the environment; tests hand in a transport."""
    client = httpx.AsyncClient(transport=transport, timeout=TIMEOUT)
    shop = Shop(options=options, client=client)
    cloud = Router(Cloud(options=options, client=client).routes())
    pages = Router([Mount("/static", LastingFiles(directory=STATIC)), *shop.routes()])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    hosts = [
        Host(places.SHOP_HOST, app=pages),
        Host(places.FIRST_PARTY_COLLECT_HOST, app=cloud),
        Host(places.TEALIUM_COLLECT_HOST, app=cloud),
        *script_hosts(options),
    ]
    return Starlette(routes=hosts, lifespan=lifespan)
