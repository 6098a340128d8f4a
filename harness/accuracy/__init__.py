"""How often is the harness right? Faults are seeded into healthy recordings, and its findings held against them."""

from __future__ import annotations

from harness.accuracy.faults import CATALOGUE, VISIT_FAULTS
from harness.accuracy.table import Accuracy, markdown, summarised
from harness.accuracy.trial import Specs, Trial, healthy_alarms, pairs_of, trials_of
from harness.accuracy.visit import Visit, visit_alarms, visit_trials

__all__ = [
    "CATALOGUE",
    "VISIT_FAULTS",
    "Accuracy",
    "Specs",
    "Trial",
    "Visit",
    "healthy_alarms",
    "markdown",
    "pairs_of",
    "summarised",
    "trials_of",
    "visit_alarms",
    "visit_trials",
]
