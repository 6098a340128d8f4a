"""Which hosts of its own does the demo have, and which paths and accounts there?"""

from __future__ import annotations

SITE = "corner-shop.test"
SHOP_HOST = f"www.{SITE}"
SHOP_URL = f"https://{SHOP_HOST}"
FIRST_PARTY_COLLECT_HOST = f"collect.{SITE}"
TEALIUM_COLLECT_HOST = "collect.tealiumiq.com"
TEALIUM_SCRIPT_HOST = "tags.tiqcdn.com"

CONTAINER_HOST = f"sgtm.{SITE}"
# Blockers know the standard paths of a container, so its owner gives it others, for hits and for the tag's script.
CONTAINER_PATH = "/k7x2q"
LOADER_PATH = f"{CONTAINER_PATH}/ab12cd"

TEALIUM_ACCOUNT = "cornershop"
TEALIUM_PROFILE = "main"
