"""On a site that other people use, nothing is ordered unless the scenario says by which step and a person allows it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import InputError
from harness.model.scenario import Leg, Place, Run, Scenario, ScenarioSnapshot, Site, Step
from harness.pipeline.live_sites import checked, is_live, may_order
from harness.pipeline.requests import RunRequest

PLACE = Place(file="visit.yaml", line=1, column=11)
LIVE = "https://www.shop.example/"
MARK = "expected places_order: true at the step that places it, or orders: none for the scenario"


def step(line: int, verb: str, **arguments: Any) -> Step:
    return Step(verb=verb, arguments=arguments, place=Place(file="visit.yaml", line=line, column=5))


OPEN, BUY = step(8, "open", url="/"), step(9, "click", css="b")
PAY = step(10, "click", css="b", places_order=True)
DONE = step(11, "conversion", event="purchase", order_id="1")


def scenario(*steps: Step, url: str = LIVE, **changes: Any) -> Scenario:
    snapshot = ScenarioSnapshot(id="visit", title="Visit", site=Site(url=url), vendors=())
    return Scenario(
        snapshot=snapshot, profiles=("none",), legs=(Leg(steps=steps, place=PLACE),), place=PLACE, **changes
    )


def request(tmp_path: Any, **changes: Any) -> RunRequest:
    return RunRequest(out=tmp_path, **changes)


def refusal(found: Scenario, asked: RunRequest, runs: int = 1) -> list[str]:
    try:
        checked([found], [Run(id=str(each), scenario=found, profile="none", token="t") for each in range(runs)], asked)
    except InputError as error:
        return [str(mistake) for mistake in error.mistakes]
    return []


@pytest.mark.parametrize(
    ("site", "live"),
    [
        (Site(url=LIVE), True),
        (Site(url="http://10.0.0.7:8000"), True),
        (Site(url="http://localhost:3000"), False),
        (Site(url="http://127.0.0.1:3000/shop"), False),
        (Site(url="http://[::1]:3000/"), False),
        (Site(url="http://localhost.shop.example/"), True),
        (Site(demo="shop"), False),
    ],
)
def test_a_site_is_live_unless_it_is_embedded_or_on_this_machine(site: Site, live: bool) -> None:
    assert is_live(site) is live


def test_a_scenario_must_say_which_step_places_the_order(tmp_path: Any) -> None:
    said = refusal(scenario(OPEN, BUY, DONE), request(tmp_path))
    assert said == [
        f"visit.yaml:11:5: no step before this one places the order, and www.shop.example is a live site; {MARK}"
    ]
    assert refusal(scenario(OPEN, PAY, DONE), request(tmp_path)) == []


def test_a_mark_after_the_confirmation_is_no_mark_of_it(tmp_path: Any) -> None:
    assert len(refusal(scenario(OPEN, BUY, DONE, PAY), request(tmp_path))) == 1


def test_a_scenario_without_a_confirmation_must_say_that_it_orders_nothing(tmp_path: Any) -> None:
    (said,) = refusal(scenario(OPEN, BUY), request(tmp_path))
    assert said.startswith("visit.yaml:1:11: nothing says whether this scenario places an order")
    assert refusal(scenario(OPEN, BUY, places_no_order=True), request(tmp_path)) == []
    assert len(refusal(scenario(OPEN, BUY, DONE, places_no_order=True), request(tmp_path))) == 1


def test_nothing_is_asked_of_a_site_on_this_machine(tmp_path: Any) -> None:
    local = scenario(OPEN, BUY, DONE, url="http://localhost:3000")
    assert refusal(local, request(tmp_path), runs=99) == []
    assert may_order(local, request(tmp_path))


def test_orders_are_allowed_for_one_host_by_its_name(tmp_path: Any) -> None:
    live = scenario(OPEN, PAY, DONE)
    assert not may_order(live, request(tmp_path))
    assert not may_order(live, request(tmp_path, allow_orders=("shop.example",)))
    assert may_order(live, request(tmp_path, allow_orders=("WWW.shop.example",)))
    assert refusal(live, request(tmp_path, allow_orders=("shop.example",))) == [
        '--allow-orders: no scenario visits "shop.example"; expected one of www.shop.example; '
        'did you mean "www.shop.example"?'
    ]


def test_a_live_site_is_not_run_on_without_end(tmp_path: Any) -> None:
    live = scenario(OPEN, PAY, DONE)
    assert refusal(live, request(tmp_path, most_runs=3), runs=3) == []
    assert refusal(live, request(tmp_path, most_runs=3), runs=4) == [
        "--most-runs: 4 runs on the live site www.shop.example; expected at most 3; "
        "choose fewer with --profile, or allow more"
    ]
