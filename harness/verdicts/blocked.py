"""What did the profile take away, and by which rule?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from harness.model.recording import Recording
from harness.model.result import BlockedRequest
from harness.model.spec import VendorSpec


def blocked_requests(recording: Recording, specs: Mapping[str, VendorSpec]) -> tuple[BlockedRequest, ...]:
    """Each address (without its query) once for each rule that met it, with the number of requests."""
    counts: Counter[BlockedRequest] = Counter()
    for exchange in recording.exchanges:
        blocking = exchange.blocking
        if blocking is None:
            continue
        counts[
            BlockedRequest(
                url=exchange.request.url.split("?", 1)[0],
                type=exchange.type,
                action=blocking.action,
                rule=blocking.rule,
                list=blocking.list,
                line=blocking.line,
                vendor=vendor_of(exchange.request.url, specs.values()),
                removed_parameters=blocking.removed_parameters,
            )
        ] += 1
    return tuple(replace(request, count=count) for request, count in counts.items())


def vendor_of(url: str, specs: Iterable[VendorSpec]) -> str:
    """The vendor that owns the host, or nothing."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return next((spec.id for spec in specs if any(re.fullmatch(pattern, host) for pattern in spec.hosts)), "")
