"""How are the vendors told about a conversion by a server?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator

import httpx

from harness.demo.call import Call
from harness.demo.editing import edit
from harness.demo.faults import spoiled
from harness.demo.options import Options
from harness.demo.purchase import Purchase
from harness.demo.vendors import VENDORS, vendors_in

TIMEOUT = 30.0
# The client's pool may close a connection that is old, or one too many, in the moment a call begins to use it: the
# vendor then has half a request, and the conversion is lost. So none is ever closed for either reason.
KEPT_OPEN = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=None)
# The vendors whose server call can say that an order was given back, and what they call that.
REFUNDS = {"ga4": "refund"}
_log = logging.getLogger(__name__)


def calls_for(purchase: Purchase, options: Options) -> Iterator[Call]:
    """The calls of a conversion as they leave the server, faults included."""
    vendors = vendors_in(options.wiring, options.place)
    for name in options.vendors:
        call = vendors[name].call(purchase)
        if call is not None:
            yield from spoiled(call, purchase, options.faults, vendors[name])


def offline_calls_for(purchase: Purchase, options: Options) -> Iterator[Call]:
    """The calls of a conversion away from the web, to the vendors that take such, faults included."""
    for name in options.vendors:
        offline = VENDORS[name].offline
        call = offline.call(purchase) if offline is not None else None
        if offline is not None and call is not None:
            yield from spoiled(call, purchase, options.faults, offline)


def refund_calls_for(purchase: Purchase, options: Options) -> Iterator[Call]:
    """The calls of a purchase, as those vendors take them that know its return."""
    for call in calls_for(purchase, options):
        if call.vendor in REFUNDS:
            _rename(call, vendors_in(options.wiring, options.place)[call.vendor].fields["name"], REFUNDS[call.vendor])
            yield call


def _rename(call: Call, path: str, name: str) -> None:
    edit(call, path, lambda _: name)


async def announce(client: httpx.AsyncClient, purchase: Purchase, options: Options) -> None:
    await send(client, calls_for(purchase, options))


async def send(client: httpx.AsyncClient, calls: Iterable[Call]) -> None:
    """All calls at once. A vendor that cannot be reached must not disturb the site."""
    await asyncio.gather(*(_send(client, call) for call in calls))


async def announce_refund(client: httpx.AsyncClient, purchase: Purchase, options: Options) -> None:
    await send(client, refund_calls_for(purchase, options))


async def _send(client: httpx.AsyncClient, call: Call) -> None:
    try:
        await client.post(call.url, params=call.query, headers=call.headers, json=call.body)
    except httpx.HTTPError as error:
        # The URL of one of them holds a token: name the vendor only.
        _log.warning("%s was not reached: %s", call.vendor, type(error).__name__)
