"""Is this run's browser really protected as its profile says, and no more than that?

The canary hosts do not exist: the proxy answers for them as it does for vendors, after blocking and stripping, so that
the canaries meet the same treatment as the requests of the journey.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.async_api import Error, Page

from harness.model.profile import Profile
from harness.model.recording import Blocking, Body, Canary, Request, Response
from harness.record.blocking.dns import DnsBlocker
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.filters import Rule

PAGE_HOST = "canary.harness.test"
# Of the same site as the page, and declared to be so by name only.
CLOAKED_HOST = "cloaked.harness.test"
OTHER_HOST = "other.harness-third-party.test"
MARK = "harness-canary"
_COOKIE = "harness-canary"
_TIMEOUT = 10_000

_HARMLESS = f"https://{OTHER_HOST}/note"
_TRY = """async url => {
  try { await fetch(url, {mode: 'no-cors', cache: 'no-store'}); return 'loaded'; } catch { return 'failed'; }
}"""
# What another site hears when the page asks for its whole address to be told.
_TELLS = """async host => {
  const options = {cache: 'no-store', referrerPolicy: 'unsafe-url'};
  try { return await (await fetch('https://' + host + '/told', options)).text(); }
  catch (error) { return 'unknown: ' + error; }
}"""
_SCRIPT_COOKIE = "harness-script"
_LANDING_COOKIE = "harness-landing"
_YEAR = 365
_SECONDS_A_DAY = 24 * 3600
_WRITES = f"name => {{ document.cookie = name + '=1; path=/; max-age={_YEAR * _SECONDS_A_DAY}'; }}"
_ASKS = """async url => {
  try { await fetch(url, {mode: 'no-cors', credentials: 'include', cache: 'no-store'}); } catch { return; }
}"""
_COOKIE_ATTEMPTS, _COOKIE_PAUSE = 40, 0.05
_COOKIE_COMES_BACK = """async host => {
  const ask = path => fetch('https://' + host + path, {credentials: 'include', cache: 'no-store'});
  try { await ask('/cookie/set'); return (await (await ask('/cookie/get')).text()) === 'yes' ? 'allowed' : 'blocked'; }
  catch (error) { return 'unknown: ' + error; }
}"""


class Engine(Protocol):
    @property
    def rules(self) -> tuple[Rule, ...]: ...
    def decide(self, facts: RequestFacts, source_host: str = "") -> Blocking | None: ...
    def strip(self, facts: RequestFacts, source_host: str = "") -> tuple[str, Blocking | None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryPlan:
    """What to try in one run. `blocked` is a URL that only a blocker keeps from loading, `unfound` one that a DNS
    blocker does; `query` is that of the landing."""

    profile: Profile
    engine: FilterEngine | None
    blocked: str
    unfound: str = ""
    query: str
    source_host: str = ""


def with_canaries(answer: Callable[[Request], Response | None]) -> Callable[[Request], Response | None]:
    """The stand-ins with the canary hosts among them."""

    def answered(request: Request) -> Response | None:
        return canary_answer(request) or answer(request)

    return answered


def canary_answer(request: Request) -> Response | None:
    """What a canary host says; None for every request that is not a canary."""
    parts = urlsplit(request.url)
    if parts.hostname == PAGE_HOST:
        return _text("<!doctype html><title>Self-check</title><link rel=icon href=data:,>", "text/html; charset=utf-8")
    if parts.hostname == CLOAKED_HOST:
        return _text("set", cookie=f"{_COOKIE}=1; Path=/; Secure; Max-Age={_YEAR * _SECONDS_A_DAY}")
    if parts.hostname == OTHER_HOST and parts.path == "/cookie/set":
        return _text("set", cookie=f"{_COOKIE}=1; Path=/; Secure; SameSite=None")
    if parts.hostname == OTHER_HOST and parts.path == "/cookie/get":
        cookies = "; ".join(value for name, value in request.headers if name.lower() == "cookie")
        return _text("yes" if f"{_COOKIE}=1" in cookies else "no")
    if parts.hostname == OTHER_HOST and parts.path == "/told":
        return _text(_told(request))
    if parts.hostname == OTHER_HOST or (MARK, "1") in parse_qsl(parts.query):
        return _text("answered")
    return None


def is_canary(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname in (PAGE_HOST, CLOAKED_HOST, OTHER_HOST) or (MARK, "1") in parse_qsl(parts.query)


def unfound_address(dns: DnsBlocker | None) -> str:
    """A URL on a host that is not found; empty if there is none."""
    host = dns.some_host() if dns is not None else ""
    return f"https://{host}/canary?{MARK}=1" if host else ""


def blocked_address(engine: Engine, source_host: str = "") -> str:
    """A URL that the rules block from the canary page, and answer with nothing; empty if there is no such URL."""
    for rule in engine.rules:
        if rule.is_exception or rule.is_regex or rule.options.removeparam is not None:
            continue
        address = _address_for(rule)
        if not urlsplit(address).hostname or f"{MARK}=1" not in address:
            continue
        decision = engine.decide(_fetch(address), source_host)
        if decision is not None and decision.action == "block":
            return address
    return ""


def plan_canaries(
    profile: Profile,
    engine: FilterEngine | None,
    dns: DnsBlocker | None = None,
    *,
    click_ids: Iterable[tuple[str, str]],
    elsewhere: Sequence[str],
    source_host: str = "",
) -> CanaryPlan:
    """`elsewhere` are URLs blocked in other profiles of the suite, which an unprotected browser must load."""
    own = blocked_address(engine, source_host) if engine is not None and profile.has_filters else ""
    baseline = next(iter(elsewhere), f"https://{OTHER_HOST}/tracker?{MARK}=1")
    return CanaryPlan(
        profile=profile,
        engine=engine,
        blocked=own if profile.has_filters else baseline,
        unfound=unfound_address(dns),
        query=urlencode([*click_ids, ("keep", "1")]),
        source_host=source_host,
    )


async def fly(page: Page, plan: CanaryPlan) -> tuple[Canary, ...]:
    """Try everything in this page; afterwards it shows a canary page and the context holds canary cookies."""
    landing = f"https://{PAGE_HOST}/?{plan.query}"
    try:
        await page.goto(landing, timeout=_TIMEOUT)
    except Error as error:
        found = str(error).splitlines()[0]
        return (Canary(name="page", expected="a page of the harness loads", observed=found, passed=False),)
    tries = [
        _parameters(page, plan, landing),
        _harmless(page),
        _cookies(page, plan),
        _script_cookies(page, plan),
        _signals(page, plan),
    ]
    if plan.profile.has_hosts:
        tries.append(_not_found(page, plan))
    if plan.profile.has_filters or not plan.profile.has_hosts:
        tries.append(_blocked(page, plan))
    if plan.profile.cloaked_cookie_days:
        tries.append(_cloaked_cookies(page, plan))
    tried = list(await asyncio.gather(*tries))
    if plan.profile.landing_cookie_days and plan.profile.classified_hosts:
        tried.append(await _landing_cookies(page, plan, landing))
    if not plan.profile.extensions:
        return tuple(tried)
    # Whatever else is not as the profile says may be the work of its extensions.
    return (
        *(each if each.name == "harmless" else replace(each, critical=False) for each in tried),
        *[await _extension(page, Path(folder)) for folder in plan.profile.extensions],
    )


async def _parameters(page: Page, plan: CanaryPlan, landing: str) -> Canary:
    facts = RequestFacts(url=landing, page=landing, type="document")
    expected = landing if plan.engine is None else plan.engine.strip(facts, plan.source_host)[0]
    observed: str = await page.evaluate("location.href")
    # Names are enough to tell, and click IDs need not be repeated.
    return _canary("parameters", "kept: " + _names(expected), "kept: " + _names(observed), observed == expected)


async def _harmless(page: Page) -> Canary:
    observed: str = await page.evaluate(_TRY, _HARMLESS)
    return _canary("harmless", "loaded", observed)


async def _blocked(page: Page, plan: CanaryPlan) -> Canary:
    expected = "failed" if plan.profile.has_filters else "loaded"
    if not plan.blocked:
        observed = "not tried: no rule of the profile's lists blocks a host as such"
        return Canary(name="blocking", expected=expected, observed=observed, passed=False, critical=False)
    observed = await page.evaluate(_TRY, plan.blocked)
    host = urlsplit(plan.blocked).hostname
    return _canary("blocking", f"{host} {expected}", f"{host} {observed}")


async def _extension(page: Page, folder: Path) -> Canary:
    """Chromium says nothing when it does not load one; its files can be opened only if it did."""
    expected = f"{folder.name} loaded"
    try:
        await page.goto(f"chrome-extension://{extension_id(folder)}/manifest.json", timeout=_TIMEOUT)
    except Error as error:
        return _canary("extension", expected, f"{folder.name} not there: {str(error).splitlines()[0]}")
    return _canary("extension", expected, expected)


def extension_id(folder: Path) -> str:
    """The ID Chromium gives: of the manifest's key, else of the path; hex digits written with the letters a to p."""
    text = (folder / "manifest.json").read_text("utf-8-sig")
    key = re.search(r'^\s*"key"\s*:\s*"([A-Za-z0-9+/=\s]+)"', text, re.MULTILINE)
    digest = hashlib.sha256(base64.b64decode(key[1]) if key else str(folder.resolve()).encode()).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


