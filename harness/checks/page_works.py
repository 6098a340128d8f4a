"""Does the page still work for a visitor whose browser blocks its tags?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.checks.check import RunCheck, Skip
from harness.model.facts import RunEvidence
from harness.model.recording import Recording
from harness.model.result import Finding, Severity

# What the browser itself says of a request that was stopped: that is the blocking, not what it broke.
_OF_BLOCKING = re.compile(r"net::ERR_|Failed to load resource|NetworkError|blocked by (CORS|client)", re.IGNORECASE)


def look(evidence: RunEvidence) -> Iterator[Finding]:
    recording, baseline = evidence.recording, evidence.baseline
    if baseline is None:
        raise Skip("there is no other visit without protection to compare with")
    if not baseline.is_complete:
        raise Skip("the journey did not reach its end without protection either")
    if recording.breakdown is not None:
        yield Finding(
            check=CHECK.id,
            vendor="",
            severity=Severity.ERROR,
            message="The journey reaches its end without protection and breaks off under this profile: "
            f"{recording.breakdown.message}",
            expected="the journey's end",
            found=f"its end at step {recording.breakdown.step + 1}" if recording.breakdown.step is not None else "",
            step=recording.breakdown.step,
        )
    known = _errors(baseline)
    for kind, (text, step) in _errors(recording).items():
        if kind not in known and not _OF_BLOCKING.search(text):
            yield Finding(
                check=CHECK.id,
                vendor="",
                severity=Severity.WARNING,
                message=f"The console tells of an error that there is not without protection: {text}",
                expected="no error",
                found=text,
                parameter=kind,
                step=step,
            )


def _errors(recording: Recording) -> dict[str, tuple[str, int]]:
    """The first message of each kind on the page's console, and the step it was seen in."""
    found: dict[str, tuple[str, int]] = {}
    for step in recording.steps:
        for text in step.console_errors:
            found.setdefault(_kind(text), (text, step.index))
    return found


def _kind(text: str) -> str:
    """The message without what differs from visit to visit: addresses, numbers, and words with a number in them."""
    return re.sub(r"\S*(?:://|[\d@])\S*", "…", text)


CHECK = RunCheck(
    id="page-works",
    title="The page works without its tags",
    why="A shop that breaks when its tags are blocked loses the orders of every visitor with a blocker.",
    remedy="Call a tag only where it has loaded, and let nothing that the visitor needs wait for it.",
    look=look,
)
