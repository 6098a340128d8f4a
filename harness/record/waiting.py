"""Is what a step waits for, or expects, there in time?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Error, Locator

from harness.record.addresses import is_at
from harness.record.elements import described, locator_for
from harness.record.observing import is_navigating
from harness.record.visit import Arguments, StepFailedError, Visit, needed

_POLL = 0.05
_SURVEY_POLL = 0.1
_LONGEST_TOLD = 120
# An entry counts by its `event` (or `<something>_event`) key, or as a recorded call `f('event', name)`.
_HAS_EVENT = """name => {
  let layer;
  try { layer = (EXPRESSION); } catch { return false; }
  if (layer === null || layer === undefined) return false;
  return (Array.isArray(layer) ? layer : [layer]).some(entry => {
    if (!entry || typeof entry !== 'object') return false;
    if (entry[0] === 'event' && entry[1] === name) return true;
    return Object.keys(entry).some(key => /^(.*_)?event$/.test(key) && entry[key] === name);
  });
}"""


async def wait(visit: Visit, arguments: Arguments) -> None:
    """Wait for an element, a text, a URL, a data layer event, a request or a vendor's event."""
    try:
        await _wait(visit, arguments)
    except (Error, StepFailedError):
        if not arguments.get("may_fail"):
            raise


async def _wait(visit: Visit, arguments: Arguments) -> None:
    if "url" in arguments:
        fits = is_at(visit.site_url, str(arguments["url"]))
        await visit.page.wait_for_url(fits, wait_until="load")
    elif "data_layer" in arguments:
        await _wait_for_data_layer(visit, str(arguments["data_layer"]))
    elif "request" in arguments or "vendor_event" in arguments:
        await _wait_for_traffic(visit, arguments)
    else:
        await locator_for(visit.page, arguments).first.wait_for(state="visible")


async def _wait_for_data_layer(visit: Visit, name: str) -> None:
    # Asked again and again: a function left in the page would not survive the next navigation.
    expression = _HAS_EVENT.replace("EXPRESSION", visit.data_layer)
    complaint = f'waited {visit.timeout:g} s for the event "{name}" in the data layer ({visit.data_layer})'

    async def is_there() -> bool:
        try:
            return bool(await visit.page.evaluate(expression, name))
        except Error as error:
            if not is_navigating(error):
                raise
            return False

    await _until(is_there, visit.timeout, complaint, _POLL)


async def _wait_for_traffic(visit: Visit, arguments: Arguments) -> None:
    """What is seen counts whenever in the run it was sent, and whatever became of it."""
    if "request" in arguments:
        fits = is_at(visit.site_url, str(arguments["request"]))
        wanted = f"a request to {arguments['request']}"

        async def is_there() -> bool:
            return any(fits(exchange.request.url) for exchange in visit.surveyor.exchanges())
    else:
        event = arguments["vendor_event"]
        vendor, name, channel = str(needed(event, "vendor")), str(needed(event, "event")), str(event.get("channel", ""))
        wanted = f'the event "{name}" of {vendor}' + (f" by {channel}" if channel else "")

        async def is_there() -> bool:
            return visit.surveyor.has_call(vendor, name, channel)

    complaint = f"waited {visit.timeout:g} s for {wanted}, which was not sent"
    await _until(is_there, visit.timeout, complaint, _SURVEY_POLL)


async def expect(visit: Visit, arguments: Arguments) -> None:
    """Fail unless the page is as said: an element is visible, shows a text, has a value, or is absent."""
    if "url" in arguments:
        fits, wanted = is_at(visit.site_url, str(arguments["url"])), f"the address {arguments['url']}"

        async def look() -> str:
            return "" if fits(visit.page.url) else f"found {visit.page.url.partition('?')[0]}"
    else:
        element, wanted = locator_for(visit.page, arguments), _wish(arguments)

        async def look() -> str:
            return await _difference(element, arguments)

    await _until_same(look, visit.timeout, wanted)


def _wish(arguments: Arguments) -> str:
    target = described(arguments)
    if arguments.get("absent"):
        return f"{target} to be absent"
    if "count" in arguments:
        return f"{target} {arguments['count']} times"
    if "shows" in arguments:
        return f'{target} to show "{arguments["shows"]}"'
    if "value" in arguments:
        return f'{target} to have the value "{arguments["value"]}"'
    return f"{target} to be visible"


async def _difference(element: Locator, arguments: Arguments) -> str:
    """What is there instead; an empty text when it is as it should be."""
    shown = await element.filter(visible=True).count()
    if arguments.get("absent"):
        return "" if shown == 0 else f"found {shown} on the page"
    if "count" in arguments:
        return "" if shown == int(arguments["count"]) else f"found {shown} on the page"
    if shown == 0:
        return "it is there, but not visible" if await element.count() else "nothing on the page matches"
    first = element.filter(visible=True).first
    if "shows" in arguments:
        text = " ".join((await first.inner_text()).split())
        return "" if str(arguments["shows"]) in text else f'found "{text[:_LONGEST_TOLD]}"'
    if "value" in arguments:
        value = await first.input_value()
        return "" if value == str(arguments["value"]) else f'found "{value[:_LONGEST_TOLD]}"'
    return ""


async def _until_same(look: Callable[[], Awaitable[str]], timeout: float, wanted: str) -> None:
    found = ""

    async def is_same() -> bool:
        nonlocal found
        try:
            found = await look()
        except Error as error:
            if not is_navigating(error):
                raise
            return False
        return not found

    try:
        await _until(is_same, timeout, "", _POLL)
    except StepFailedError:
        raise StepFailedError(f"expected {wanted}, {found or 'but the page did not hold still'}") from None


async def _until(is_there: Callable[[], Awaitable[Any]], timeout: float, complaint: str, poll: float) -> None:
    try:
        async with asyncio.timeout(timeout):
            while not await is_there():
                await asyncio.sleep(poll)
    except TimeoutError:
        raise StepFailedError(complaint) from None
