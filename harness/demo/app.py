"""One server for all hosts of the demo: the Host header says which one is meant."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from harness.demo import places
from harness.demo.announcing import TIMEOUT
from harness.demo.cloud import Cloud
from harness.demo.container import Container
from harness.demo.options import Options
from harness.demo.scripts import page_tags, scripts_of
from harness.demo.shop import Shop

_PARAMETER = re.compile(r"\{\w+\}")
STATIC = Path(__file__).parent / "static"
_OWN_HOSTS = (
    *(places.SHOP_HOST, places.FIRST_PARTY_COLLECT_HOST, places.CONTAINER_HOST),
    *(places.TEALIUM_COLLECT_HOST, places.TEALIUM_SCRIPT_HOST),
)


class LastingFiles(StaticFiles):
    """Files that a browser keeps for the whole visit, so that two visits ask for the same ones."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "max-age=3600"
        return response


def hosts_of(options: Options) -> tuple[str, ...]:
    """Every host the demo answers for; of vendors' hosts the scripts only (`host/path`): some take events as well."""
    scripts = (
        f"{host}{_PARAMETER.sub('*', route.path)}"
        for host, routes in scripts_of(options).items()
        if host not in _OWN_HOSTS
        for route in routes
    )
    return (*_OWN_HOSTS, *dict.fromkeys(scripts))


def build_app(options: Options, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The demo. Its client takes proxy and certificates from the environment; tests hand in a transport."""
    client = httpx.AsyncClient(transport=transport, timeout=TIMEOUT)
    shop = Shop(options=options, client=client)
    cloud = Router(Cloud(options=options, client=client).routes())
    scripts = scripts_of(options)
    hits = Container(options=options, client=client).routes()
    container = Router([*hits, *scripts.pop(places.CONTAINER_HOST, [])])
    tags = Route("/tags.js", page_tags(options))
    pages = Router([tags, Mount("/static", LastingFiles(directory=STATIC)), *shop.routes()])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    hosts = [
        Host(places.SHOP_HOST, app=pages),
        Host(places.FIRST_PARTY_COLLECT_HOST, app=cloud),
        Host(places.TEALIUM_COLLECT_HOST, app=cloud),
        Host(places.CONTAINER_HOST, app=container),
        *(Host(host, app=Router(routes)) for host, routes in scripts.items()),
    ]
    return Starlette(routes=hosts, lifespan=lifespan)
