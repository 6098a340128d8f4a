"""The vendors the shop works with, a folder each: sender, tag, and a stand-in of the vendor's script."""

from __future__ import annotations

from harness.demo.vendors import google_ads, meta, teads
from harness.demo.vendors.vendor import DemoVendor

VENDORS: dict[str, DemoVendor] = {
    vendor.name: vendor
    for vendor in (
        meta.VENDOR,
        google_ads.VENDOR,
        teads.VENDOR,
    )
}
CLICK_PARAMETERS = tuple(dict.fromkeys(name for vendor in VENDORS.values() for name in vendor.click_parameters))
