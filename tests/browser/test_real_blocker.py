"""Does a real Firefox with uBlock Origin do what our profile says that it does?"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import RecordingError
from harness.load.profiles import load_profiles
from harness.record.blocking.engine import RequestFacts
from harness.record.real_blocker import compared, find_firefox

PAGE = "https://www.shop.example/cart?id=7"


@pytest.mark.browser
def test_the_real_blocker_decides_as_we_do(tmp_path: Path) -> None:
    try:
        firefox = find_firefox()
    except RecordingError as lack:
        pytest.skip(str(lack))
    asked = [
        RequestFacts(page=PAGE, type="image", url="https://www.facebook.com/tr/?id=1&ev=PageView"),
        RequestFacts(page=PAGE, type="ping", url="https://www.google-analytics.com/g/collect?v=2&tid=G-1"),
        RequestFacts(page=PAGE, type="image", url="https://www.shop.example/picture.png?gclid=abc&size=40"),
        RequestFacts(page=PAGE, type="image", url="https://images.example/picture.png"),
    ]
    found = list(compared(asked, load_profiles()["ublock"], firefox, tmp_path / "authority"))
    assert [each.theirs for each in found] == ["blocked", "blocked", "stripped of gclid", "sent"]
    assert all(each.is_alike for each in found)
