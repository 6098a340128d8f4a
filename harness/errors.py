"""The exceptions a person can meet, and the exit code each one means.

HarnessError
├── InputError       what the user wrote is wrong: exit 2, with every place at once
├── RecordingError   the evidence could not be gathered: exit 3
└── DeliveryError    a notification could not be delivered: exit 3

A finding is not an exception, and a programming mistake is neither: it ends as exit 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to the shell; documented in the README."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INTERNAL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing wrong in one place of a file. Line and column count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0
    found: str
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = self.file if not self.line else f"{self.file}:{self.line}:{self.column}"
        parts = [f"{place}: {self.found}"]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.remedy:
            parts.append(self.remedy)
        return "; ".join(parts)


class HarnessError(Exception):
    """The root: everything the command line turns into a message instead of a traceback."""

    exit_code = ExitCode.INTERNAL


class InputError(HarnessError):
    """What the user gave cannot be used. Carries all mistakes found, not only the first."""

    exit_code = ExitCode.USAGE

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class RecordingError(HarnessError):
    """Evidence could not be gathered: no browser, no site, no proxy."""

    exit_code = ExitCode.INCONCLUSIVE

    def __init__(self, found: str, remedy: str = "") -> None:
        self.found = found
        self.remedy = remedy
        super().__init__(f"{found}; {remedy}" if remedy else found)


class DeliveryError(HarnessError):
    """A notification could not be delivered. Names the host alone: the rest of a webhook's address is its token."""

    exit_code = ExitCode.INCONCLUSIVE

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}; {remedy}")
