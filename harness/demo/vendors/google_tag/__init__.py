"""What all vendors that are called by the Google tag share: its script, and the click it remembers."""

from __future__ import annotations

from harness.demo.purchase import Visit
from harness.demo.vendors.vendor import Script

SCRIPT = Script(host="www.googletagmanager.com", path="/gtag/js", file="../google_tag/gtag.js")


def gclid(visit: Visit) -> str:
    """Of the cookie `_gcl_aw` (GCL.<seconds>.<gclid>), which the tag writes, or else of the landing."""
    cookie = visit.cookie("_gcl_aw")
    return cookie.split(".", 2)[2] if cookie.count(".") >= 2 else visit.click("gclid")
