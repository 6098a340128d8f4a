"""Which page is it, and whose host: the site's own, or somebody else's?"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from harness import hosts
from harness.model.spec import VendorSpec

# A host that no vendor has: a pattern it fits is one for any host.
_NOBODYS = "nobody.invalid"


def host_of(url: str) -> str:
    return hosts.host_of(url).name


def is_beside(host: str, page: str) -> bool:
    """Is the host the page's, or one under the same registrable domain?"""
    return bool(page) and hosts.host(host).is_same_site(hosts.host(page))


def is_vendors_host(spec: VendorSpec, host: str) -> bool:
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
