"""An answer to the question of consent is its steps and a note, which stands on the safe side of them."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.scenario import Place, Step
from harness.record.consenting import with_answers


def step(verb: str, **arguments: Any) -> Step:
    return Step(verb=verb, arguments=arguments, place=Place(file="a.yaml", line=1, column=1))


CONSENT = {"granted": (step("click", text="Yes"),), "denied": (step("click", text="More"), step("click", text="No"))}


@pytest.mark.parametrize(
    ("said", "usual", "expected"),
    [
        ({}, "granted", ["open", "consent granted", "Yes", "back"]),
        ({}, "denied", ["open", "More", "No", "consent denied", "back"]),
        ({"answer": "denied"}, "granted", ["open", "More", "No", "consent denied", "back"]),
        ({"answer": "withdrawn"}, "granted", ["open", "consent withdrawn?", "back"]),
    ],
)
def test_a_permission_counts_from_its_first_step_on_and_a_refusal_from_its_last(
    said: dict[str, str], usual: str, expected: list[str]
) -> None:
    found = with_answers((step("open"), step("consent", **said), step("back")), CONSENT, usual)
    told = [
        f"consent {each.arguments['answer']}{'' if each.arguments['known'] else '?'}"
        if each.verb == "consent"
        else each.arguments.get("text", each.verb)
        for each in found
    ]
    assert told == expected
