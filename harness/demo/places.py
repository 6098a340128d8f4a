"""Which hosts of their own do the demo's sites have, and which paths and accounts there?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one site answers, and the account its tags are published from."""

    domain: str
    tealium_account: str

    @property
    def host(self) -> str:
        return f"www.{self.domain}"

    @property
    def url(self) -> str:
        return f"https://{self.host}"

    @property
    def collect_host(self) -> str:
        """The first-party name of the Collect endpoint."""
        return f"collect.{self.domain}"

    @property
    def container_host(self) -> str:
        return f"sgtm.{self.domain}"

    @property
    def tag_manager_url(self) -> str:
        return f"https://{TEALIUM_SCRIPT_HOST}{self.tag_manager_folder}/utag.js"

    @property
    def tag_manager_folder(self) -> str:
        return f"/utag/{self.tealium_account}/{TEALIUM_PROFILE}/prod"


PLACES = {
    "shop": Place(domain="corner-shop.test", tealium_account="cornershop"),
    "loan": Place(domain="harbour-bank.test", tealium_account="harbourbank"),
    "travel": Place(domain="far-shores.test", tealium_account="farshores"),
}
SHOP_URL = PLACES["shop"].url

TEALIUM_COLLECT_HOST = "collect.tealiumiq.com"
TEALIUM_SCRIPT_HOST = "tags.tiqcdn.com"
TEALIUM_PROFILE = "main"

# Blockers know the standard paths of a container, so its owner gives it others, for hits and for the tag's script.
CONTAINER_PATH = "/k7x2q"
LOADER_PATH = f"{CONTAINER_PATH}/ab12cd"
