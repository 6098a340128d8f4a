"""Does the server report each conversion exactly once?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, counting, finding, order, server_silence, times, uses
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if not uses(evidence, "capi"):
        raise Skip("the scenario does not expect server calls to this vendor")
    source = evidence.recording.server_source
    silence = server_silence(evidence)
    unseen = False
    for copies in evidence.vendor.copies:
        calls = counting(evidence, copies.capi)
        if not calls:
            if silence:
                unseen = True
                continue
            waited = f" within {source.waited:.0f} s" if source else ""
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"No server call reported {order(copies)}{waited}.",
                expected="1 call",
                found="none",
            )
        elif len(calls) > 1:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The server reported {order(copies)} {times(len(calls))}.",
                expected="1 call",
                found=f"{len(calls)} calls",
                events=calls,
            )
    if silence and unseen:
        raise silence


CHECK = Check(
    id="server-call-once",
    title="The server call is sent once per conversion",
    why="Without the server call, visitors with a blocker are lost; a repeated one can be counted again.",
    remedy="Send the call once when the order is stored; make retries reuse the same event ID.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
