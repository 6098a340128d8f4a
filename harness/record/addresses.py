"""Does an address fit what a step says of it?"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin


def is_at(site_url: str, address: str) -> Callable[[str], bool]:
    """`*` stands for anything; a query or fragment that is not asked for may be there."""
    whole_address = urljoin(site_url, address)
    pattern = re.compile(re.escape(whole_address).replace(r"\*", ".*"))

    def matches(url: str) -> bool:
        whole = url if "#" in whole_address else url.partition("#")[0]
        return pattern.fullmatch(whole if "?" in whole_address else whole.partition("?")[0]) is not None

    return matches
