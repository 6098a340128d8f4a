"""How a visitor's browser is protected: what it blocks, strips and forbids."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSource:
    """A filter list the profile wants: `name` of a known list, or a path or URL with its sha256 pin.

    `kind` is `filters`, or `hosts` for the names that a DNS blocker does not find. `instead` is the known list that
    comes near to this one where it is not installed.
    """

    name: str
    location: str = ""
    sha256: str = ""
    kind: str = "filters"
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A privacy profile, read from `harness/profiles/<id>.yaml`.

    `lists` are in loading order; an empty tuple blocks nothing. `extra_rules` are further rules in Adblock Plus syntax,
    `blocked_hosts` further lines of a hosts list; `allow` are patterns in that syntax that pass all the same. With
    `spares_same_site` all filter rules judge requests to other sites only. `strip_parameters` are taken off the
    addresses of pages. `source_host` is judged in place of the site's own host.
    `script_cookie_days` is how long a cookie lives at most that a script wrote; 0 leaves it alone. Shorter,
    `landing_cookie_days`, on a page whose address has a query or fragment and that was opened from one of the
    `classified_hosts`. `cloaked_cookie_days` is how long one lives that a server set that is the site's by name only;
    which those are the scenario says, and the profile in `cloaked_hosts`.
    `gpc` sends Global Privacy Control. `referrer` of `origin` tells other sites the page's origin and no more, whatever
    the page asks for. `emulates` is the browser that is acted by Chromium, if it is another one.
    `script_storage_days` is after how many days without a visit all is deleted that scripts stored; 0 keeps it.
    `consent` is what the visitor answers when the site asks: `granted` or `denied`. `extensions` are folders of
    extensions that the browser loads beside ours; what they block nobody knows beforehand.
    """

    id: str
    title: str
    description: str
    reviewed: str
    sources: tuple[str, ...]
    emulates: str = ""
    lists: tuple[ListSource, ...] = ()
    extra_rules: tuple[str, ...] = ()
    blocked_hosts: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    spares_same_site: bool = False
    strip_parameters: tuple[str, ...] = ()
    third_party_cookies: bool = True
    script_cookie_days: int = 0
    classified_hosts: tuple[str, ...] = ()
    landing_cookie_days: int = 0
    cloaked_hosts: tuple[str, ...] = ()
    cloaked_cookie_days: int = 0
    gpc: bool = False
    referrer: str = ""
    script_storage_days: int = 0
    consent: str = "granted"
    source_host: str = ""
    extensions: tuple[str, ...] = ()

    @property
    def has_filters(self) -> bool:
        return bool(self.extra_rules) or any(source.kind == "filters" for source in self.lists)

    @property
    def has_hosts(self) -> bool:
        return bool(self.blocked_hosts) or any(source.kind == "hosts" for source in self.lists)

    @property
    def is_blocking(self) -> bool:
        return self.has_filters or self.has_hosts or bool(self.extensions)

    @property
    def has_rules(self) -> bool:
        return self.is_blocking or bool(self.strip_parameters)
