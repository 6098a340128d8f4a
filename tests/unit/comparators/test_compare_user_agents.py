"""Which browser is behind a User-Agent, though most of them name several?"""

from __future__ import annotations

import pytest

from harness.comparators.user_agents import named

_APPLE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_CHROMIUM = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        (f"{_CHROMIUM} Chrome/156.0.0.0 Safari/537.36", ("Chrome", "156")),
        (f"{_CHROMIUM} HeadlessChrome/156.0.0.0 Safari/537.36", ("Chrome", "156")),
        (f"{_CHROMIUM} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0", ("Edge", "156")),
        (f"{_CHROMIUM} Chrome/155.0.0.0 Safari/537.36 OPR/120.0.0.0", ("Opera", "120")),
        (f"{_CHROMIUM} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36", ("Samsung Internet", "29")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", ("Firefox", "145")),
        (f"{_APPLE} Version/26.1 Safari/605.1.15", ("Safari", "26")),
        (f"{_APPLE} Version/26.0 Mobile/15E148 Safari/604.1", ("Safari", "26")),
        (f"{_APPLE} CriOS/156.0.1 Mobile/15E148 Safari/604.1", ("Chrome", "156")),
        ("curl/8.5.0", ("", "")),
    ],
)
def test_the_family_is_the_one_the_visitor_knows(agent: str, browser: tuple[str, str]) -> None:
    assert named(agent) == browser
