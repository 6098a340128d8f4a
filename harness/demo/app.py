"""One server for all hosts of a site: the Host header says which one is meant."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from harness.demo import places
from harness.demo.announcing import KEPT_OPEN, TIMEOUT
from harness.demo.cloud import Cloud
from harness.demo.container import Container
from harness.demo.offline import OfflineSales
from harness.demo.options import Options
from harness.demo.people import People
from harness.demo.scripts import page_tags, scripts_of
from harness.demo.sites.loan import Bank
from harness.demo.sites.shop.site import Shop
from harness.demo.sites.travel import Agency

SITES: dict[str, Callable[..., Shop | Bank | Agency]] = {"shop": Shop, "loan": Bank, "travel": Agency}
STATIC = Path(__file__).parent / "static"
_PARAMETER = re.compile(r"\{\w+\}")


class LastingFiles(StaticFiles):
    """Files that a browser keeps for the whole visit, so that two visits ask for the same ones."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "max-age=3600"
        return response


def hosts_of(options: Options) -> tuple[str, ...]:
    """Every host the site answers for; of vendors' hosts the scripts only (`host/path`): some take events as well."""
    place = options.place
    own = (
        *(place.host, place.collect_host, place.container_host),
        *(places.TEALIUM_COLLECT_HOST, places.TEALIUM_SCRIPT_HOST),
    )
    scripts = (
        f"{host}{_PARAMETER.sub('*', route.path)}"
        for host, routes in scripts_of(options).items()
        if host not in own
        for route in routes
    )
    return (*own, *dict.fromkeys(scripts))


def build_app(options: Options, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The demo. Its client takes proxy and certificates from the environment; tests hand in a transport."""
    place = options.place
    client = httpx.AsyncClient(transport=transport, timeout=TIMEOUT, limits=KEPT_OPEN)
    people = People()
    website = SITES[options.site](options=options, client=client, people=people)
    counter = OfflineSales(options=options, client=client, people=people)
    cloud = Router(Cloud(options=options, client=client).routes())
    scripts = scripts_of(options)
    hits = Container(options=options, client=client).routes()
    container = Router([*hits, *scripts.pop(place.container_host, [])])
    tags = Route("/tags.js", page_tags(options))
    pages = Router([tags, Mount("/static", LastingFiles(directory=STATIC)), *counter.routes(), *website.routes()])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    hosts = [
        Host(place.host, app=pages),
        Host(place.collect_host, app=cloud),
        Host(places.TEALIUM_COLLECT_HOST, app=cloud),
        Host(place.container_host, app=container),
        *(Host(host, app=Router(routes)) for host, routes in scripts.items()),
    ]
    return Starlette(routes=hosts, lifespan=lifespan)