async def _not_found(page: Page, plan: CanaryPlan) -> Canary:
    observed = await page.evaluate(_TRY, plan.unfound) if plan.unfound else "not tried: no host is left to try"
    return _canary("dns", "failed", observed)


async def _cookies(page: Page, plan: CanaryPlan) -> Canary:
    observed: str = await page.evaluate(_COOKIE_COMES_BACK, OTHER_HOST)
    return _canary("third-party-cookies", "allowed" if plan.profile.third_party_cookies else "blocked", observed)


async def _script_cookies(page: Page, plan: CanaryPlan) -> Canary:
    """How long a cookie lives that a script wants to live for a year."""
    expected = f"{plan.profile.script_cookie_days or _YEAR} days"
    await page.evaluate(_WRITES, _SCRIPT_COOKIE)
    return _canary("script-cookies", expected, await _life_of(page, _SCRIPT_COOKIE, page.url))


async def _landing_cookies(page: Page, plan: CanaryPlan, landing: str) -> Canary:
    """The same on a page that was opened by a link with a query on a classified host."""
    await page.goto(landing, timeout=_TIMEOUT, referer=f"https://{plan.profile.classified_hosts[0]}/")
    await page.evaluate(_WRITES, _LANDING_COOKIE)
    expected = f"{plan.profile.landing_cookie_days} days"
    return _canary("landing-cookies", expected, await _life_of(page, _LANDING_COOKIE, page.url))


