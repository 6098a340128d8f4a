"""An invariant is one more journey; whatever it changes, the rest is as it was written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import InputError
from harness.invariants import READY_MADE, invariant_mistakes, with_invariants
from harness.model.scenario import Invariant, Leg, Place, Scenario, ScenarioSnapshot, Site, Step
from harness.plan import plan_runs

PLACE = Place(file="visit.yaml", line=7, column=5)
ELSEWHERE = Place(file="visit.yaml", line=30, column=3)
BUYING = ("open", "click", "fill", "press", "wait", "conversion", "screenshot")


def steps(*verbs: str) -> tuple[Step, ...]:
    return tuple(Step(verb=verb, arguments={}, place=PLACE) for verb in verbs)


def scenario(*invariants: Invariant, legs: tuple[tuple[str, ...], ...] = (BUYING,)) -> Scenario:
    return Scenario(
        snapshot=ScenarioSnapshot(id="shop", title="Purchase", site=Site(demo="shop"), vendors=()),
        profiles=("none", "ublock"),
        legs=tuple(Leg(device="phone", steps=steps(*verbs), place=PLACE) for verbs in legs),
        invariants=invariants,
        place=PLACE,
    )


def invariant(name: str, **changes: tuple[Step, ...]) -> Invariant:
    return Invariant(name=name, place=ELSEWHERE, **changes)


def changed(asked: Invariant, legs: tuple[tuple[str, ...], ...] = (BUYING,)) -> list[list[str]]:
    _, other = with_invariants(scenario(asked, legs=legs))
    return [[step.verb for step in leg.steps] for leg in other.legs]


def test_each_is_a_scenario_of_its_own_under_the_first_profile() -> None:
    written, reload, coupon = with_invariants(
        scenario(invariant("reload"), invariant("tea_coupon", before=steps("fill")))
    )
    assert (written.id, written.profiles) == ("shop", ("none", "ublock"))
    assert (reload.id, reload.profiles) == ("shop+reload", ("none",))
    assert reload.snapshot.title == "Purchase: the last page is loaded again"
    assert (coupon.id, coupon.snapshot.title) == ("shop+tea-coupon", "Purchase: tea coupon")
    assert coupon.place == ELSEWHERE


def test_the_ready_made_ones_bring_their_steps() -> None:
    assert changed(invariant("reload")) == [[*BUYING, "reload"]]
    assert changed(invariant("back")) == [[*BUYING, "back", "forward"]]
    assert changed(invariant("second_tab")) == [[*BUYING, "new_tab"]]
    assert changed(invariant("revisit")) == [[*BUYING], ["open"]]


def test_a_revisit_is_on_the_same_device_a_day_later() -> None:
    _, other = with_invariants(scenario(invariant("revisit")))
    assert (other.legs[-1].device, other.legs[-1].after) == ("phone", 86400)
    assert other.legs[-1].steps[0].arguments == {"url": "${page.url}"}


def test_steps_of_ones_own_follow_those_that_are_brought() -> None:
    assert changed(invariant("reload", then=steps("wait"))) == [[*BUYING, "reload", "wait"]]


def test_the_paying_click_is_the_last_one_before_the_last_conversion() -> None:
    assert changed(invariant("coupon", before=steps("read"))) == [
        ["open", "click", "fill", "read", "press", "wait", "conversion", "screenshot"]
    ]
    twice = ("open", "click", "conversion", "click", "conversion", "click")
    assert changed(invariant("double_click"), (twice,)) == [
        ["open", "click", "conversion", "double_click", "conversion", "click"]
    ]


def test_what_is_done_instead_ends_the_journey() -> None:
    legs = (("open",), BUYING, ("open", "reload"))
    assert changed(invariant("cancelled", instead=steps("click", "no_conversion")), legs) == [
        ["open"],
        ["open", "click", "fill", "click", "no_conversion"],
    ]


def test_all_ready_made_ones_change_the_journey() -> None:
    for name in READY_MADE:
        assert changed(invariant(name), (("open", "click", "conversion"),)) != [["open", "click", "conversion"]]


@pytest.mark.parametrize(
    ("asked", "legs", "message"),
    [
        (
            invariant("relaod"),
            (BUYING,),
            'visit.yaml:30:3: the invariant "relaod" changes nothing; expected steps under before, instead or then, '
            "or one of reload, back, double_click, second_tab, revisit",
        ),
        (
            invariant("double_click"),
            (("open", "conversion", "click"),),
            'visit.yaml:30:3: the invariant "double_click" changes the paying click, and there is none; '
            "expected a click or press before a conversion step",
        ),
    ],
)
def test_what_cannot_be_changed_is_a_mistake_with_its_place(
    asked: Invariant, legs: tuple[tuple[str, ...], ...], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        plan_runs([scenario(asked, legs=legs)], (), suite_token="s", specs={})
    assert str(caught.value) == message


def test_invariants_are_planned_after_their_scenario() -> None:
    runs = plan_runs([scenario(invariant("reload"))], (), suite_token="s", specs={})
    assert [run.id for run in runs] == ["shop--none", "shop--ublock", "shop+reload--none"]


def test_what_happens_on_a_page_happens_on_the_last_device_not_at_the_till() -> None:
    written = scenario(legs=(BUYING, ("call", "conversion")))
    web, till = written.legs
    legs = (web, replace(till, device="none"))
    _, reload = with_invariants(replace(written, legs=legs, invariants=(invariant("reload"),)))
    assert [[step.verb for step in leg.steps] for leg in reload.legs] == [[*BUYING, "reload"], ["call", "conversion"]]
    _, revisit = with_invariants(replace(written, legs=legs, invariants=(invariant("revisit"),)))
    assert [leg.device for leg in revisit.legs] == ["phone", "none", "phone"]
    nowhere = replace(written, legs=legs[1:], invariants=(invariant("reload"),))
    (mistake,) = invariant_mistakes(nowhere)
    assert (mistake.line, mistake.found) == (
        30, "the invariant \"reload\" is about a visitor's browser, and no leg has one",
    )  # fmt: skip
