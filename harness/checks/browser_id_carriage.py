"""Does the server call carry the browser ID that the tag has?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, finding
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    spec = evidence.vendor.spec
    carried = {
        request.id: {name for name in spec.browser_ids if f"browser_id.{name}" in request.fields}
        for request in spec.requests
        if request.channel == "capi"
    }
    if not any(carried.values()):
        raise Skip("this vendor's server calls take no browser ID")
    rules = {request.id: request.rule for request in spec.requests}
    judged = 0
    for copies in evidence.vendor.copies:
        for pair in copies.pairs:
            for name in sorted(carried.get(pair.capi.request, set()) & set(pair.tag.browser_ids)):
                judged += 1
                sent, own = pair.capi.browser_ids.get(name, ""), pair.tag.browser_ids[name]
                if sent != own:
                    yield finding(
                        evidence,
                        CHECK.id,
                        "warning",
                        f"The server call carries {'another' if sent else 'no'} {name}; the browser has {own}.",
                        rule=rules.get(pair.capi.request),
                        expected=own,
                        found=sent or "nothing",
                        parameter=name,
                        events=[pair.tag, pair.capi],
                    )
    if not judged:
        raise Skip("the tag has no browser ID, or none that this kind of server call takes")


CHECK = Check(
    id="browser-id-carriage",
    title="The server call carries the browser's ID",
    why="The browser ID ties the server's copy to the visit; without it less is matched and deduplicated.",
    remedy="Read the vendor's first-party cookie when the order is placed and send it with the server call.",
    needs=frozenset({"conversions", "platform", "pairs"}),
    look=look,
)
