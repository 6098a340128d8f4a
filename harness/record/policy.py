"""What may a request do: reach the site, a stand-in, a real host, or nothing?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

from harness.model.recording import Exchange, Request, Response
from harness.model.scenario import Redirect
from harness.record.blocking.dns import DnsBlocker
from harness.record.blocking.engine import FilterEngine
from harness.record.chosen_answers import ChosenAnswer

Handler = Callable[[Request], Response]


class Chooser(Protocol):
    """Asked by the proxy's thread."""

    def answer_to(self, exchange: Exchange) -> ChosenAnswer | None: ...
    def concerns(self, exchange: Exchange) -> bool: ...


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
    `allow_hosts` are real hosts that may be reached (exact, or `*.suffix` for its subdomains); others are refused.
    With `enforce` the proxy blocks and strips as `engine` says; without it the proxy only notes where the browser
    let something through. Hosts that `dns` does not find nobody reaches in either case. `local_pages` are hosts that
    the harness answers itself, before anything is blocked. `forwarded_for` and `site_headers` are added to requests for
    the site, behind the back of the page. `gpc` adds Global Privacy Control to every request; `trims_referrer` leaves
    other sites the origin of the referrer only. Cookies that one of the `cloaked_hosts` sets live that many seconds at
    most. `redirects` are addresses, without their query, that lead elsewhere; each `to` is a whole URL. `chosen` says
    which requests are answered as the scenario wants.
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

    def allows(self, host: str) -> bool:
        return is_among(host, self.allow_hosts)

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
        return (host, port) in self.routes.values() or self.allows(normal_host(host))


def normal_host(host: str) -> str:
    return host.lower().rstrip(".")


def is_among(host: str, patterns: Iterable[str]) -> bool:
    """`*.shop.example` stands for every subdomain, not for `shop.example` itself."""
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]) and host != pattern[1:])
        for pattern in patterns
    )