async def _cloaked_cookies(page: Page, plan: CanaryPlan) -> Canary:
    """How long a cookie lives that a cloaked host wants to live for a year."""
    await page.evaluate(_ASKS, f"https://{CLOAKED_HOST}/")
    expected = f"{plan.profile.cloaked_cookie_days} days"
    return _canary("cloaked-cookies", expected, await _life_of(page, _COOKIE, f"https://{CLOAKED_HOST}/"))


async def _life_of(page: Page, name: str, url: str) -> str:
    """In days. The browser stores what a script writes in its own time, after the script has gone on."""
    for _ in range(_COOKIE_ATTEMPTS):
        for cookie in await page.context.cookies(url):
            if cookie.get("name") == name:
                # The machine's time: the browser counts by it, also where the page is told another.
                return f"{round((cookie.get('expires', 0.0) - time.time()) / _SECONDS_A_DAY)} days"
        await asyncio.sleep(_COOKIE_PAUSE)
    return "not kept"


async def _signals(page: Page, plan: CanaryPlan) -> Canary:
    """Global Privacy Control and the referrer, as another site hears them."""
    gpc = "sent" if plan.profile.gpc else "not sent"
    referrer = "origin" if plan.profile.referrer == "origin" else "whole"
    observed = await page.evaluate(_TELLS, OTHER_HOST)
    in_page = await page.evaluate("navigator.globalPrivacyControl ? 'sent' : 'not sent'")
    return _canary("signals", f"GPC {gpc}/{gpc}, referrer {referrer}", f"GPC {in_page}/{observed}")


def _told(request: Request) -> str:
    headers = {name.lower(): value for name, value in request.headers}
    gpc = "sent" if headers.get("sec-gpc") == "1" else "not sent"
    referrer = headers.get("referer", "")
    told = "no" if not referrer else "origin" if urlsplit(referrer).path == "/" and "?" not in referrer else "whole"
    return f"{gpc}, referrer {told}"


def _canary(name: str, expected: str, observed: str, passed: bool | None = None) -> Canary:
    is_passed = expected == observed if passed is None else passed
    return Canary(name=name, expected=expected, observed=observed, passed=is_passed)


def _fetch(address: str) -> RequestFacts:
    return RequestFacts(url=address, page=f"https://{PAGE_HOST}/", type="xmlhttprequest")


def _address_for(rule: Rule) -> str:
    """A URL the rule's pattern fits. Rules for a host as such are plain; others are tried with the marks filled in."""
    if rule.host:
        return f"https://{rule.host}/canary?{MARK}=1"
    pattern = rule.pattern.replace("^", "/").replace("*", "x")
    if pattern.startswith("||"):
        address = "https://" + pattern[2:]
    elif pattern.startswith("|"):
        address = pattern[1:]
    else:
        address = f"https://{OTHER_HOST}/" + pattern.lstrip("/")
    address = address.rstrip("|")
    return f"{address}{'&' if '?' in address else '?'}{MARK}=1"


def _names(url: str) -> str:
    return ", ".join(name for name, _ in parse_qsl(urlsplit(url).query)) or "nothing"


def _text(text: str, content_type: str = "text/plain; charset=utf-8", cookie: str = "") -> Response:
    headers = [("content-type", content_type), ("cache-control", "no-store")]
    if cookie:
        headers.append(("set-cookie", cookie))
    return Response(status=200, headers=tuple(headers), body=Body(text=text, size=len(text.encode())))
