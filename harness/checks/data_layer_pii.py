"""Does the data layer hold plain values of the visitor?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import RunCheck, Skip
from harness.checks.private import in_words, private_values
from harness.model.facts import RunEvidence
from harness.model.result import Finding, Severity


def look(evidence: RunEvidence) -> Iterator[Finding]:
    if not any(step.data_layer for step in evidence.recording.steps):
        raise Skip("no data layer was seen")
    for layer in evidence.layers:
        values = private_values(layer.names)
        if not values:
            continue
        readers = f"; scripts of {', '.join(layer.strangers)} read along" if layer.strangers else ""
        yield Finding(
            check=CHECK.id,
            vendor="",
            severity=Severity.WARNING if layer.strangers else Severity.INFO,
            message=f"The data layer of {layer.url} holds the visitor's {in_words(values)} plain{readers}.",
            expected="nothing of the visitor, or hashes",
            found=in_words(values),
            parameter="data layer",
            step=layer.step,
        )


CHECK = RunCheck(
    id="data-layer-pii",
    title="The data layer holds no plain values of the visitor",
    why="Every script on the page reads the data layer, those of strangers too.",
    remedy="Hash the values on the server before they are put into the data layer, or hand them to the tags alone.",
    look=look,
)
