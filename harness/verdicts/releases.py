"""Which changes between two releases matter: which of them could cost conversions, or what they are worth?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.model.comparison import Change, ChangeKind, Direction

# Worth knowing, and nothing that a release has to be stopped for.
_NOTES = frozenset(
    (
        ChangeKind.VENDOR_ADDED,
        ChangeKind.ORDER,
        ChangeKind.TIMING,
        ChangeKind.VERSION,
    )
)


def weighed(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes with their verdict, those that matter first. What no spec reads is never more than a note."""
    judged = [replace(change, matters=_matters(change)) for change in changes]
    return tuple(sorted(judged, key=lambda change: not change.matters))


def _matters(change: Change) -> bool:
    return change.direction is Direction.WORSE and change.is_read and change.kind not in _NOTES
