"""Which page is it, and whose host: the site's own, or somebody else's?"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from harness.model.spec import VendorSpec

# Second parts of country domains below which names are given out: hosts that share no more than that are strangers.
_REGISTRY_LABELS = frozenset(("ac", "co", "com", "edu", "go", "gov", "gv", "ne", "net", "or", "org"))
# A host that no vendor has: a pattern it fits is one for any host.
_NOBODYS = "nobody.invalid"


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_beside(host: str, page: str) -> bool:
    """Is the host the page's, or one beside it under the site's domain?"""
    domain = page.removeprefix("www.")
    parent = domain.partition(".")[2]
    labels = parent.split(".")
    is_registry = len(labels) < 2 or (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRY_LABELS)
    site = domain if is_registry else parent
    return bool(page) and (host == site or host.endswith(f".{site}"))


def is_host_of(spec: VendorSpec, host: str) -> bool:
    """Does the vendor answer there, or do its scripts come from there?

    A pattern for any host, as for a collector on the site's own, makes no host the vendor's.
    """
    patterns = {*spec.hosts, *(pattern for request in spec.requests for pattern in request.match.hosts)}
    return any(re.fullmatch(pattern, host) and not re.fullmatch(pattern, _NOBODYS) for pattern in patterns)


def page_of(url: str) -> tuple[str, str]:
    """Host and path: two addresses of one page have these in common."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return parts.netloc.lower(), parts.path.rstrip("/")
