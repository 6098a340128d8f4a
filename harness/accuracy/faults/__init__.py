"""The catalogue: every mistake that is seeded into recordings, by family."""

from __future__ import annotations

from harness.accuracy.fault import Fault
from harness.accuracy.faults import answers, clicks, hashes, ids, modes, names, times, transports, triggers, values
from harness.accuracy.faults.visits import VISIT_FAULTS

__all__ = ["CATALOGUE", "VISIT_FAULTS"]

_FAMILIES = (ids, names, values, hashes, clicks, times, triggers, modes, answers, transports)
CATALOGUE: tuple[Fault, ...] = tuple(fault for family in _FAMILIES for fault in family.FAULTS)
