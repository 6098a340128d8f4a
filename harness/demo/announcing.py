"""How are the vendors told about a conversion by a server?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator

import httpx

from harness.demo.call import Call
from harness.demo.faults import spoiled
from harness.demo.options import Options
from harness.demo.purchase import Purchase
from harness.demo.vendors import VENDORS, vendors_in

TIMEOUT = 10.0
_log = logging.getLogger(__name__)


def calls_for(purchase: Purchase, options: Options) -> Iterator[Call]:
    """The calls of a conversion as they leave the server, faults included."""
    vendors = vendors_in(options.wiring, options.place)
    for name in options.vendors:
        call = vendors[name].call(purchase)
        if call is not None:
            yield from spoiled(call, purchase, options.faults, vendors[name].fields)


def offline_calls_for(purchase: Purchase, options: Options) -> Iterator[Call]:
    """The calls of a conversion away from the web, to the vendors that take such, faults included."""
    for name in options.vendors:
        offline = VENDORS[name].offline
        call = offline.call(purchase) if offline is not None else None
        if offline is not None and call is not None:
            yield from spoiled(call, purchase, options.faults, offline.fields)


async def announce(client: httpx.AsyncClient, purchase: Purchase, options: Options) -> None:
    await send(client, calls_for(purchase, options))


async def send(client: httpx.AsyncClient, calls: Iterable[Call]) -> None:
    """All calls at once. A vendor that cannot be reached must not disturb the site."""
    await asyncio.gather(*(_send(client, call) for call in calls))


async def _send(client: httpx.AsyncClient, call: Call) -> None:
    try:
        await client.post(call.url, params=call.query, headers=call.headers, json=call.body)
    except httpx.HTTPError as error:
        # The URL of one of them holds a token: name the vendor only.
        _log.warning("%s was not reached: %s", call.vendor, type(error).__name__)
