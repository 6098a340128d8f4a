"""What can a server read of a visit: the click IDs of its landing, and the cookies the tags set?"""

from __future__ import annotations

from collections.abc import Mapping

from harness.demo.purchase import Visit

# Set by a server that has seen no _fbc cookie: 1 stands for the registrable domain.
_FBC = "fb.1.{milliseconds}.{fbclid}"


def visit_from(
    *,
    cookies: Mapping[str, str],
    clicks: Mapping[str, str],
    clicked_at: float,
    ip_address: str,
    user_agent: str,
) -> Visit:
    """Cookies first, for the tags wrote them; then what the landing said."""
    return Visit(
        ip_address=ip_address,
        user_agent=user_agent,
        fbp=cookies.get("_fbp", ""),
        fbc=cookies.get("_fbc", "") or _fbc(clicks.get("fbclid", ""), clicked_at),
        gclid=_gclid(cookies.get("_gcl_aw", "")) or clicks.get("gclid", ""),
        auctid=clicks.get("auctid", "") or cookies.get("tfpai", ""),
        teads_session=cookies.get("tfpsi", ""),
    )


def client_address(headers: Mapping[str, str], peer: str) -> str:
    """The visitor's address: the first one the proxy in front of the shop forwarded."""
    return headers.get("x-forwarded-for", "").partition(",")[0].strip() or peer


def _fbc(fbclid: str, clicked_at: float) -> str:
    return _FBC.format(milliseconds=int(clicked_at * 1000), fbclid=fbclid) if fbclid else ""


def _gclid(cookie: str) -> str:
    """GCL.<seconds>.<gclid>"""
    return cookie.split(".", 2)[2] if cookie.count(".") >= 2 else ""
