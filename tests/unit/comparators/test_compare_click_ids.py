"""A click ID of the landing page is carried, altered, missing, taken away, or another visit's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.comparators.compared import PERSON, a_request_rule, a_vendor, an_event
from unit.decode.decode_builders import RULE, a_request, an_exchange

from harness.comparators.click_ids import click_id_facts, stripped_parameters
from harness.model.persona import PersonaSeed
from harness.model.profile import Profile
from harness.model.recording import Blocking, Exchange, Recording
from harness.model.scenario import ScenarioSnapshot, Site
from harness.model.spec import ClickId, FieldRule, VendorSpec


def facts(found: str, *, case_sensitive: bool = True, stripped: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    vendor = a_vendor(click_ids=(ClickId(parameter="clid", rule=RULE, case_sensitive=case_sensitive),))
    event = an_event("t", click_ids={"clid": found} if found else {})
    return [
        (fact.state, fact.explanation) for fact in click_id_facts([event], vendor, PERSON, PERSON.click_ids, stripped)
    ]


@pytest.mark.parametrize(
    ("found", "state", "explanation"),
    [
        ("AbCdEfGhIjKl", "carried", ""),
        ("abcdefghijkl", "altered", "its letters were changed to another case"),
        ("AbCd", "altered", "it was cut"),
        ("CdEfGhIjKl", "altered", "it was cut"),
        ("{clid}", "altered", "a placeholder was sent that nobody filled in"),
        ("undefined", "altered", "a placeholder was sent that nobody filled in"),
        ("ZzZzZz", "foreign", "it is not the click ID of this visit"),
        ("", "missing", ""),
    ],
)
def test_where_a_click_id_got_to(found: str, state: str, explanation: str) -> None:
    assert facts(found) == [(state, explanation)]


def test_case_and_blanks_are_forgiven_where_the_vendor_forgives_them() -> None:
    assert facts(" ABCDEFGHIJKL ", case_sensitive=False) == [("carried", "")]


def test_one_the_profile_took_away_is_not_missing() -> None:
    assert facts("", stripped=frozenset({"clid"})) == [("stripped", "taken away by the profile")]


def test_a_request_that_cannot_carry_it_and_a_person_without_it_have_no_fact() -> None:
    vendor: VendorSpec = a_vendor(click_ids=(ClickId(parameter="other", rule=RULE),))
    assert click_id_facts([an_event("t")], vendor, PERSON, PERSON.click_ids, frozenset()) == ()
    assert (
        click_id_facts([an_event("t")], a_vendor(), replace(PERSON, click_ids={}), PERSON.click_ids, frozenset()) == ()
    )


def test_one_of_several_click_ids_is_enough_where_none_is_required() -> None:
    clicks = (ClickId(parameter="clid", rule=RULE), ClickId(parameter="other", rule=RULE))
    both = {f"click_id.{click.parameter}": FieldRule(paths=()) for click in clicks}
    vendor = replace(a_vendor(click_ids=clicks), requests=(a_request_rule("hit", "tag", fields=both),))
    chosen = an_event("t", click_ids={"other": "Zz"})
    visitor = replace(PERSON, click_ids={"clid": "AbCdEfGhIjKl", "other": "Zz"})

    def told(vendor: VendorSpec) -> list[tuple[str, str]]:
        found = click_id_facts([chosen], vendor, visitor, visitor.click_ids, frozenset())
        return [(fact.parameter, fact.state) for fact in found]

    assert told(vendor) == [("other", "carried")]
    required = tuple(replace(click, required={chosen.channel: "warning"}) for click in clicks)
    assert told(replace(vendor, click_ids=required)) == [("clid", "missing"), ("other", "carried")]


def recorded(*exchanges: Exchange, blocking: bool = True) -> Recording:
    rules = ("||ads.test^",) if blocking else ()
    return Recording(
        run_id="r",
        suite_id="s",
        scenario=ScenarioSnapshot(
            id="shop", title="Shop", site=Site(url="https://shop.test"), vendors=(), landing_parameters=("clid", "gid")
        ),
        profile=Profile(id="p", title="P", description="", reviewed="2026-01-01", sources=("s",), extra_rules=rules),
        persona=PersonaSeed(token="k7f3q9x2"),
        started_at=0.0,
        finished_at=1.0,
        harness_version="0",
        exchanges=exchanges,
    )


def landing(url: str, **parts: object) -> Exchange:
    return an_exchange(a_request(url), type="document", **parts)


def test_parameters_a_rule_removed_are_stripped_if_they_were_of_the_landing() -> None:
    strip = Blocking(rule="x", list="l", line=1, action="strip", removed_parameters=("clid", "utm"))
    page = landing("https://shop.test/?clid=1&gid=2", blocking=strip)
    assert stripped_parameters(recorded(page)) == {"clid"}


def test_parameters_the_browser_took_away_before_asking_are_stripped() -> None:
    assert stripped_parameters(recorded(landing("https://shop.test/?gid="))) == {"clid"}
    assert stripped_parameters(recorded(landing("https://shop.test/"), blocking=False)) == frozenset()
    assert stripped_parameters(recorded()) == frozenset()


def test_the_click_id_of_a_later_ad_takes_the_place_of_the_first_ones() -> None:
    vendor = a_vendor()
    for sent, state in (("Another99", "carried"), ("Stranger9", "foreign"), ("abcdefghijkl", "altered")):
        event = an_event("t", click_ids={"clid": sent})
        later = {("clid", "Another99"), ("clid", "abcdefghijkl"), ("other", "Stranger9")}
        (fact,) = click_id_facts([event], vendor, PERSON, PERSON.click_ids, frozenset(), later)
        assert fact.state == state
