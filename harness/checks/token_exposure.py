"""Does a browser hold what only the site's servers may know?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from harness.checks.check import Check, Skip, call_word, finding
from harness.model.facts import Evidence
from harness.model.recording import Origin, Request
from harness.model.result import Finding

# Whatever the vendor calls its own, this header is for the keys of servers.
_ALWAYS = frozenset({"authorization"})


def look(evidence: Evidence) -> Iterator[Finding]:
    spec = evidence.vendor.spec
    calls = [
        event
        for event in evidence.decoded.events
        if event.vendor == spec.id and event.channel == "capi" and event.origin is Origin.BROWSER
    ]
    if not calls:
        raise Skip("no browser called this vendor's server API")
    exchanges = {exchange.id: exchange for exchange in evidence.recording.exchanges}
    secrets = {name.lower() for name in spec.secrets} | _ALWAYS
    for event in {event.exchange: event for event in calls}.values():
        names = sorted({name for name in _names(exchanges[event.exchange].request) if name.lower() in secrets})
        if names:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The {call_word(event)} carries {', '.join(names)}: every visitor can read it and call in the site's "
                "name.",
                expected="no token in a browser",
                found=", ".join(names),
                parameter=", ".join(names),
                events=[event],
            )


def _names(request: Request) -> Iterator[str]:
    """Every place in which a token may be handed over, by its name; the values are nobody's business."""
    yield from (name for name, _ in parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    yield from (name for name, _ in request.headers)
    text = (request.body.text or "") if request.body is not None else ""
    if text.lstrip().startswith("{"):
        try:
            document = json.loads(text)
        except ValueError:
            return
        yield from document
    else:
        yield from (name for name, _ in parse_qsl(text, keep_blank_values=True))


CHECK = Check(
    id="token-exposure",
    title="No token of the server's API is in the browser",
    why="Whoever reads the page's traffic can send conversions in the site's name until the token is replaced.",
    remedy="Replace the token, and call the API from the server only.",
    needs=frozenset(),
    look=look,
)
