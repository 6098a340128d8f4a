"""Which waivers hold, and which day is it?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from harness.checks import CHECKS, RUN_CHECKS
from harness.load.waivers import load_waivers
from harness.model.gate import Waiver
from harness.pipeline.requests import Specs


def read_waivers(path: Path | None, specs: Specs) -> tuple[Waiver, ...]:
    return load_waivers(path, checks=CHECKS, run_checks=RUN_CHECKS, vendors=specs) if path is not None else ()


def today() -> date:
    """In UTC, so that a waiver ends everywhere at once."""
    return datetime.now(UTC).date()
