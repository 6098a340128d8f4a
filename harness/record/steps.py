"""What can a journey do, and how is each step done?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import Error, Page, Response

from harness.model.recording import Conversion, Item
from harness.record.elements import SELECTOR_KEYS, SelectorError, described, locator_for
from harness.record.observing import is_navigating, settle
from harness.record.uploads import UploadError, Uploads

Arguments = Mapping[str, Any]

_POLL = 0.05
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


class StepFailedError(Exception):
    """A step could not be done; the text says what was looked for and what was found instead."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """What the steps of one run share: the page, where it belongs, and what was learned on the way."""

    page: Page
    site_url: str
    data_layer: str
    timeout: float
    clock: Callable[[], float]
    variables: dict[str, str]
    uploads: Uploads | None = None
    step: int = 0
    conversions: list[Conversion] = field(default_factory=list)


async def _open(visit: Visit, arguments: Arguments) -> None:
    """Load a path of the site or a whole URL."""
    address = str(_needed(arguments, "url"))
    _check_answer(await visit.page.goto(urljoin(visit.site_url, address), wait_until="load"), visit.page)


async def _click(visit: Visit, arguments: Arguments) -> None:
    """Click an element."""
    await locator_for(visit.page, arguments).click()


async def _fill(visit: Visit, arguments: Arguments) -> None:
    """Type a value into a field."""
    await locator_for(visit.page, arguments).fill(str(_needed(arguments, "value", may_be_empty=True)))


async def _select(visit: Visit, arguments: Arguments) -> None:
    """Choose an option of a list by its value or its text."""
    await locator_for(visit.page, arguments).select_option(str(_needed(arguments, "value", may_be_empty=True)))


async def _check(visit: Visit, arguments: Arguments) -> None:
    """Tick a checkbox or choose a radio button; with `checked: false`, take the tick away."""
    await locator_for(visit.page, arguments).set_checked(bool(arguments.get("checked", True)))


async def _press(visit: Visit, arguments: Arguments) -> None:
    """Press a key, in an element if one is named."""
    key = str(_needed(arguments, "key"))
    if any(arguments.get(name) for name in SELECTOR_KEYS):
        await locator_for(visit.page, arguments).press(key)
    else:
        await visit.page.keyboard.press(key)


async def _wait(visit: Visit, arguments: Arguments) -> None:
    """Wait for an element, a text, a URL or a data layer event."""
    if "url" in arguments:
        await visit.page.wait_for_url(_is_at(urljoin(visit.site_url, str(arguments["url"]))), wait_until="load")
    elif "data_layer" in arguments:
        await _wait_for_event(visit, str(arguments["data_layer"]))
    else:
        await locator_for(visit.page, arguments).first.wait_for(state="visible")


def _is_at(address: str) -> Callable[[str], bool]:
    """`*` stands for anything; a query or fragment that is not asked for may be there."""
    pattern = re.compile(re.escape(address).replace(r"\*", ".*"))

    def matches(url: str) -> bool:
        whole = url if "#" in address else url.partition("#")[0]
        return pattern.fullmatch(whole if "?" in address else whole.partition("?")[0]) is not None

    return matches


async def _wait_for_event(visit: Visit, name: str) -> None:
    # Asked again and again: a function left in the page would not survive the next navigation.
    expression = _HAS_EVENT.replace("EXPRESSION", visit.data_layer)
    try:
        async with asyncio.timeout(visit.timeout):
            while True:
                try:
                    if await visit.page.evaluate(expression, name):
                        return
                except Error as error:
                    if not is_navigating(error):
                        raise
                await asyncio.sleep(_POLL)
    except TimeoutError:
        raise StepFailedError(
            f'waited {visit.timeout:g} s for the event "{name}" in the data layer ({visit.data_layer})'
        ) from None


async def _reload(visit: Visit, arguments: Arguments) -> None:
    """Load the page again."""
    _check_answer(await visit.page.reload(wait_until="load"), visit.page)


async def _back(visit: Visit, arguments: Arguments) -> None:
    """Go back one page."""
    if await visit.page.go_back(wait_until="load") is None and visit.page.url == "about:blank":
        raise StepFailedError("there is no page to go back to")


async def _read(visit: Visit, arguments: Arguments) -> None:
    """Keep what the page shows under a name."""
    name = str(_needed(arguments, "as"))
    element = locator_for(visit.page, arguments)
    attribute = arguments.get("attribute")
    if attribute == "value":
        found: str | None = await element.input_value()
    else:
        found = await element.get_attribute(str(attribute)) if attribute else await element.inner_text()
    if found is None:
        raise StepFailedError(f'{described(arguments)} has no attribute "{attribute}"')
    value = " ".join(found.split())
    if not value:
        raise StepFailedError(f"{described(arguments)} is empty, so {name} cannot be read from it")
    visit.variables[name] = value


async def _screenshot(visit: Visit, arguments: Arguments) -> None:
    """Keep a picture of the complete page, even if it shows what the last one did."""
    await settle(visit.page)
    await visit.page.wait_for_load_state("load")


async def _conversion(visit: Visit, arguments: Arguments) -> None:
    """Declare what the site confirmed: the ground truth."""
    visit.conversions.append(
        Conversion(
            event=str(_needed(arguments, "event")),
            order_id=str(_needed(arguments, "order_id")),
            value=str(arguments.get("value", "")),
            currency=str(arguments.get("currency", "")),
            items=tuple(_item(entry) for entry in arguments.get("items") or ()),
            at=visit.clock(),
            step=visit.step,
        )
    )


async def _upload(visit: Visit, arguments: Arguments) -> None:
    """Hand over a file of conversions, to be judged as what the vendor would be given."""
    if visit.uploads is None:
        raise StepFailedError("files cannot be handed over in this visit")
    try:
        await visit.uploads.take(
            arguments, site_url=visit.site_url, conversions=visit.conversions, at=visit.clock(), step=visit.step
        )
    except UploadError as problem:
        raise StepFailedError(str(problem)) from problem


def _item(entry: Arguments) -> Item:
    quantity = str(entry.get("quantity", 1)).strip()
    if not quantity.isdigit():
        raise StepFailedError(f'item {entry.get("id")}: the quantity is "{quantity}", expected a whole number')
    return Item(
        id=str(_needed(entry, "id")),
        quantity=int(quantity),
        price=str(entry.get("price", "")),
        name=str(entry.get("name", "")),
    )


def _needed(arguments: Arguments, name: str, *, may_be_empty: bool = False) -> Any:
    value = arguments.get(name)
    if value is None or (value == "" and not may_be_empty):
        raise SelectorError(f'"{name}" is missing')
    return value


def _check_answer(answer: Response | None, page: Page) -> None:
    if answer is not None and answer.status >= 400:
        raise StepFailedError(f"{page.url} was answered with status {answer.status} {answer.status_text}".rstrip())


STEP_VERBS: Mapping[str, Callable[[Visit, Arguments], Awaitable[None]]] = {
    "open": _open,
    "click": _click,
    "fill": _fill,
    "select": _select,
    "check": _check,
    "press": _press,
    "wait": _wait,
    "reload": _reload,
    "back": _back,
    "read": _read,
    "screenshot": _screenshot,
    "conversion": _conversion,
    "upload": _upload,
}
