"""Does the engine read the full lists of Debian's package as other blockers do, and fast enough?"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harness.model.profile import ListSource, Profile
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.filters import SUBRESOURCES
from harness.record.blocking.lists import KNOWN_LISTS, PACKAGE_FOLDERS, load

ENDPOINTS = Path(__file__).with_name("vendor_endpoints.txt")
# Blocked by rules that are younger than the package's lists of October 2025.
BLOCKED_LATER = (
    "analytics-ipv6.tiktokw.us",
    "tr6.snapchat.com",
    "checkoutanalytics-live.adyen.com",
    "www.shop.test/cdn-cgi/rum",
)

pytestmark = pytest.mark.skipif(
    not any((folder / KNOWN_LISTS["easylist"]).is_file() for folder in PACKAGE_FOLDERS),
    reason="needs Debian's webext-ublock-origin-chromium or -firefox",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> FilterEngine:
    profile = Profile(
        id="ublock",
        title="",
        description="",
        reviewed="",
        sources=(),
        lists=tuple(ListSource(name=name) for name in KNOWN_LISTS),
    )
    loaded = load(profile, tmp_path_factory.mktemp("lists"))
    assert [info.origin for info in loaded.infos] == ["package"] * len(KNOWN_LISTS)
    assert all(info.sha256 and info.version for info in loaded.infos)
    return loaded.engine


def endpoints() -> list[tuple[str, str, str]]:
    lines = ENDPOINTS.read_text(encoding="utf-8").splitlines()
    return [(who, kind, address) for who, kind, address in (line.split() for line in lines if not line.startswith("#"))]


def facts(kind: str, address: str) -> RequestFacts:
    return RequestFacts(url=f"https://{address}", page="https://www.shop.test/checkout/thanks", type=kind)


def test_decides_as_recorded(engine: FilterEngine) -> None:
    wrong = [
        (kind, address)
        for profiles, kind, address in endpoints()
        if (engine.decide(facts(kind, address)) is not None) != ("ublock" in profiles.split(","))
        and not address.startswith(BLOCKED_LATER)
    ]
    assert wrong == []


def test_no_decision_takes_long(engine: FilterEngine) -> None:
    slowest = 0.0
    for _, _, address in endpoints():
        for kind in SUBRESOURCES:
            start = time.process_time()
            engine.decide(facts(kind, address))
            slowest = max(slowest, time.process_time() - start)
    assert slowest < 0.25


def test_strips_click_identifiers(engine: FilterEngine) -> None:
    url, stripped = engine.strip(facts("document", "www.shop.test/?gclid=1&utm_source=x&fbclid=2"))
    assert url == "https://www.shop.test/?utm_source=x"
    assert stripped is not None
    assert stripped.list == "ublock-privacy"
    assert stripped.removed_parameters == ("gclid", "fbclid")
