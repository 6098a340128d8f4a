"""Do we decide about requests as the real blocker does? A Firefox with uBlock Origin is asked to send them.

Every host is answered by the proxy itself, so nothing leaves the machine; what never arrives there was blocked.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.errors import RecordingError
from harness.model.profile import Profile
from harness.model.recording import Body, Origin, Request, Response
from harness.record.bidi import Firefox
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.lists import PACKAGE_FOLDERS, load
from harness.record.canaries import blocked_address
from harness.record.capture import Listener
from harness.record.policy import TrafficPolicy
from harness.record.proxy import Proxy

# The one that Debian's package puts into every profile of Firefox.
EXTENSION = next(folder for folder in PACKAGE_FOLDERS if "mozilla" in folder.parts)
INSTALL = "apt-get install firefox-esr webext-ublock-origin-firefox"
_PROGRAMS = ("firefox-esr", "firefox")
_BATCH = 24
_QUIET, _AT_MOST = 0.4, 8.0
_READY_TRIES = 40
_CONTROL = "https://control.example/picture.png"  # no list has a rule for it
_FIRST_PAGE = "https://first.example/"

# How a page causes a request of each type; each promise is kept when the request is over.
_ISSUE = """
(requests) => {
  const over = (element, place) => new Promise((resolve) => {
    element.onload = element.onerror = resolve;
    setTimeout(resolve, 20000);
    if (place) document.body.append(element);
  }).then(() => element.remove());
  const issue = {
    script: (url) => over(Object.assign(document.createElement('script'), {src: url}), true),
    image: (url) => over(Object.assign(new Image(), {src: url}), false),
    stylesheet: (url) => over(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: url}), true),
    subdocument: (url) => over(Object.assign(document.createElement('iframe'), {src: url}), true),
    xmlhttprequest: (url) => fetch(url, {mode: 'no-cors', signal: AbortSignal.timeout(20000)}).catch(() => null),
    ping: async (url) => navigator.sendBeacon(url, 'x'),
  };
  return Promise.all(requests.map(([type, url]) => issue[type](url))).then(() => true);
}
"""
TYPES = ("script", "image", "stylesheet", "subdocument", "xmlhttprequest", "ping")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One request: what we decide and what came of it in the real browser, as `sent`, `blocked` or `stripped of …`."""

    request: RequestFacts
    ours: str
    theirs: str
    rule: str = ""

    @property
    def is_alike(self) -> bool:
        return self.ours == self.theirs


def find_firefox(path: str = "") -> Path:
    """The Firefox to ask; `RecordingError` where it or the blocker is missing."""
    found = next(
        (Path(name) for name in (shutil.which(each) for each in ([path] if path else _PROGRAMS)) if name), None
    )
    if found is None:
        raise RecordingError(f"there is no {path or 'Firefox'} here", INSTALL)
    if not EXTENSION.exists():
        raise RecordingError(f"uBlock Origin for Firefox is not in {EXTENSION}", INSTALL)
    return Path(found)


def compared(
    requests: Sequence[RequestFacts], profile: Profile, firefox: Path, certificates: Path
) -> Iterator[Comparison]:
    """Each request of a type that a page can cause, as the profile's filters and the real blocker decide about it.

    The filters are the lists that the real blocker's package holds. `certificates` is the folder of our authority.
    Raises `RecordingError` if the blocker never begins to block.
    """
    with tempfile.TemporaryDirectory(prefix="harness-firefox-") as folder:
        engine = load(profile, Path(folder) / "lists", package_folders=(EXTENSION,)).engine
        canary = blocked_address(engine)
        asked_for = {_host(url) for request in requests for url in (request.url, request.page)}
        hosts = {*asked_for, *map(_host, (canary, _CONTROL, _FIRST_PAGE))}

        def answer(request: Request) -> Response | None:
            # The blocker's own updates are refused, or an empty answer would be its new list.
            return _anything(request) if _host(request.url) in hosts else None

        with Proxy(folder=certificates, answer=answer) as proxy:
            listener = proxy.open_listener("firefox", origin=Origin.BROWSER, policy=TrafficPolicy())
            with Firefox(firefox, Path(folder) / "profile", listener.port) as browser:
                _wait_until_blocking(browser, listener, canary)
                for page, asked in _by_page(requests).items():
                    browser.open(page)
                    for batch in _batches(asked):
                        arrived = _sent(browser, listener, batch)
                        yield from (_comparison(request, engine, arrived) for request in batch)


