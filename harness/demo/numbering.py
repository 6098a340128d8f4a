"""How are events, orders and leads numbered?"""

from __future__ import annotations

import secrets

# No letters that are read as digits.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_event_id(event: str) -> str:
    """Made once, here: the page and the server calls only pass it on."""
    return f"{event}.{secrets.token_hex(8)}"


def new_order_id(prefix: str) -> str:
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(7))
