"""Which command makes a run again?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import BLOCKING, a_healthy_recording, a_snapshot

from harness.model.recording import FilterListInfo
from harness.model.scenario import ScenarioSnapshot, Site
from harness.verdicts.command import command

DEMO = Site(demo="shop", options={"wiring": "tealium", "faults": "value-net,tag-missing"})
OWN = FilterListInfo(name="own", title="", version="", origin="own list", sha256="0", rules=1)


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (a_snapshot(file="my shop.yaml"), "harness run 'my shop.yaml' --profile none"),
        (a_snapshot(site=Site(demo="shop")), "harness demo --profile none"),
        (
            a_snapshot(site=DEMO),
            "harness demo --wiring tealium --fault value-net --fault tag-missing --profile none",
        ),
        (
            a_snapshot(site=Site(demo="shop", options={"vendors": "meta"})),
            "harness demo --vendor meta --vendor google-ads --vendor teads --vendor tealium --profile none",
        ),
        (a_snapshot(), ""),
    ],
    ids=["own scenario", "demo", "broken demo", "demo of some vendors", "unknown file"],
)
def test_a_run_is_made_again_by_what_it_came_from(scenario: ScenarioSnapshot, words: str) -> None:
    assert command(a_healthy_recording(scenario=scenario)) == words


def test_the_short_list_is_asked_for_when_it_was_the_only_one() -> None:
    recording = a_healthy_recording(scenario=a_snapshot(site=Site(demo="shop")), profile=BLOCKING, filter_lists=(OWN,))
    assert command(recording) == "harness demo --profile blocker --lists own"
    installed = replace(OWN, name="easylist", origin="package")
    assert command(replace(recording, filter_lists=(OWN, installed))) == "harness demo --profile blocker"
