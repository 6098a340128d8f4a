"""What does the page show, hold and remember after a step?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from playwright.async_api import BrowserContext, Error, Locator, Page

from harness.model.persona import Persona
from harness.model.recording import Cookie

# Fields stay hidden even when the page draws a new one between the placing of the masks and the picture.
_HIDE_FIELDS = "input, textarea, select { color: transparent !important; text-shadow: none !important; }"
_FIELDS = "input:not([type=hidden]), textarea, select, [contenteditable]:not([contenteditable=false])"
_MASK_COLOR = "#9aa0a6"
_QUALITY = 50
_SCREENSHOT_TIMEOUT = 5_000
_ATTEMPTS = 3

# Data layers hold DOM nodes, windows and themselves; what cannot be told in JSON is named instead.
_DATA_LAYER = """() => {
  let budget = 20000;
  const ancestors = [];
  const plain = value => {
    if (budget-- < 0) return '[too much]';
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'string') return (value.toWellFormed ? value.toWellFormed() : value).slice(0, 20000);
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object') return undefined;
    try {
      if (value instanceof Date) return isNaN(value) ? '[invalid date]' : value.toISOString();
      if (value instanceof Node) return '[' + value.nodeName.toLowerCase() + ']';
      if (value.window === value) return '[window]';
      if (value instanceof Event) return '[event]';
      if (ancestors.includes(value)) return '[cycle]';
      if (ancestors.length > 12) return '[too deep]';
      ancestors.push(value);
      try {
        const isList = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Arguments]';
        if (isList) return Array.from(value, each => plain(each) ?? null);
        const found = {};
        for (const key of Object.keys(value)) {
          let each;
          try { each = plain(value[key]); } catch { each = '[unreadable]'; }
          if (each !== undefined) found[key] = each;
        }
        return found;
      } finally { ancestors.pop(); }
    } catch { return '[unreadable]'; }
  };
  let layer;
  try { layer = (EXPRESSION); } catch { return '[]'; }
  if (layer === null || layer === undefined) return '[]';
  return JSON.stringify(Array.isArray(layer) ? plain(layer) : [plain(layer) ?? null]);
}"""


async def data_layer_of(page: Page, expression: str) -> tuple[Any, ...]:
    """The page's data layer as JSON; empty when there is none or the page does not hold still."""
    for _ in range(_ATTEMPTS):
        try:
            text = await page.evaluate(_DATA_LAYER.replace("EXPRESSION", expression))
            found = json.loads(text)
            return tuple(found) if isinstance(found, list) else (found,)
        except Error as error:
            if not is_navigating(error):
                break
            await settle(page)
    return ()


async def cookies_of(context: BrowserContext, *, ahead: float = 0.0) -> tuple[Cookie, ...]:
    """All cookies of the visit; none when the browser is gone. Their ends are `ahead` as the visitor's time is."""
    try:
        found = await context.cookies()
    except Error:
        return ()
    cookies = [
        Cookie(
            name=str(each.get("name", "")),
            value=str(each.get("value", "")),
            domain=str(each.get("domain", "")),
            path=str(each.get("path", "/")),
            expires=_later(float(each.get("expires", -1)), ahead),
            http_only=bool(each.get("httpOnly", False)),
        )
        for each in found
    ]
    return tuple(sorted(cookies, key=lambda each: (each.domain, each.path, each.name)))


def _later(expires: float, ahead: float) -> float:
    """A cookie that ends with its browser has no time to end."""
    return expires + ahead if expires >= 0 else expires


async def screenshot_of(page: Page, persona: Persona, timeout: float = _SCREENSHOT_TIMEOUT) -> bytes:
    """A picture in which fields and every text with something of the persona are covered; empty if none can be had."""
    try:
        return await page.screenshot(
            type="jpeg",
            quality=_QUALITY,
            scale="css",
            animations="disabled",
            mask=_masks(page, persona),
            mask_color=_MASK_COLOR,
            style=_HIDE_FIELDS,
            timeout=timeout,
        )
    except Error:
        return b""


async def settle(page: Page, timeout: float = 5_000) -> None:
    """Let a navigation that the last step started come as far as a document."""
    try:
        await page.wait_for_load_state("domcontentloaded", timeout=timeout)
    except Error:
        return


def is_navigating(error: Error) -> bool:
    text = str(error)
    return "context was destroyed" in text or "navigation" in text or "Cannot find context" in text


def _masks(page: Page, persona: Persona) -> list[Locator]:
    private = private_text(persona.identifiers().values())
    covered = []
    for frame in page.frames:
        covered.append(frame.locator(_FIELDS))
        if private is not None:
            covered.append(frame.get_by_text(private))
    return covered


def private_text(values: Iterable[str]) -> re.Pattern[str] | None:
    """Matches any of the values in whatever case, and phone numbers however they are grouped."""
    patterns = []
    for value in sorted({value.strip() for value in values if value.strip()}, key=len, reverse=True):
        if re.fullmatch(r"\+?[\d\s()/.-]{5,}", value):
            patterns.append(r"[\s()/.-]*".join(re.sub(r"\D", "", value)))
            continue
        pattern = r"\s+".join(re.escape(word) for word in value.split())
        # A short value, such as the code of a region, is part of too many words to cover them all.
        patterns.append(pattern if len(value) > 3 else rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])")
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
