"""Where does a visitor's request come from?"""

from __future__ import annotations

from collections.abc import Mapping


def client_address(headers: Mapping[str, str], peer: str) -> str:
    """The visitor's address: the first one the proxy in front of the shop forwarded."""
    return headers.get("x-forwarded-for", "").partition(",")[0].strip() or peer
