"""Which host names belong together: registrable domains, parties, parent domains?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

# mitmproxy decides cookies with this package, so both agree.
from publicsuffix2 import PublicSuffixList  # type: ignore[import-untyped]  # ships no types

# Shop and hosting platforms that entered the public suffix list after the package's snapshot of December 2019.
_LATER_SUFFIXES = frozenset(
    {"azurestaticapps.net", "myshopify.com", "netlify.app", "onrender.com", "pages.dev", "vercel.app", "workers.dev"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A host name with what filter rules ask about it.

    `parents` are the name itself and all its parent domains, longest first. `entities` are the same names without
    the public suffix, for rules that say `shop.*`.
    """

    name: str
    parents: tuple[str, ...]
    entities: tuple[str, ...]
    registrable: str

    def is_same_site(self, other: Host) -> bool:
        return self.registrable == other.registrable


@lru_cache(maxsize=1)
def _suffix_list() -> PublicSuffixList:
    return PublicSuffixList()


def _is_address(name: str) -> bool:
    if not (name[-1:].isdigit() or ":" in name):
        return False
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _registrable(name: str) -> str:
    labels = name.split(".")
    for start in range(1, len(labels)):
        if ".".join(labels[start:]) in _LATER_SUFFIXES:
            return ".".join(labels[start - 1 :])
    found = _suffix_list().get_sld(name)
    # For an unknown top-level domain such as .test the package answers with that alone.
    return str(found) if found and "." in found else ".".join(labels[-2:])


@lru_cache(maxsize=8192)
def host(name: str) -> Host:
    """The facts of a host name; the empty name is a host of its own."""
    name = name.lower().rstrip(".")
    if not name or _is_address(name):
        return Host(name=name, parents=(name,), entities=(), registrable=name)
    labels = name.split(".")
    parents = tuple(".".join(labels[start:]) for start in range(len(labels)))
    registrable = _registrable(name)
    suffix = registrable.partition(".")[2]
    stem = name.removesuffix("." + suffix) if suffix else ""
    pieces = stem.split(".") if stem else []
    entities = tuple(".".join(pieces[start:]) for start in range(len(pieces)))
    return Host(name=name, parents=parents, entities=entities, registrable=registrable)


def host_of(url: str) -> Host:
    """The host of a URL; nonsense has the empty host."""
    try:
        return host(urlsplit(url).hostname or "")
    except ValueError:
        return host("")
