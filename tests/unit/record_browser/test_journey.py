"""A journey ends where it is told to, and takes the steps of a test that drives the browser as they come."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import RecordingError
from harness.model.scenario import Place, Step
from harness.record.driver import OtherThread
from harness.record.journey import Journey
from harness.record.visit import Visit

PLACE = Place(file="shop.yaml", line=3, column=5)


def a_step(verb: str = "no_conversion", **arguments: Any) -> Step:
    return Step(verb=verb, arguments=arguments or {"event": "purchase"}, place=PLACE)


def a_journey(total: int, until_step: int = 0) -> Journey:
    """Away from the web: no browser is needed to count steps."""
    visit = Visit(
        device=None,
        site_url="https://shop.test",
        data_layer="",
        timeout=5.0,
        clock=lambda: 0.0,
        variables={},
        backend=SimpleNamespace(hidden=lambda text: text),  # type: ignore[arg-type]  # all that is asked of it
        surveyor=SimpleNamespace(),  # type: ignore[arg-type]
        answer=lambda chosen: None,
        uploads=SimpleNamespace(),  # type: ignore[arg-type]
    )
    return Journey(visit=visit, persona=SimpleNamespace(), total=total, until_step=until_step)  # type: ignore[arg-type]


def test_a_journey_stops_after_the_step_asked_for_and_says_so() -> None:
    journey = a_journey(total=3, until_step=2)
    asyncio.run(journey.travel([a_step(), a_step(), a_step()], None))
    assert [step.index for step in journey.steps] == [0, 1]
    assert journey.breakdown is not None
    assert journey.breakdown.message == "stopped after step 2 of 3, as asked"


@pytest.mark.parametrize("until_step", [3, 9])
def test_a_journey_that_reaches_its_end_is_whole(until_step: int) -> None:
    journey = a_journey(total=3, until_step=until_step)
    asyncio.run(journey.travel([a_step(), a_step(), a_step()], None))
    assert (len(journey.steps), journey.breakdown) == (3, None)


def test_a_test_in_another_thread_waits_until_its_step_was_taken() -> None:
    driver, journey = OtherThread(), a_journey(total=0)
    recording = threading.Thread(target=lambda: asyncio.run(journey.follow(driver.steps("http://browser"), None)))
    recording.start()
    assert driver.endpoint.result(5) == "http://browser"
    driver.take(a_step(event="lead"))
    assert journey.visit.no_conversions == ["lead"]
    driver.leave()
    recording.join(5)
    assert (len(journey.steps), journey.breakdown) == (1, None)


def test_a_step_that_cannot_be_taken_is_told_to_the_test_and_so_is_every_later_one() -> None:
    driver, journey = OtherThread(), a_journey(total=0)

    async def record() -> None:
        await journey.follow(driver.steps("http://browser"), None)
        driver.ended(journey.breakdown)

    recording = threading.Thread(target=lambda: asyncio.run(record()))
    recording.start()
    driver.endpoint.result(5)
    for _ in range(2):
        with pytest.raises(RecordingError, match=r'unknown step "clik"'):
            driver.take(a_step("clik"))
    recording.join(5)
    assert journey.breakdown is not None


def test_a_test_that_waits_for_a_browser_is_told_when_there_is_none() -> None:
    driver = OtherThread()
    driver.ended(None)
    with pytest.raises(RecordingError, match="the visit is over"):
        driver.endpoint.result(5)
