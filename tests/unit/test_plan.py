"""A suite is every scenario under each of its profiles, each run with a person and click IDs of its own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from harness.errors import InputError
from harness.model.scenario import Leg, Place, Scenario, ScenarioSnapshot, Site, Step, VendorAccount
from harness.model.spec import ClickId, EventNames, Rule, VendorSpec
from harness.personas import make_persona
from harness.plan import click_ids_of, plan_runs, seed_of

RULE = Rule(id="rule", says="", sources=())
PLACE = Place(file="visit.yaml", line=7, column=5)


def spec(vendor: str, *parameters: str) -> VendorSpec:
    return VendorSpec(
        id=vendor, title=vendor, kind="platform", reviewed="2026-11-01", sources={}, hosts=(), requests=(),
        event_names=EventNames(rule=RULE),
        click_ids=tuple(ClickId(parameter=parameter, rule=RULE) for parameter in parameters),
    )  # fmt: skip


SPECS = {"meta": spec("meta", "fbclid"), "google-ads": spec("google-ads", "gclid", "fbclid"), "plain": spec("plain")}


def scenario(
    name: str = "shop",
    vendors: tuple[str, ...] = ("meta", "google-ads"),
    profiles: tuple[str, ...] = ("none", "ublock"),
    url: str = "/?${click_ids}",
    **settings: Any,
) -> Scenario:
    return Scenario(
        snapshot=ScenarioSnapshot(
            id=name,
            title=name,
            site=Site(demo="shop"),
            vendors=tuple(VendorAccount(vendor=vendor) for vendor in vendors),
        ),
        profiles=profiles,
        legs=(Leg(steps=(Step(verb="open", arguments={"url": url}, place=PLACE),), place=PLACE),),
        place=PLACE,
        **settings,
    )


def test_each_scenario_runs_under_each_of_its_profiles() -> None:
    runs = plan_runs([scenario("a"), scenario("b", profiles=("none",))], (), suite_token="s", specs=SPECS)
    assert [run.id for run in runs] == ["a--none", "a--ublock", "b--none"]
    assert [run.profile for run in runs] == ["none", "ublock", "none"]


def test_chosen_profiles_only() -> None:
    runs = plan_runs([scenario("a"), scenario("b", profiles=("none",))], ["ublock"], suite_token="s", specs=SPECS)
    assert [run.id for run in runs] == ["a--ublock"]


def test_tokens_are_short_unlike_and_the_same_for_the_same_suite() -> None:
    def tokens(suite: str) -> list[str]:
        runs = plan_runs([scenario("a"), scenario("b")], (), suite_token=suite, specs=SPECS)
        return [run.token for run in runs]

    assert tokens("one") == tokens("one")
    assert len({*tokens("one"), *tokens("two")}) == 8
    assert all(re.fullmatch(r"[a-z2-7]{8}", token) for token in tokens("one"))


def test_nobody_in_a_large_suite_shares_a_phone_or_a_street() -> None:
    profiles = tuple(f"profile-{number}" for number in range(150))
    runs = plan_runs([scenario(profiles=profiles)], (), suite_token="s", specs=SPECS)
    people = [make_persona(seed_of(run), click_ids_of(run.scenario.snapshot, SPECS)) for run in runs]
    assert len({person.phone for person in people}) == len(people)
    assert len({person.street for person in people}) == len(people)


def test_the_scenario_chooses_country_and_mail_domain() -> None:
    (run,) = plan_runs(
        [scenario(profiles=("none",), persona={"country": "FR", "email_domain": "courrier.example"})],
        (),
        suite_token="s",
        specs=SPECS,
    )
    assert (seed_of(run).token, seed_of(run).country, seed_of(run).email_domain) == (
        run.token,
        "FR",
        "courrier.example",
    )


@pytest.mark.parametrize(
    ("url", "landing"),
    [
        ("/?${click_ids}", ("fbclid", "gclid")),
        ("/?gclid=${click_id.gclid}", ("gclid",)),
        ("/?x=${ click_id.fbclid }", ("fbclid",)),
        ("/", ()),
    ],
)
def test_landing_parameters_are_those_the_journey_uses_each_once(url: str, landing: tuple[str, ...]) -> None:
    (run, _) = plan_runs([scenario(url=url)], (), suite_token="s", specs=SPECS)
    assert run.scenario.snapshot.landing_parameters == landing


def test_a_click_id_that_no_vendor_of_the_scenario_has_is_a_mistake() -> None:
    unknown = scenario(url="/?ttclid=${click_id.ttclid}")
    expected = r'^visit\.yaml:7:5: no vendor of this scenario has the click ID "ttclid"; expected one of fbclid, gclid$'
    with pytest.raises(InputError, match=expected):
        plan_runs([unknown], (), suite_token="s", specs=SPECS)
    with pytest.raises(InputError, match="add the vendor to the scenario"):
        plan_runs([scenario(vendors=("plain",), url="/?a=${click_id.a}")], (), suite_token="s", specs=SPECS)
