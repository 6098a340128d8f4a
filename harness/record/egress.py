"""With which environment does a server send its calls through the proxy, and trust it?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# The site's own database and services are on loopback as a rule, and none of the harness's business.
_DIRECT = "localhost,127.0.0.1,::1"


def egress_environment(port: int, ca_bundle: Path, base: Mapping[str, str]) -> dict[str, str]:
    """The base with proxy and trust settings for the common HTTP clients, whatever it said about these before.

    Clients differ in what they read: requests and curl take their own variables, httpx and urllib `SSL_CERT_FILE`,
    Node 24 the last two. Some read no proxy setting at all (urllib3 by itself, aiohttp without `trust_env`, Node before
    24): what those send cannot be seen here.
    """
    proxy = f"http://127.0.0.1:{port}"
    settings = {
        "HTTPS_PROXY": proxy,
        "HTTP_PROXY": proxy,
        "NO_PROXY": _DIRECT,
        "SSL_CERT_FILE": str(ca_bundle),
        "REQUESTS_CA_BUNDLE": str(ca_bundle),
        "CURL_CA_BUNDLE": str(ca_bundle),
        "NODE_EXTRA_CA_CERTS": str(ca_bundle),
        "NODE_USE_ENV_PROXY": "1",
    }
    # Small letters win in most clients, and curl reads only those for plain http.
    small = {name.lower(): value for name, value in settings.items() if name.endswith("_PROXY") and "NODE" not in name}
    kept = {name: value for name, value in base.items() if name.upper() != "ALL_PROXY"}
    return kept | settings | small
