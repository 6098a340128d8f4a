"""A journey on a live site stops before the step that orders, and takes its time."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

from harness.model.persona import PersonaSeed
from harness.model.scenario import Place, Step
from harness.personas import make_persona
from harness.record.backend import Backend
from harness.record.journey import Journey
from harness.record.visit import Visit

PERSONA = make_persona(PersonaSeed(token="k7f3q9x2"), ())


def step(verb: str, **arguments: Any) -> Step:
    return Step(verb=verb, arguments=arguments, place=Place(file="visit.yaml", line=9, column=5))


def travelled(*steps: Step, **settings: Any) -> Journey:
    visit = Visit(
        device=None,
        site_url="https://www.shop.example/",
        data_layer="",
        timeout=1.0,
        clock=time.time,
        variables={},
        backend=Backend(site_url="https://www.shop.example/"),
        surveyor=SimpleNamespace(),
        answer=lambda chosen: None,
        uploads=SimpleNamespace(),
        **settings,
    )
    journey = Journey(visit=visit, persona=PERSONA, total=len(steps))
    asyncio.run(journey.travel(steps, None))
    return journey


NOTED = step("no_conversion", event="purchase")
PAID = step("call", method="POST", url="/api/orders", places_order=True)


def test_a_step_that_orders_is_not_done_where_nobody_allowed_it() -> None:
    journey = travelled(NOTED, PAID, NOTED, may_order=False)
    assert len(journey.steps) == 2
    assert journey.breakdown is not None
    assert journey.breakdown.message == (
        "step 2 (call) at visit.yaml:9:5: it places an order, and nobody has allowed orders on www.shop.example; "
        "--allow-orders www.shop.example does"
    )


def test_a_step_that_orders_is_done_where_it_may_be() -> None:
    journey = travelled(PAID, may_order=True)
    assert journey.breakdown is not None
    # It was tried: the backend has no host that may be called.
    assert "is not the site's" in journey.breakdown.message


def test_steps_that_load_pages_are_a_pause_apart_and_others_wait_for_nothing(monkeypatch: Any) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    monkeypatch.setattr("harness.record.journey.asyncio.sleep", nap)
    travelled(NOTED, NOTED, NOTED, pause=5.0)
    assert naps == []
    journey = travelled(step("call", url="/a"), pause=5.0)
    asyncio.run(journey.travel([step("call", url="/b")], None))
    assert len(naps) == 1
    assert 4.0 < naps[0] <= 5.0
