"""What may a request do: reach the site, a stand-in, a real host, or nothing?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Protocol
from urllib.parse import urlsplit

from harness.model.recording import Exchange, Request, Response
from harness.model.scenario import Redirect
from harness.record.blocking.dns import DnsBlocker
from harness.record.blocking.engine import FilterEngine
from harness.record.chosen_answers import ChosenAnswer
from harness.record.libraries import Libraries

Handler = Callable[[Request], Response]
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Chooser(Protocol):
    """Asked by the proxy's thread."""

    def answer_to(self, exchange: Exchange) -> ChosenAnswer | None: ...
    def concerns(self, exchange: Exchange) -> bool: ...


# In `allow_hosts`: every host there is.
ANY_HOST = "*"
# Where a browser is sent that insists on asking for its user's account (see `launching`).
ACCOUNT_HOST = "account.harness.test"
# What browsers ask for on their own account: updates, component downloads, field trials, form-filling hints.
BROWSER_NOISE = (
    ACCOUNT_HOST,
    "*.gvt1.com",
    "clients1.google.com",
    "clients2.google.com",
    "clientservices.googleapis.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "safebrowsing.googleapis.com",
    "update.googleapis.com",
    # The same of Firefox.
    "*.services.mozilla.com",
    "*.cdn.mozilla.net",
    "*.telemetry.mozilla.org",
    "aus5.mozilla.org",
    "detectportal.firefox.com",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPolicy:
    """What a listener does with traffic. Host names are in lower case.

    `routes` maps the exact host name of an embedded site to where it really listens, always plain http on loopback;
    a name with a path (`host/path`, `*` for any part of it) is that site on this path only.
    `allow_hosts` are real hosts that may be reached (exact, or `*.suffix` for its subdomains, or `*` for any); others
    are refused. What known vendors are told never leaves in any case; their `libraries` are fetched where there are
    any. `base_urls` are, by the first part of the path, what calls to the listener's own port are meant for.
    With `passes_through` the bodies of real hosts' answers are not kept.
    With `enforce` the proxy blocks and strips as `engine` says; without it the proxy only notes where the browser
    let something through. Hosts that `dns` does not find nobody reaches in either case. `local_pages` are hosts, or
    hosts with a port, that the harness answers itself, before anything is blocked. `forwarded_for` and `site_headers`
    are added to requests for the site, behind the back of the page. `gpc` adds Global Privacy Control to every request;
    `trims_referrer` leaves other sites the origin of the referrer only. Cookies that one of the `cloaked_hosts` sets
    live that many seconds at most. `redirects` are addresses, without their query, that lead elsewhere; each `to` is a
    whole URL. `chosen` says which requests are answered as the scenario wants.
    """

    routes: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    allow_hosts: tuple[str, ...] = ()
    engine: FilterEngine | None = None
    dns: DnsBlocker | None = None
    enforce: bool = False
    source_host: str = ""
    local_pages: Mapping[str, Handler] = field(default_factory=dict)
    forwarded_for: str = ""
    site_headers: Mapping[str, str] = field(default_factory=dict)
    gpc: bool = False
    trims_referrer: bool = False
    cloaked_hosts: tuple[str, ...] = ()
    cloaked_cookie_seconds: int = 0
    noise_hosts: tuple[str, ...] = BROWSER_NOISE
    redirects: Mapping[str, Redirect] = field(default_factory=dict)
    chosen: Chooser | None = None
    libraries: Libraries | None = None
    base_urls: Mapping[str, str] = field(default_factory=dict)
    passes_through: bool = False

    def allows(self, host: str) -> bool:
        return ANY_HOST in self.allow_hosts or is_among(host, self.allow_hosts)

    def is_library(self, request: Request, host: str) -> bool:
        """Is this a vendor's code, on a host that may be asked for it?"""
        known = self.libraries
        return known is not None and (self.allows(host) or known.serves(host)) and known.has(request)

    def meant(self, request: Request, port: int) -> Request:
        """The request to the vendor for which one to the listener's own port stands."""
        parts = urlsplit(request.url)
        name, _, rest = parts.path.removeprefix("/").partition("/")
        base = self.base_urls.get(name)
        if base is None or parts.hostname not in LOOPBACK or parts.port != port:
            return request
        return replace(request, url=f"{base}/{rest}" + (f"?{parts.query}" if parts.query else ""))

    def cookie_cap(self, host: str) -> int:
        """How many seconds cookies of this host live at most; 0 for as long as it says."""
        return self.cloaked_cookie_seconds if is_among(host, self.cloaked_hosts) else 0

    def is_noise(self, host: str) -> bool:
        return is_among(host, self.noise_hosts)

    def upstream(self, host: str, path: str) -> tuple[str, int] | None:
        """Where the embedded site listens that has this path of the host."""
        whole = self.routes.get(host)
        if whole is not None:
            return whole
        places = ((name, place) for name, place in self.routes.items() if name.startswith(f"{host}/"))
        return next((place for name, place in places if fnmatchcase(f"{host}{path}", name)), None)

    def may_connect(self, host: str, port: int) -> bool:
        """Whether a connection to this address is ever right. Asked last, so that no mistake before lets one out."""
        name = normal_host(host)
        is_served = self.libraries is not None and self.libraries.serves(name)
        return (host, port) in self.routes.values() or self.allows(name) or is_served


def normal_host(host: str) -> str:
    return host.lower().rstrip(".")


def is_among(host: str, patterns: Iterable[str]) -> bool:
    """`*.shop.example` stands for every subdomain, not for `shop.example` itself."""
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]) and host != pattern[1:])
        for pattern in patterns
    )
