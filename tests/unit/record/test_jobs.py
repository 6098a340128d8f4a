"""Under which profile does each device of a run work?"""

from __future__ import annotations

import pytest
from unit.comparators.compared import PERSON

from harness.model.profile import Profile
from harness.model.scenario import Leg, Place, Scenario, ScenarioSnapshot, Site
from harness.plan import Run
from harness.record.jobs import RunJob, SiteSetup

URL = "https://shop.test"
PLACE = Place(file="shop.yaml", line=1, column=1)
PHONE, LAPTOP = Leg(steps=(), place=PLACE), Leg(steps=(), place=PLACE, profile="blocker")


def a_profile(name: str, consent: str = "granted") -> Profile:
    return Profile(id=name, title=name, description="", reviewed="", sources=(), consent=consent)


def a_job(profile: Profile) -> RunJob:
    scenario = Scenario(
        snapshot=ScenarioSnapshot(id="shop", title="", site=Site(url=URL), vendors=(), server_calls="none"),
        profiles=(profile.id,),
        legs=(PHONE, LAPTOP),
        place=PLACE,
    )
    return RunJob(
        run=Run(id="run", scenario=scenario, profile=profile.id, token="run"),
        persona=PERSON,
        profile=profile,
        site=SiteSetup(key="shop", url=URL, hosts=("shop.test",), command=(), data_layer=""),
        suite_id="suite",
        keys_of=lambda exchange: {},
        settled=lambda conversions, exchanges: True,
        leg_profiles={"blocker": a_profile("blocker")},
    )


@pytest.mark.parametrize("answer", ["granted", "denied"])
def test_a_leg_has_its_own_profile_but_the_person_answers_alike_everywhere(answer: str) -> None:
    job = a_job(a_profile("open", consent=answer))
    found = [job.profile_of(leg) for leg in (PHONE, LAPTOP)]
    assert [profile.id for profile in found] == ["open", "blocker"]
    assert [profile.consent for profile in found] == [answer, answer]
    assert [profile.id for profile in job.profiles] == ["open", "blocker"]
