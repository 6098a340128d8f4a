"""Which element of the page does a step mean?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.async_api import Error, Frame, Locator, Page

SELECTOR_KEYS = ("css", "role", "label", "placeholder", "test_id", "text", "link")

# How many of each kind of element a failure message lists; more hides what matters.
_SHOWN = 8
# What can be clicked or filled, as its visitor would name it. Hidden elements are what the visitor did not see either.
_PAGE_SUMMARY = """shown => {
  const visible = element => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
  const names = (query, name) => {
    const found = [];
    for (const element of document.querySelectorAll(query)) {
      if (!visible(element)) continue;
      const text = String(name(element) || '').replace(/\\s+/g, ' ').trim().slice(0, 40);
      if (text && !found.includes(text)) found.push(text);
      if (found.length > shown) break;
    }
    return found;
  };
  const isButtonLike = 'button, [role=button], input[type=submit], input[type=button]';
  const kinds = [
    ['headings', names('h1, h2', e => e.innerText)],
    ['buttons', names(isButtonLike, e => e.innerText || e.getAttribute('aria-label') || e.value)],
    ['links', names('a[href]', e => e.innerText || e.getAttribute('aria-label'))],
    ['fields', names('label', e => e.innerText)],
    ['messages', names('[role=alert], [role=status], .error', e => e.innerText)],
  ];
  return {title: document.title, kinds, text: (document.body ? document.body.innerText : '').slice(0, 200)};
}"""


class SelectorError(Exception):
    """A step that does not say which element it means, or says it twice."""


def locator_for(page: Page | Frame, arguments: Mapping[str, Any]) -> Locator:
    """The element the selector keys name. Accessible names match whole, so that "Pay" is not "Pay later"."""
    given = [key for key in SELECTOR_KEYS if arguments.get(key) not in (None, "")]
    if len(given) != 1:
        wanted = "one of " + ", ".join(SELECTOR_KEYS)
        raise SelectorError(f"expected {wanted}" if not given else f"{' and '.join(given)} given, expected {wanted}")
    value = str(arguments[given[0]])
    match given[0]:
        case "css":
            return page.locator(f"css={value}")
        case "role":
            name = arguments.get("name")
            role: Any = value
            return page.get_by_role(role, name=str(name), exact=True) if name else page.get_by_role(role)
        case "label":
            return page.get_by_label(value, exact=True)
        case "placeholder":
            return page.get_by_placeholder(value, exact=True)
        case "test_id":
            return page.get_by_test_id(value)
        case "link":
            return page.get_by_role("link", name=value, exact=True)
        case _:
            return page.get_by_text(value)


def described(arguments: Mapping[str, Any]) -> str:
    """The selector in words, for messages and summaries."""
    for key in SELECTOR_KEYS:
        if arguments.get(key) not in (None, ""):
            name = f' "{arguments["name"]}"' if key == "role" and arguments.get("name") else ""
            return (
                f"{arguments[key]}{name}" if key in ("css", "role") else f'{key.replace("_", " ")} "{arguments[key]}"'
            )
    return "an element"


async def page_summary(page: Page) -> str:
    """What stood on the page, short enough for a failure message."""
    try:
        # A failed navigation puts an error page of the browser in place, at its own pace.
        await page.wait_for_load_state("domcontentloaded", timeout=2_000)
        found = await page.evaluate(_PAGE_SUMMARY, _SHOWN)
    except Error as error:
        return f"at {page.url} and could not be read ({str(error).splitlines()[0]})"
    parts = [f'"{found["title"]}" at {page.url}']
    for kind, names in found["kinds"]:
        if names:
            more = ", ..." if len(names) > _SHOWN else ""
            parts.append(f"{kind}: {', '.join(names[:_SHOWN])}{more}")
    if len(parts) == 1:
        parts.append(f"text: {found['text'].strip() or 'none'}")
    return "; ".join(parts)
