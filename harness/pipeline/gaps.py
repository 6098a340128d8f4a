"""What does nobody say of a visit that the harness did not drive, and what therefore stays open?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.model.persona import Persona
from harness.model.recording import Recording

SERVERS_UNSEEN = "what the site's servers sent: no server call can be missed, and none compared with a tag"


def visit_gaps(recording: Recording, persona: Persona) -> Iterator[str]:
    """Of the orders, the visitor and the accounts, which only somebody else knows."""
    if any(conversion.is_supposed for conversion in recording.conversions):
        yield "which orders were made: those shown are supposed from the calls, which may all be wrong alike"
    elif not recording.conversions:
        yield "whether there was an order"
    if not persona.identifiers():
        yield "who the visitor was: of identifiers only the form can be judged"
    elif persona.unknown:
        yield f"what of these the visitor gave: {', '.join(sorted(persona.unknown)).replace('_', ' ')}"
    if not any(account.accounts for account in recording.scenario.vendors):
        yield "which accounts are meant"
