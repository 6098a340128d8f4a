"""What is a fault of the catalogue? A mistake somebody makes, made in a healthy recording, and what must be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.accuracy.case import Case
from harness.accuracy.editing import Change
from harness.model.recording import Recording
from harness.model.result import Severity


def never(case: Case) -> str:
    """Every vendor minds."""
    return ""


def edits(channel: str, field: str, change: Change) -> Callable[[Case], Recording]:
    """The mistake with one field of one copy."""
    return lambda case: case.edited(channel, field, change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`spoil` makes the mistake; it raises `NotThereError` where the vendor's calls have nothing to spoil.

    At least one of the checks `finds` must say so, as gravely as `least`; those in `follows` may speak as well, for
    the mistake has consequences, and all others must keep silent. `harmless` says why a vendor does not mind: nobody
    may then speak of an error. `takes` are the copies that are gone, refused or not counted because of it, or what else
    another mistake `needs` to be seen.
    """

    id: str
    family: str
    says: str
    spoil: Callable[[Case], Recording]
    finds: tuple[str, ...]
    follows: frozenset[str] = frozenset()
    least: Severity = Severity.WARNING
    harmless: Callable[[Case], str] = never
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("tag", "capi")

    def goes_with(self, other: Fault) -> bool:
        """Whether both can be made and seen in one order: mistakes of two families, neither of which hides a copy."""
        hidden = {*self.takes} & {*other.needs} or {*other.takes} & {*self.needs}
        return self.family != other.family and not hidden
