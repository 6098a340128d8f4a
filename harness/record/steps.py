"""What can a journey do, and how is each step done?"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import Error, Page, Response

from harness.model.recording import ConsentChoice, Conversion, Item
from harness.record.addresses import is_at
from harness.record.backend import BackendError, value_at
from harness.record.chosen_answers import ChosenAnswer
from harness.record.elements import SELECTOR_KEYS, described, locator_for
from harness.record.observing import settle
from harness.record.uploads import UploadError
from harness.record.visit import Arguments, StepFailedError, Visit, needed
from harness.record.waiting import expect, wait

__all__ = ["STEP_VERBS", "StepFailedError", "Visit"]


async def _open(visit: Visit, arguments: Arguments) -> None:
    """Load a path of the site or a whole URL."""
    try:
        await _go(visit.page, visit, arguments)
    except (Error, StepFailedError):
        if not arguments.get("may_fail"):
            raise


async def _go(page: Page, visit: Visit, arguments: Arguments) -> None:
    address = str(needed(arguments, "url"))
    answer = await page.goto(urljoin(visit.site_url, address), wait_until="load", referer=arguments.get("referrer"))
    _check_answer(answer, page)


async def _new_tab(visit: Visit, arguments: Arguments) -> None:
    """Load a page in a new tab, which the steps are about until it is closed."""
    page = await visit.browser.open_tab()
    page.set_default_timeout(visit.timeout * 1000)
    visit.browser.tabs.append(page)
    await _go(page, visit, arguments)


async def _close_tab(visit: Visit, arguments: Arguments) -> None:
    """Close the tab and go back to the one before."""
    if len(visit.browser.tabs) == 1:
        raise StepFailedError("there is no other tab to go back to")
    await visit.browser.tabs.pop().close()
    await visit.page.bring_to_front()


async def _offline(visit: Visit, arguments: Arguments) -> None:
    """Lose the network on this device."""
    await visit.browser.cut_off(True)


async def _online(visit: Visit, arguments: Arguments) -> None:
    """Have the network back."""
    await visit.browser.cut_off(False)


async def _click(visit: Visit, arguments: Arguments) -> None:
    """Click an element."""
    await locator_for(visit.page, arguments).click()


async def _double_click(visit: Visit, arguments: Arguments) -> None:
    """Click an element twice in a row."""
    await locator_for(visit.page, arguments).dblclick()


async def _fill(visit: Visit, arguments: Arguments) -> None:
    """Type a value into a field."""
    await locator_for(visit.page, arguments).fill(str(needed(arguments, "value", may_be_empty=True)))


async def _select(visit: Visit, arguments: Arguments) -> None:
    """Choose an option of a list by its value or its text."""
    await locator_for(visit.page, arguments).select_option(str(needed(arguments, "value", may_be_empty=True)))


async def _check(visit: Visit, arguments: Arguments) -> None:
    """Tick a checkbox or choose a radio button; with `checked: false`, take the tick away."""
    await locator_for(visit.page, arguments).set_checked(bool(arguments.get("checked", True)))


async def _press(visit: Visit, arguments: Arguments) -> None:
    """Press a key, in an element if one is named."""
    key = str(needed(arguments, "key"))
    if any(arguments.get(name) for name in SELECTOR_KEYS):
        await locator_for(visit.page, arguments).press(key)
    else:
        await visit.page.keyboard.press(key)


async def _reload(visit: Visit, arguments: Arguments) -> None:
    """Load the page again."""
    _check_answer(await visit.page.reload(wait_until="load"), visit.page)


async def _back(visit: Visit, arguments: Arguments) -> None:
    """Go back one page."""
    if await visit.page.go_back(wait_until="load") is None and visit.page.url == "about:blank":
        raise StepFailedError("there is no page to go back to")


async def _forward(visit: Visit, arguments: Arguments) -> None:
    """Go forward again."""
    before = visit.page.url
    if await visit.page.go_forward(wait_until="load") is None and visit.page.url == before:
        raise StepFailedError("there is no page to go forward to")


async def _read(visit: Visit, arguments: Arguments) -> None:
    """Keep what the page shows under a name."""
    name = str(needed(arguments, "as"))
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


async def _script(visit: Visit, arguments: Arguments) -> None:
    """Run JavaScript in the page; its result can be kept under a name."""
    result = await visit.page.evaluate(str(needed(arguments, "code")))
    if "as" in arguments:
        if result in (None, ""):
            raise StepFailedError(f"the script yielded nothing, so {arguments['as']} has no value")
        visit.variables[str(arguments["as"])] = result if isinstance(result, str) else json.dumps(result)


async def _answer(visit: Visit, arguments: Arguments) -> None:
    """From now on, answer a vendor's calls or certain requests otherwise."""
    address, body = arguments.get("url"), arguments.get("body")
    is_text = isinstance(body, str)
    visit.answer(
        ChosenAnswer(
            vendor=str(arguments.get("vendor", "")),
            channel=str(arguments.get("channel", "")),
            fits=is_at(visit.site_url, str(address)) if address else None,
            status=arguments.get("status"),
            body=body if is_text or body is None else json.dumps(body),
            content_type="" if is_text or body is None else "application/json",
            delay=float(arguments.get("delay", 0)),
            times=int(arguments.get("times", 0)),
        )
    )


