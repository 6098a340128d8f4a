"""Does the server report each conversion exactly once?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.check import (
    Check,
    Skip,
    counting,
    finding,
    is_enriched,
    is_expected,
    nameless,
    not_confirmed,
    order,
    server_silence,
    times,
    uses,
)
from harness.model.event import Event
from harness.model.facts import Copies, Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if not uses(evidence, "capi") and not uses(evidence, "offline"):
        raise Skip("the scenario does not expect server calls to this vendor")
    source = evidence.recording.server_source
    silence = not_confirmed(evidence) or server_silence(evidence)
    unseen: Skip | None = None
    for copies in evidence.vendor.copies:
        calls = counting(evidence, copies.capi)
        if not calls and not is_expected(evidence, copies):
            yield from _unreported(evidence, copies)
        elif not calls and copies.tag and is_enriched(copies, "capi"):
            continue  # the vendor's way to have the tag's conversion matched by the server's data
        elif not calls:
            unknown = silence or nameless(evidence, copies, "capi")
            if unknown:
                unseen = unknown
                continue
            waited = f" within {source.waited:.0f} s" if source else ""
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"No server call{' or file' if copies.conversion.is_offline else ''} reported {order(copies)}{waited}.",
                expected="1 call",
                found="none",
            )
        elif len(calls) > 1:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The server reported {order(copies)} {times(len(calls))}{_rows_of(calls)}.",
                expected="1 call",
                found=f"{len(calls)} calls",
                events=calls,
            )
    unsure = unseen or not_confirmed(evidence)
    if unsure:
        raise unsure


def _rows_of(calls: Sequence[Event]) -> str:
    places = [event.place for event in calls if event.place]
    return f", {' and '.join(places)} among them" if places else ""


def _unreported(evidence: Evidence, copies: Copies) -> Iterator[Finding]:
    """A conversion away from the web of which this vendor was not to hear: no fault, and good to know."""
    if copies.conversion.is_offline:
        reason = "the scenario does not have it in the channel offline"
        if not evidence.vendor.spec.takes_offline:
            reason = "no way to report one is known of this vendor"
        place = copies.conversion.action_source.replace("_", " ")
        yield finding(
            evidence,
            CHECK.id,
            "info",
            f"Nothing tells this vendor of {order(copies)} ({place}): {reason}.",
            found="none",
        )


CHECK = Check(
    id="server-call-once",
    title="The server call is sent once per conversion",
    why="Without the server call, visitors with a blocker are lost; a repeated one can be counted again.",
    remedy="Send the call once when the order is stored; make retries reuse the same event ID.",
    needs=frozenset({"conversions", "platform"}),
    look=look,
)
