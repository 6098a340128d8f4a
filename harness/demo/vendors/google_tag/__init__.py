"""What all vendors that are called by the Google tag share: its script, and the click it remembers."""

from __future__ import annotations

from harness.demo.purchase import Visit
from harness.demo.vendors.vendor import Script


def script(*products: str, host: str = "www.googletagmanager.com", path: str = "/gtag/js") -> Script:
    """The Google tag with these files of the vendor's folder, its products."""
    files = ("../google_tag/gtag.js", *products, "../google_tag/gtag.start.js")
    return Script(host=host, path=path, files=files)


def gclid(visit: Visit) -> str:
    """The click of Google Ads or Search Ads 360."""
    return _clicked(visit, "_gcl_aw", "gclid")


def dclid(visit: Visit) -> str:
    """The click of Campaign Manager 360."""
    return _clicked(visit, "_gcl_dc", "dclid")


def _clicked(visit: Visit, name: str, parameter: str) -> str:
    """Of the cookie (GCL.<seconds>.<click ID>), which the tag writes, or else of the landing."""
    cookie = visit.cookie(name)
    return cookie.split(".", 2)[2] if cookie.count(".") >= 2 else visit.click(parameter)
