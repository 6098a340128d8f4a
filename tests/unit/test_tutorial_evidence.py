"""The evidence of the consultant's tutorial holds what the tutorial says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from harness import pipeline
from harness.model.result import Severity
from harness.pipeline import EvidenceRequest

EVIDENCE = Path(__file__).parents[2] / "docs/tutorials/evidence"


class Silent:
    def say(self, run_id: str, text: str) -> None:
        """Nobody listens."""


def test_the_visit_of_the_tutorial_has_the_mistakes_that_it_tells_of(tmp_path: Path) -> None:
    outcome = pipeline.audit(
        [EVIDENCE / "visit.har"],
        tmp_path / "out",
        fail_on=Severity.ERROR,
        progress=Silent(),
        evidence=EvidenceRequest(server=(EVIDENCE / "calls.jsonl",), visit=EVIDENCE / "visit.yaml"),
    )
    assert int(outcome.exit_code) == 1
    errors = Counter(each.check for each in outcome.result.findings if each.severity is Severity.ERROR)
    assert errors == {"event-id-match": 1, "counted-conversions": 1, "identifier-hashing": 3}
