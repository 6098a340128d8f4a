"""The vendors the sites work with, a folder each: sender, tag, and a stand-in of the vendor's script."""

from __future__ import annotations

from harness.demo.places import Place
from harness.demo.vendors import (
    amazon,
    ga4,
    google_ads,
    linkedin,
    meta,
    microsoft_uet,
    pinterest,
    reddit,
    sa360,
    snapchat,
    teads,
    tiktok,
    x,
)
from harness.demo.vendors.vendor import DemoVendor

VENDORS: dict[str, DemoVendor] = {
    vendor.name: vendor
    for vendor in (
        meta.VENDOR,
        google_ads.VENDOR,
        teads.VENDOR,
        ga4.VENDOR,
        sa360.VENDOR,
        microsoft_uet.VENDOR,
        amazon.VENDOR,
        linkedin.VENDOR,
        x.VENDOR,
        snapchat.VENDOR,
        reddit.VENDOR,
        pinterest.VENDOR,
        tiktok.VENDOR,
    )
}
CLICK_PARAMETERS = tuple(dict.fromkeys(name for vendor in VENDORS.values() for name in vendor.click_parameters))


def vendors_in(wiring: str, place: Place) -> dict[str, DemoVendor]:
    """Google Analytics has another tag, and another call, with a server-side container."""
    return VENDORS | {"ga4": ga4.in_container(place)} if wiring == "server-gtm" else VENDORS
