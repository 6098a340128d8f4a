"""By which name can a finding be found again, and at which step was it seen?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from harness.model.event import Decoded
from harness.model.recording import Conversion, Recording
from harness.model.result import Finding, Outcome

_LENGTH = 12


def placed(outcomes: Sequence[Outcome], recording: Recording, decoded: Decoded) -> tuple[Outcome, ...]:
    """The outcomes with an ID and a step for every finding.

    An ID is made of what the finding is about, which events of which channels included, and not of values that change
    from run to run; findings about the same are numbered in their order.
    """
    seen: Counter[str] = Counter()
    steps = {exchange.id: exchange.step for exchange in recording.exchanges}
    step_of = {event.id: steps.get(event.exchange) for event in decoded.events}
    kind_of = {event.id: f"{event.channel} {event.event or event.request}" for event in decoded.events}

    def in_place(finding: Finding) -> Finding:
        about = sorted({kind_of[event] for event in finding.events if event in kind_of})
        place = (recording.scenario.id, recording.profile.id)
        subject = (finding.check, finding.vendor, *place, steady(finding.parameter, recording.conversions), *about)
        name = hashlib.sha256("\0".join(subject).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
        seen[name] += 1
        known = (
            finding.step,
            *(step_of.get(event) for event in finding.events),
            *(steps.get(exchange) for exchange in finding.exchanges),
        )
        return replace(
            finding,
            id=name if seen[name] == 1 else f"{name}-{seen[name]}",
            step=next((step for step in known if step is not None), None),
        )

    return tuple(
        replace(outcome, findings=tuple(in_place(finding) for finding in outcome.findings)) for outcome in outcomes
    )


def steady(parameter: str, orders: Sequence[Conversion]) -> str:
    """A parameter without the numbers of this run's orders: a field or a message may be called after one."""
    for order in orders:
        parameter = parameter.replace(order.order_id, "…") if order.order_id else parameter
    return parameter
