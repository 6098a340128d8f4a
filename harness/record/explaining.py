"""Why did a step fail, in the words of somebody who looks at the page?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.async_api import Error, Page

from harness.model.recording import Exchange, Fate
from harness.model.scenario import Step
from harness.record.elements import SelectorError, described, locator_for


def page_problem(exchanges: Sequence[Exchange]) -> str:
    """What was wrong with the last page asked for: one that did not come explains all that was missing on it."""
    last = next((each for each in reversed(exchanges) if each.type == "document"), None)
    if last is None:
        return ""
    address = last.request.url.partition("?")[0]
    if last.fate is Fate.FAILED and "client" not in last.error.lower():
        return f"the site is not reachable at {address}: {last.error}"
    if last.fate is Fate.REFUSED:
        return f"{address} was not let through; if it may be visited, list its host under allow_hosts of the site"
    if last.fate is Fate.BLOCKED and last.blocking is not None:
        return f"{address} was blocked by the rule {last.blocking.rule}"
    return ""


async def explained(problem: Error, *, page: Page, step: Step, arguments: Mapping[str, Any], timeout: float) -> str:
    """The browser's error in plain words. `arguments` are filled in; what is said repeats them as they were written."""
    text = str(problem)
    if "ERR_PROXY_CONNECTION_FAILED" in text:
        return "the capture proxy is gone, which is a fault of the harness itself"
    if "ERR_CERT_AUTHORITY_INVALID" in text:
        return "the browser was not started with the certificate authority of the harness"
    if "has been closed" in text or "Target crashed" in text or "Connection closed" in text:
        return "the browser or its page was closed during the step"
    if "net::" in text:
        return f"the page did not come: {text.splitlines()[0]}"
    if step.verb == "script":
        return f"the script failed: {text.splitlines()[0].removeprefix('Page.evaluate: ')}"
    if step.verb == "wait" and "url" in step.arguments:
        return f"waited {timeout:g} s for the address {step.arguments['url']}"
    if step.verb in ("open", "new_tab", "reload", "back", "forward"):
        return f"the page was not complete after {timeout:g} s"
    try:
        state = await _state_of(page, step.verb, arguments)
    except (Error, SelectorError):
        state = text.splitlines()[0]
    return f"looked for {described(step.arguments)} for {timeout:g} s: {state}"


async def _state_of(page: Page, verb: str, arguments: Mapping[str, Any]) -> str:
    """Why an element could not be used, as a visitor would see it."""
    element = locator_for(page, arguments)
    count = await element.count()
    if count == 0:
        return "nothing on the page matches"
    if count > 1 and verb != "wait":
        return f"{count} elements match, and it is not clear which one is meant"
    if not await element.first.is_visible():
        return "it is there, but not visible"
    if verb == "select":
        options = [" ".join(text.split()) for text in await element.first.locator("option").all_inner_texts()]
        return f'it has no option "{arguments.get("value")}"; it offers {", ".join(options) or "none"}'
    if not await element.first.is_enabled():
        return "it is there, but disabled"
    return "it is there, but could not be used; something else may cover it"
