"""What does a device still know when its visitor comes back, and what time is it there?

Browsers judge the age of cookies by the machine's clock, which nobody can move for one of them. So a pause ages the
cookies instead, and the pages are told another time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from playwright.async_api import BrowserContext, StorageState

_SECONDS_A_DAY = 24 * 3600.0

# Everything by which a page tells the time of day, in every frame. What it writes into a cookie is in its own time, and
# the browser's is another. Workers are not reached.
_MOVED_CLOCK = """(shift => {
  const RealDate = Date, now = () => RealDate.now() + shift;
  function MovedDate(...given) {
    if (!new.target) return new RealDate(now()).toString();
    const value = given.length ? new RealDate(...given) : new RealDate(now());
    return Object.setPrototypeOf(value, new.target.prototype);
  }
  Object.defineProperties(MovedDate, Object.getOwnPropertyDescriptors(RealDate));
  Object.defineProperty(MovedDate, 'now', {value: now, writable: true, configurable: true});
  MovedDate.prototype.constructor = MovedDate;
  globalThis.Date = MovedDate;

  const origin = Object.getOwnPropertyDescriptor(Performance.prototype, 'timeOrigin');
  Object.defineProperty(Performance.prototype, 'timeOrigin', {
    ...origin, get() { return origin.get.call(this) + shift; },
  });
  if (globalThis.Temporal) {
    const real = Temporal.Now, realInstant = real.instant.bind(real);
    const instant = () => realInstant().add({milliseconds: shift});
    const zoned = id => instant().toZonedDateTimeISO(id ?? real.timeZoneId());
    const moved = {
      instant, zonedDateTimeISO: zoned, plainDateTimeISO: id => zoned(id).toPlainDateTime(),
      plainDateISO: id => zoned(id).toPlainDate(), plainTimeISO: id => zoned(id).toPlainTime(),
    };
    for (const [name, value] of Object.entries(moved)) Object.defineProperty(real, name, {value, configurable: true});
  }

  const realTime = text => text.replace(/(;\\s*expires\\s*=\\s*)([^;]+)/i, (whole, key, until) => {
    const at = RealDate.parse(until);
    return isNaN(at) ? whole : key + new RealDate(at - shift).toUTCString();
  });
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie, set(text) { cookie.set.call(this, realTime(String(text))); },
  });
  if (!globalThis.CookieStore) return;
  const set = CookieStore.prototype.set;
  CookieStore.prototype.set = function (...given) {
    const [first] = given;
    if (first && typeof first === 'object' && first.expires != null) {
      return set.call(this, {...first, expires: Number(first.expires) - shift});
    }
    return set.apply(this, given);
  };
})(SHIFT);"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a browser keeps. `at` is the machine's time, and `ahead` how far ahead of it the visitor's was."""

    state: StorageState
    at: float
    ahead: float = 0.0


def moved_clock(pause: float) -> str:
    """JavaScript that every document runs first, so that its clock is ahead by these seconds."""
    return _MOVED_CLOCK.replace("SHIFT", str(round(pause * 1000)))


async def remembered(context: BrowserContext, *, at: float, ahead: float) -> Memory:
    return Memory(state=await context.storage_state(indexed_db=True), at=at, ahead=ahead)


def aged(memory: Memory, *, gap: float, storage_days: int = 0) -> Memory:
    """The memory after so many seconds: cookies nearer to their end, those beyond it gone.

    Browsers that delete what scripts stored do so after days without a visit.
    """
    cookies = [
        {**cookie, "expires": _sooner(cookie.get("expires", -1), gap)}
        for cookie in memory.state.get("cookies", [])
        if not 0 <= cookie.get("expires", -1) <= memory.at + gap
    ]
    forgets = 0 < storage_days * _SECONDS_A_DAY <= gap
    origins = [] if forgets else list(memory.state.get("origins", []))
    return replace(memory, state=cast(StorageState, {"cookies": cookies, "origins": origins}))


async def recall(context: BrowserContext, memory: Memory) -> None:
    await context.set_storage_state(memory.state)


def _sooner(expires: float, gap: float) -> float:
    return expires if expires < 0 else expires - gap
