"""Which checks did not judge although the scenario demands it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.model.result import CheckOutcome, Outcome
from harness.model.scenario import ScenarioSnapshot

_DEMANDED = "the scenario's must_run names it"


def demanded(outcomes: Sequence[Outcome], scenario: ScenarioSnapshot) -> tuple[Outcome, ...]:
    """The outcomes, with every skipped check undecided that the scenario names and that judged nothing it is about.

    A check that was not asked at all gets an outcome that says so, unless its vendor was left out of the suite.
    """
    vendors = {"", *(account.vendor for account in scenario.vendors)}
    names = [name for name in scenario.must_run if name.partition("@")[2] in vendors]
    lacking = [name for name in names if not any(_is_about(name, each) and each.has_judged for each in outcomes)]
    return (
        *(_undecided(each) if any(_is_about(name, each) for name in lacking) else each for each in outcomes),
        *_unasked(lacking, outcomes),
    )


def _is_about(name: str, outcome: Outcome) -> bool:
    check, _, vendor = name.partition("@")
    return check == outcome.check and vendor in ("", outcome.vendor)


def _undecided(outcome: Outcome) -> Outcome:
    if outcome.undecided:
        return outcome
    return replace(outcome, undecided=True, reason=f"{outcome.reason} ({_DEMANDED})")


def _unasked(names: Sequence[str], outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    for name in names:
        if not any(_is_about(name, outcome) for outcome in outcomes):
            check, _, vendor = name.partition("@")
            yield Outcome(
                check=check,
                title=check,
                vendor=vendor,
                outcome=CheckOutcome.SKIPPED,
                reason=f"nothing here is of a kind that this check looks at ({_DEMANDED})",
                undecided=True,
            )
