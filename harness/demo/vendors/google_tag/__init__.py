"""What all vendors that are called by the Google tag share: its script, and the click it remembers."""

from __future__ import annotations

from harness.demo.purchase import Visit
from harness.demo.vendors.vendor import Script


def script(*products: str) -> Script:
    """The Google tag with these files of the vendor's folder, its products."""
    files = ("../google_tag/gtag.js", *products, "../google_tag/gtag.start.js")
    return Script(host="www.googletagmanager.com", path="/gtag/js", files=files)


def gclid(visit: Visit) -> str:
    """Of the cookie `_gcl_aw` (GCL.<seconds>.<gclid>), which the tag writes, or else of the landing."""
    cookie = visit.cookie("_gcl_aw")
    return cookie.split(".", 2)[2] if cookie.count(".") >= 2 else visit.click("gclid")