def _anything(request: Request) -> Response:
    """An answer that lets every kind of request end well."""
    fields = {name.lower(): value for name, value in request.headers}
    is_page = fields.get("sec-fetch-dest") in ("document", "iframe")
    text = "<!doctype html><title>page</title>" if is_page else ""
    headers = (
        ("content-type", "text/html" if is_page else "text/plain"),
        ("access-control-allow-origin", fields.get("origin", "*")),
        ("cache-control", "no-store"),
    )
    return Response(status=200, headers=headers, body=Body(text=text, size=len(text)))


def _wait_until_blocking(browser: Firefox, listener: Listener, canary: str) -> None:
    """The blocker reads its lists when the browser starts, and lets everything pass until then."""
    browser.open(_FIRST_PAGE)
    for number in range(_READY_TRIES):
        urls = f"{canary}&try={number}", f"{_CONTROL}?try={number}"
        batch = [RequestFacts(url=url, page=_FIRST_PAGE, type="xmlhttprequest") for url in urls]
        arrived = _sent(browser, listener, batch)
        if urls[1] in arrived and urls[0] not in arrived:
            return
    raise RecordingError("uBlock Origin does not block in this Firefox", f"{INSTALL}, and start Firefox by hand once")


def _sent(browser: Firefox, listener: Listener, batch: Sequence[RequestFacts]) -> set[str]:
    """What arrived of these requests, by address."""
    before = len(listener.exchanges())
    browser.run(_ISSUE, [(request.type, request.url) for request in batch])
    asyncio.run(listener.until_quiet(_QUIET, _AT_MOST))
    return {exchange.request.url for exchange in listener.exchanges()[before:]}


def _by_page(requests: Sequence[RequestFacts]) -> dict[str, list[RequestFacts]]:
    """Those that a page can cause, each address once, by the home page of the site that sent them."""
    found: dict[str, dict[tuple[str, str], RequestFacts]] = {}
    for request in requests:
        parts = urlsplit(request.page)
        if request.type in TYPES and parts.hostname and urlsplit(request.url).scheme == "https":
            page = f"https://{parts.hostname}/"
            found.setdefault(page, {}).setdefault((request.type, request.url), request)
    return {page: list(each.values()) for page, each in found.items()}


def _batches(requests: Sequence[RequestFacts]) -> Iterator[list[RequestFacts]]:
    """Few at a time, and no two of one path: their parameters may be taken off."""
    batch: dict[str, RequestFacts] = {}
    for request in requests:
        path = _path(request.url)
        if path in batch or len(batch) == _BATCH:
            yield list(batch.values())
            batch = {}
        batch[path] = request
    if batch:
        yield list(batch.values())


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _path(url: str) -> str:
    return unquote(url.partition("?")[0].partition("#")[0])


def _comparison(request: RequestFacts, engine: FilterEngine, arrived: set[str]) -> Comparison:
    blocking = engine.decide(request)
    stripped, removal = engine.strip(request)
    found = next((url for url in arrived if _path(url) == _path(request.url)), None)
    rule = blocking or removal
    return Comparison(
        request=request,
        ours="blocked" if blocking is not None else _without(request.url, stripped),
        theirs="blocked" if found is None else _without(request.url, found),
        rule=f"{rule.rule} ({rule.list}:{rule.line})" if rule is not None else "",
    )


def _without(asked: str, sent: str) -> str:
    """`sent`, or the names that were taken off the query."""
    names, left = (
        [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)] for url in (asked, sent)
    )
    gone = sorted({name for name in names if name not in left})
    return f"stripped of {', '.join(gone)}" if gone else "sent"
