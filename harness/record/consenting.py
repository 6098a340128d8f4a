"""How does the visitor of this profile answer the site's question of consent, and which steps are that?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from harness.model.scenario import Step

GRANTED = "granted"


def with_answers(steps: Sequence[Step], consent: Mapping[str, Sequence[Step]], usual: str) -> tuple[Step, ...]:
    """The steps with those of an answer in place of each `consent`; `usual` is the answer of the profile."""
    return tuple(
        each for step in steps for each in (_answer(step, consent, usual) if step.verb == "consent" else [step])
    )


def _answer(step: Step, consent: Mapping[str, Sequence[Step]], usual: str) -> Iterator[Step]:
    """The `consent` step itself notes the answer, on the safe side.

    What is sent before it was given counts as sent without: so it counts from the first of its steps on if it allows,
    and from the last one on if it forbids.
    """
    state = step.arguments.get("answer", usual)
    noted = replace(step, arguments={"answer": state, "known": state in consent})
    if state == GRANTED:
        yield noted
    yield from consent.get(state, ())
    if state != GRANTED:
        yield noted
