"""Do the calls go to the account the site means?"""

from __future__ import annotations

from collections.abc import Container, Iterator

from harness.checks.check import Check, Skip, copies_in, finding, order, word_of
from harness.model.event import Event
from harness.model.facts import Copies, Evidence
from harness.model.result import Finding


def look(evidence: Evidence) -> Iterator[Finding]:
    wanted = evidence.vendor.account.accounts
    if not wanted:
        raise Skip("the scenario names no account")
    seen = [
        (copies, event, wanted[kind])
        for copies, event in copies_in(evidence.vendor.copies, "tag", "capi", "collect")
        for kind in [_kind(copies, event, wanted)]
        # Many a file names no account: it belongs to the one that it is uploaded to.
        if kind in wanted and (event.account or not event.place)
    ]
    if not seen:
        raise Skip("no copy of a conversion arrived")
    for copies, event, account in seen:
        if event.account != account:
            yield finding(
                evidence,
                CHECK.id,
                "error",
                f"The {word_of(event)} for {order(copies)} goes to account {event.account or 'none'}, "
                f"not to {account}.",
                expected=account,
                found=event.account,
                parameter="account",
                events=[event],
            )


def _kind(copies: Copies, event: Event, wanted: Container[str]) -> str:
    """Conversions away from the web may have an account of their own."""
    is_offline = event.channel == "capi" and (copies.conversion.is_offline or bool(event.place))
    return "offline" if is_offline and "offline" in wanted else event.channel


CHECK = Check(
    id="account-match",
    title="Calls go to the intended account",
    why="Copies in different accounts are never deduplicated, and one of them is missing where it is looked for.",
    remedy="Set the same pixel or conversion action on both channels.",
    needs=frozenset({"conversions"}),
    look=look,
)
