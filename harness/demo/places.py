"""Which hosts of its own does the demo have, and which account in the tag manager?"""

from __future__ import annotations

SHOP_HOST = "www.corner-shop.test"
SHOP_URL = f"https://{SHOP_HOST}"
FIRST_PARTY_COLLECT_HOST = "collect.corner-shop.test"
TEALIUM_COLLECT_HOST = "collect.tealiumiq.com"
TEALIUM_SCRIPT_HOST = "tags.tiqcdn.com"

TEALIUM_ACCOUNT = "cornershop"
TEALIUM_PROFILE = "main"
