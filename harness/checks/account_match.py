"""Do the calls go to the account the site means?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, call_word, copies_in, finding, goes_elsewhere, listed, order
from harness.model.facts import Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.vendor.account.accounts:
        raise Skip(
            ("the scenario names no account" if evidence.recording.is_driven else "nobody says which account is meant")
            + _beside(evidence)
        )
    wanted = evidence.vendor.wanted_accounts
    seen = [
        (copies, event)
        for copies, event in copies_in(evidence.vendor.copies, "tag", "capi", "collect")
        if event.id in wanted
    ]
    if not seen:
        raise Skip("no copy of a conversion arrived")
    for copies, event in seen:
        if goes_elsewhere(evidence, event):
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The {call_word(event)} for {order(copies)} goes to account {event.account or 'none'}, "
                f"not to {wanted[event.id]}.",
                expected=wanted[event.id],
                found=event.account,
                parameter="account",
                events=[event],
            )
    for event in evidence.vendor.further:
        yield finding(
            evidence,
            CHECK.id,
            "info",
            f"The {call_word(event)} {event.name} also goes to account {event.account}, which nobody named: "
            "what that one is told is not judged.",
            found=event.account,
            parameter="account",
            events=[event],
        )


def _beside(evidence: Evidence) -> str:
    """Which accounts are not judged beside the one that most calls name."""
    others = listed(sorted({event.account for event in evidence.vendor.further})) if evidence.vendor.further else ""
    return f"; what {others} is told is not judged" if others else ""


CHECK = Check(
    id="account-match",
    title="Calls go to the intended account",
    why="Copies in different accounts are never deduplicated, and one of them is missing where it is looked for.",
    remedy="Set the same pixel or conversion action on both channels.",
    needs=frozenset({"conversions"}),
    look=look,
)
