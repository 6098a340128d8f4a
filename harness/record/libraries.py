"""Which code of vendors may a site fetch that we did not start?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.model.recording import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Libraries:
    """The code that vendors serve, which a real site needs for its tags to run.

    `has` says whether a request fetches such code, `hosts` are patterns of the hosts that serve it.
    """

    has: Callable[[Request], bool]
    hosts: tuple[str, ...]

    def serves(self, host: str) -> bool:
        return any(re.fullmatch(pattern, host) for pattern in self.hosts)
