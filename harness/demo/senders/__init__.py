"""Which server calls announce a purchase to the vendors?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator

import httpx

from harness.demo.call import Call
from harness.demo.faults import spoiled
from harness.demo.purchase import Purchase
from harness.demo.senders import google, meta, teads

CALLS = (meta.call, google.call, teads.call)
TIMEOUT = 10.0
_log = logging.getLogger(__name__)


def calls_for(purchase: Purchase, faults: Iterable[str]) -> Iterator[Call]:
    """The calls of a purchase as they leave the server, faults included."""
    for call_for in CALLS:
        call = call_for(purchase)
        if call is not None:
            yield from spoiled(call, purchase, faults)


async def announce(client: httpx.AsyncClient, purchase: Purchase, faults: Iterable[str]) -> None:
    """Send all calls at once. A vendor that cannot be reached must not disturb the shop."""
    await asyncio.gather(*(_send(client, call) for call in calls_for(purchase, faults)))


async def _send(client: httpx.AsyncClient, call: Call) -> None:
    try:
        await client.post(call.url, params=call.query, headers=call.headers, json=call.body)
    except httpx.HTTPError as error:
        # The URL of one of them holds a token: name the vendor only.
        _log.warning("%s was not reached: %s", call.vendor, type(error).__name__)