async def _consent(visit: Visit, arguments: Arguments) -> None:
    """Note what the visitor answers to the question of consent; the answer's own steps are taken beside this one."""
    state = str(needed(arguments, "answer"))
    if not arguments.get("known"):
        raise StepFailedError(f"the scenario has no steps under consent: {state}")
    visit.consents.append(ConsentChoice(state=state, at=visit.clock(), step=visit.step, leg=visit.leg))


async def _call(visit: Visit, arguments: Arguments) -> None:
    """Call the site's backend without a browser, and keep values of its answer."""
    method, url = str(arguments.get("method", "GET")), str(needed(arguments, "url"))
    content = {httpx_name: arguments[name] for name, httpx_name in _CONTENTS.items() if name in arguments}
    try:
        answer = await visit.backend.request(
            method, url, headers=arguments.get("headers", {}), content=content, timeout=visit.timeout
        )
        kept = arguments.get("as", {})
        document = _json_of(answer.text) if kept else None
        visit.variables |= {name: value_at(document, str(path)) for name, path in kept.items()}
    except BackendError as problem:
        raise StepFailedError(str(problem)) from problem


_CONTENTS = {"json": "json", "form": "data"}


def _json_of(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise StepFailedError("the answer is not JSON, so nothing can be kept of it") from None


async def _run(visit: Visit, arguments: Arguments) -> None:
    """Run a command in the site's environment; what it writes can be kept under a name."""
    command = [str(part) for part in needed(arguments, "command")]
    try:
        output = (await visit.backend.run(command, timeout=visit.timeout)).strip()
    except BackendError as problem:
        raise StepFailedError(str(problem)) from problem
    if "as" in arguments:
        if not output:
            raise StepFailedError(f"{command[0]} wrote nothing, so {arguments['as']} has no value")
        visit.variables[str(arguments["as"])] = output


async def _screenshot(visit: Visit, arguments: Arguments) -> None:
    """Keep a picture of the complete page, even if it shows what the last one did."""
    await settle(visit.page)
    await visit.page.wait_for_load_state("load")


async def _conversion(visit: Visit, arguments: Arguments) -> None:
    """Declare what the site confirmed: the ground truth."""
    visit.conversions.append(
        Conversion(
            event=str(needed(arguments, "event")),
            order_id=str(needed(arguments, "order_id")),
            value=str(arguments.get("value", "")),
            currency=str(arguments.get("currency", "")),
            items=tuple(_item(entry) for entry in arguments.get("items") or ()),
            action_source=str(arguments.get("action_source", "website")),
            at=visit.clock(),
            step=visit.step,
            leg=visit.leg,
        )
    )


async def _no_conversion(visit: Visit, arguments: Arguments) -> None:
    """Declare that no such event happened: whoever reports one is wrong."""
    visit.no_conversions.append(str(needed(arguments, "event")))


async def _upload(visit: Visit, arguments: Arguments) -> None:
    """Hand over a file of conversions, to be judged as what the vendor would be given."""
    try:
        await visit.uploads.take(
            arguments,
            site_url=visit.site_url,
            conversions=visit.conversions,
            at=visit.clock(),
            step=visit.step,
            leg=visit.leg,
        )
    except (BackendError, UploadError) as problem:
        raise StepFailedError(str(problem)) from problem


def _item(entry: Arguments) -> Item:
    quantity = str(entry.get("quantity", 1)).strip()
    if not quantity.isdigit():
        raise StepFailedError(f'item {entry.get("id")}: the quantity is "{quantity}", expected a whole number')
    return Item(
        id=str(needed(entry, "id")),
        quantity=int(quantity),
        price=str(entry.get("price", "")),
        name=str(entry.get("name", "")),
    )


def _check_answer(answer: Response | None, page: Page) -> None:
    if answer is not None and answer.status >= 400:
        raise StepFailedError(f"{page.url} was answered with status {answer.status} {answer.status_text}".rstrip())


STEP_VERBS: Mapping[str, Callable[[Visit, Arguments], Awaitable[None]]] = {
    "open": _open,
    "new_tab": _new_tab,
    "close_tab": _close_tab,
    "click": _click,
    "double_click": _double_click,
    "fill": _fill,
    "select": _select,
    "check": _check,
    "press": _press,
    "wait": wait,
    "expect": expect,
    "reload": _reload,
    "back": _back,
    "forward": _forward,
    "offline": _offline,
    "online": _online,
    "consent": _consent,
    "read": _read,
    "script": _script,
    "answer": _answer,
    "call": _call,
    "run": _run,
    "screenshot": _screenshot,
    "conversion": _conversion,
    "no_conversion": _no_conversion,
    "upload": _upload,
}
