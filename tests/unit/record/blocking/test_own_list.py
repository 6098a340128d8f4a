"""Do our own short lists decide as the full lists did in July 2026, endpoint by endpoint and profile by profile?"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.hosts import host_of
from harness.load.profiles import load_profiles
from harness.record.blocking.engine import RequestFacts
from harness.record.blocking.lists import LoadedLists, load

ENDPOINTS = Path(__file__).with_name("vendor_endpoints.txt")
PROFILES = ("ublock", "adblockplus", "brave", "firefox-strict", "dns")

# What each tool takes off the address of a page; facts of 2026-08.
STRIPPED = {
    "ublock": "gclid gbraid wbraid gad_source gad_campaignid dclid _gl srsltid fbclid msclkid ttclid twclid mc_eid "
    "_hsenc yclid",
    "brave": "gclid wbraid dclid _gl srsltid fbclid msclkid ttclid twclid mc_eid _hsenc yclid irclickid",
    "firefox-strict": "fbclid mc_eid _hsenc oly_anon_id oly_enc_id __s vero_id mkt_tok",
    "safari-private": "gclid fbclid msclkid dclid gbraid wbraid ttclid twclid mc_eid _hsenc yclid",
    "adblockplus": "",
    "dns": "",
}
PARAMETERS = (
    "gclid gbraid wbraid gad_source gad_campaignid dclid _gl srsltid fbclid msclkid ttclid twclid mc_eid _hsenc yclid "
    "irclickid awc cjevent tduid ScCid epik rdt_cid li_fat_id utm_source oly_anon_id oly_enc_id __s vero_id mkt_tok"
)


def endpoints() -> list[tuple[str, str, str]]:
    """Each with the profiles that block it."""
    lines = ENDPOINTS.read_text(encoding="utf-8").splitlines()
    return [(who, kind, address) for who, kind, address in (line.split() for line in lines if line[0] != "#")]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedLists]:
    found = {}
    for name, profile in load_profiles().items():
        if not profile.has_rules:
            continue
        loaded = load(profile, tmp_path_factory.mktemp("lists"), prefer="own")
        assert {info.origin for info in loaded.infos} <= {"own list", "profile"}
        assert not any(loaded.skipped.values()), "every line of our own lists is understood"
        found[name] = loaded
    return found


def facts(kind: str, address: str) -> RequestFacts:
    scheme = "wss" if kind == "websocket" else "https"
    return RequestFacts(url=f"{scheme}://{address}", page="https://www.shop.test/checkout/thanks", type=kind)


@pytest.mark.parametrize(("who", "kind", "address"), endpoints())
def test_an_endpoint_is_blocked_by_the_profiles_that_block_it(
    lists: dict[str, LoadedLists], who: str, kind: str, address: str
) -> None:
    asked = facts(kind, address)
    blocking = [
        name for name in PROFILES if lists[name].engine.decide(asked) or lists[name].dns.decide(host_of(asked.url).name)
    ]
    assert blocking == [name for name in PROFILES if name in who.split(",")]


@pytest.mark.parametrize("profile", STRIPPED)
def test_takes_off_the_parameters_the_tool_takes_off(lists: dict[str, LoadedLists], profile: str) -> None:
    query = "&".join(f"{name}=1" for name in PARAMETERS.split())
    url, _ = lists[profile].engine.strip(facts("document", f"www.shop.test/?{query}&size=40#top"))
    kept = [name for name in PARAMETERS.split() if name not in STRIPPED[profile].split()]
    assert url == f"https://www.shop.test/?{'&'.join(f'{name}=1' for name in kept)}&size=40#top"
