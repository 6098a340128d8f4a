"""How often is the harness right? Faults are seeded into healthy recordings, and its findings held against them."""

from __future__ import annotations

from harness.accuracy.faults import CATALOGUE
from harness.accuracy.table import Accuracy, markdown, summarised
from harness.accuracy.trial import Specs, Trial, healthy_alarms, pairs_of, trials_of

__all__ = [
    "CATALOGUE",
    "Accuracy",
    "Specs",
    "Trial",
    "healthy_alarms",
    "markdown",
    "pairs_of",
    "summarised",
    "trials_of",
]
