"""Which further journeys does a scenario ask for, in which the same orders must be counted the same?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from harness.errors import Mistake
from harness.model.scenario import Invariant, Leg, Scenario, Step

_DAY = 24 * 3600.0
# What the visitor has before him when the journey ends: the page that thanks him.
_THIS_PAGE = "${page.url}"
_PAYING = frozenset({"click", "double_click", "press"})


# Those that need nothing of the site, and what each does.
READY_MADE: Mapping[str, str] = {
    "reload": "the last page is loaded again",
    "back": "the visitor goes back and forward again",
    "double_click": "the paying click is a double click",
    "second_tab": "the last page is opened in a second tab",
    "revisit": "the last page is opened again on the next day",
}


def with_invariants(scenario: Scenario) -> tuple[Scenario, ...]:
    """The scenario, and one more for each invariant, under its first profile: they try the site, not the blocker."""
    return (scenario, *(_changed(scenario, invariant) for invariant in scenario.invariants))


def invariant_mistakes(scenario: Scenario) -> Iterator[Mistake]:
    """Invariants that change nothing, or want to change a click that is not there."""
    has_paying = _paying_step(scenario.legs) is not None
    for invariant in scenario.invariants:
        found = expected = ""
        if (invariant.before or invariant.instead or invariant.name == "double_click") and not has_paying:
            found = f'the invariant "{invariant.name}" changes the paying click, and there is none'
            expected = "a click or press before a conversion step"
        elif invariant.name not in READY_MADE and not (invariant.before or invariant.instead or invariant.then):
            found = f'the invariant "{invariant.name}" changes nothing'
            expected = f"steps under before, instead or then, or one of {', '.join(READY_MADE)}"
        elif all(leg.is_away for leg in scenario.legs):
            found = f'the invariant "{invariant.name}" is about a visitor\'s browser, and no leg has one'
            expected = "a leg with a device"
        if found:
            place = invariant.place
            yield Mistake(file=place.file, line=place.line, column=place.column, found=found, expected=expected)


def _paying_step(legs: Sequence[Leg]) -> tuple[int, int] | None:
    """Leg and step of the last click before the last conversion, by which the visitor pays, signs or sends."""
    found = last = None
    for number, leg in enumerate(legs):
        for index, step in enumerate(leg.steps):
            if step.verb in _PAYING:
                last = number, index
            elif step.verb == "conversion":
                found = last
    return found


def _changed(scenario: Scenario, invariant: Invariant) -> Scenario:
    name = invariant.name.replace("_", "-")
    words = READY_MADE.get(invariant.name, name.replace("-", " "))
    snapshot = replace(scenario.snapshot, id=f"{scenario.id}+{name}", title=f"{scenario.snapshot.title}: {words}")
    return replace(
        scenario,
        snapshot=snapshot,
        profiles=scenario.profiles[:1],
        invariants=(),
        legs=_legs(scenario.legs, invariant),
        place=invariant.place,
    )


def _legs(legs: tuple[Leg, ...], invariant: Invariant) -> tuple[Leg, ...]:
    paying = _paying_step(legs)
    if paying is not None:
        legs = _around(legs, paying, invariant)
    then = (*_ready_made(invariant), *invariant.then)
    number = max(index for index, leg in enumerate(legs) if not leg.is_away)
    last = legs[number]
    if invariant.name == "revisit":
        again = replace(last, name="the next day", after=_DAY, steps=then, place=invariant.place)
        return (*legs, again)
    return (*legs[:number], replace(last, steps=(*last.steps, *then)), *legs[number + 1 :])


def _around(legs: tuple[Leg, ...], paying: tuple[int, int], invariant: Invariant) -> tuple[Leg, ...]:
    number, index = paying
    leg = legs[number]
    before, click, after = leg.steps[:index], leg.steps[index], leg.steps[index + 1 :]
    if invariant.name == "double_click" and click.verb == "click":
        click = replace(click, verb="double_click")
    if invariant.instead:
        return (*legs[:number], replace(leg, steps=(*before, *invariant.before, *invariant.instead)))
    steps = (*before, *invariant.before, click, *after)
    return (*legs[:number], replace(leg, steps=steps), *legs[number + 1 :])


def _ready_made(invariant: Invariant) -> tuple[Step, ...]:
    """The steps an invariant brings with it."""
    steps: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
        "reload": (("reload", {}),),
        "back": (("back", {}), ("forward", {})),
        "second_tab": (("new_tab", {"url": _THIS_PAGE}),),
        "revisit": (("open", {"url": _THIS_PAGE}),),
    }
    return tuple(
        Step(verb=verb, arguments=arguments, place=invariant.place) for verb, arguments in steps.get(invariant.name, ())
    )
