"""Does our own list decide as EasyList and EasyPrivacy did in July 2026, endpoint by endpoint?"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.profile import ListSource, Profile
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.lists import load

ENDPOINTS = Path(__file__).with_name("vendor_endpoints.txt")

CLICK_IDENTIFIERS = (
    "gclid gbraid wbraid gad_source gad_campaignid dclid _gl srsltid fbclid msclkid ttclid twclid mc_eid _hsenc yclid"
)
KEPT_PARAMETERS = "utm_source ScCid epik rdt_cid li_fat_id irclickid awc cjevent tduid"


def endpoints(decision: str) -> list[tuple[str, str]]:
    lines = (line.split() for line in ENDPOINTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [(kind, address) for decided, kind, address in lines if decided == decision]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> FilterEngine:
    profile = Profile(
        id="ublock",
        title="",
        description="",
        reviewed="2026-11-20",
        sources=(),
        lists=(ListSource(name="easylist"), ListSource(name="easyprivacy")),
    )
    loaded = load(profile, tmp_path_factory.mktemp("lists"), prefer="own")
    assert [info.origin for info in loaded.infos] == ["own list"]
    assert not any(loaded.skipped.values()), "every line of our own list is understood"
    return loaded.engine


def facts(kind: str, address: str) -> RequestFacts:
    scheme = "wss" if kind == "websocket" else "https"
    return RequestFacts(url=f"{scheme}://{address}", page="https://www.shop.test/checkout/thanks", type=kind)


@pytest.mark.parametrize(("kind", "address"), endpoints("blocked"))
def test_blocks_what_the_full_lists_blocked(engine: FilterEngine, kind: str, address: str) -> None:
    assert engine.decide(facts(kind, address)) is not None


@pytest.mark.parametrize(("kind", "address"), endpoints("allowed"))
def test_allows_what_the_full_lists_allowed(engine: FilterEngine, kind: str, address: str) -> None:
    assert engine.decide(facts(kind, address)) is None


@pytest.mark.parametrize("name", CLICK_IDENTIFIERS.split())
def test_takes_off_the_click_identifiers_ublock_takes_off(engine: FilterEngine, name: str) -> None:
    url, stripped = engine.strip(facts("document", f"www.shop.test/?{name}=1&size=40#top"))
    assert url == "https://www.shop.test/?size=40#top"
    assert stripped is not None
    assert (stripped.action, stripped.removed_parameters) == ("strip", (name,))


@pytest.mark.parametrize("name", KEPT_PARAMETERS.split())
def test_keeps_the_parameters_ublock_keeps(engine: FilterEngine, name: str) -> None:
    address = f"www.shop.test/?{name}=1"
    assert engine.strip(facts("document", address)) == (f"https://{address}", None)


@pytest.mark.parametrize(
    ("address", "stub"),
    [
        ("www.googletagmanager.com/gtm.js?id=GTM-ABC1234", "gtm.js"),
        ("www.googletagmanager.com/gtag/js?id=G-ABCDEF1234", "gtag.js"),
        ("www.google-analytics.com/analytics.js", "analytics.js"),
    ],
)
def test_replaces_the_scripts_ublock_replaces(engine: FilterEngine, address: str, stub: str) -> None:
    request = facts("script", address)
    decision, answer = engine.decide(request), engine.stub_for(request)
    assert decision is not None
    assert decision.action == "stub"
    assert answer is not None
    assert answer.name == stub
    assert answer.content_type.startswith("text/javascript")


def test_other_blocked_scripts_are_not_replaced(engine: FilterEngine) -> None:
    request = facts("script", "bat.bing.com/bat.js")
    assert engine.stub_for(request) is None


def test_an_allowed_script_is_not_replaced(engine: FilterEngine) -> None:
    assert engine.stub_for(facts("script", "www.shop.test/gtm.js")) is None
