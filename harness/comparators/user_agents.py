"""Which browser does a visitor say that he came with?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from harness.model.recording import Exchange, Origin

# What is built on another browser names that one, too, so the rarer comes first.
_FAMILIES = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"\b(?:OPR|OPiOS)/(\d+)")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"\b(?:HeadlessChrome|Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"\bVersion/(\d+)\S*(?: Mobile/\S+)? Safari/")),
)


def browser_heard(exchanges: Iterable[Exchange]) -> tuple[str, str] | None:
    """Family and major version by the `User-Agent` of most requests; two empty texts for one that is not known."""
    told = Counter(
        value
        for exchange in exchanges
        if exchange.origin is Origin.BROWSER
        for name, value in exchange.request.headers
        if name.lower() == "user-agent"
    )
    return named(told.most_common(1)[0][0]) if told else None


def named(agent: str) -> tuple[str, str]:
    found = ((family, pattern.search(agent)) for family, pattern in _FAMILIES)
    return next(((family, match[1]) for family, match in found if match), ("", ""))
