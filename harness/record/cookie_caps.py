"""How long may a cookie live that a server sets, if the browser does not take it for the site's own?

Safari keeps cookies of hosts that are the site's by name only (an alias of somebody else's, or an address elsewhere)
for 7 days; https://webkit.org/tracking-prevention/ (read 2026-11). Where a name leads cannot be seen behind a proxy,
so such hosts are declared.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime


def capped(cookie: str, seconds: int, now: float) -> str:
    """A Set-Cookie header's value with its life cut to `seconds`; session cookies and deletions stay as they are."""
    content, *attributes = cookie.split(";")
    lives = _life(attributes, now)
    if lives is None or lives <= seconds:
        return cookie
    kept = (each for each in attributes if _name(each) not in ("max-age", "expires"))
    return ";".join((content, *kept, f" Max-Age={seconds}"))


def _life(attributes: list[str], now: float) -> float | None:
    """Seconds from now, None for a cookie of the session; Max-Age goes before Expires, whatever stands first."""
    said = {_name(each): each.partition("=")[2].strip() for each in attributes}
    age = said.get("max-age", "")
    if age.removeprefix("-").isdigit():
        return int(age)
    try:
        return parsedate_to_datetime(said.get("expires", "")).timestamp() - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _name(attribute: str) -> str:
    return attribute.partition("=")[0].strip().lower()
