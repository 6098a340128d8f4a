"""The catalogue: every mistake that is seeded into recordings, by family."""

from __future__ import annotations

from harness.accuracy.fault import Fault
from harness.accuracy.faults import clicks, hashes, ids, names, times, triggers, values

CATALOGUE: tuple[Fault, ...] = tuple(
    fault for family in (ids, names, values, hashes, clicks, times, triggers) for fault in family.FAULTS
)
