"""Which hosts the demo answers for, and the accounts its tags and its server use."""

from __future__ import annotations

SHOP_HOST = "www.corner-shop.test"
SHOP_URL = f"https://{SHOP_HOST}"
FIRST_PARTY_COLLECT_HOST = "collect.corner-shop.test"
TEALIUM_COLLECT_HOST = "collect.tealiumiq.com"
META_SCRIPT_HOST = "connect.facebook.net"
GOOGLE_SCRIPT_HOST = "www.googletagmanager.com"
TEADS_SCRIPT_HOST = "p.teads.tv"
TEALIUM_SCRIPT_HOST = "tags.tiqcdn.com"

HOSTS = (
    SHOP_HOST,
    FIRST_PARTY_COLLECT_HOST,
    TEALIUM_COLLECT_HOST,
    META_SCRIPT_HOST,
    GOOGLE_SCRIPT_HOST,
    TEADS_SCRIPT_HOST,
    TEALIUM_SCRIPT_HOST,
)

META_PIXEL = "702400000000001"
META_OTHER_PIXEL = "702400000000002"
GOOGLE_TAG = "AW-987654321"
GOOGLE_LABEL = "AbC-D_efG-h12_34-567"
GOOGLE_ADS_ACCOUNT = "1234567890"
GOOGLE_CONVERSION_ACTION = "555666777"
TEADS_PIXEL = 13614
TEALIUM_ACCOUNT = "cornershop"
TEALIUM_PROFILE = "main"

# Shaped like real ones, so that a leak of them can be tested; they open nothing.
META_TOKEN = "EAAdemo0Zb1cornershop0ZbQ7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBn"
GOOGLE_TOKEN = "ya29.demo-cornershop-Q7wYk3TnR5mVx8LpA2sDf4GhJ6kL9qZxCvBnM1"
TEADS_TOKEN = "teads-demo-5f2c9a7e41b84c0d9e63a1b7c8d2f604"

CLICK_PARAMETERS = ("fbclid", "gclid", "gbraid", "wbraid", "auctid")
