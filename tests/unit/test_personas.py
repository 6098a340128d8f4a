"""A seed always makes the same person, no two share what must tell them apart, and every phone number is valid."""

from __future__ import annotations

import json
import re
from pathlib import Path

import phonenumbers
import pytest

import harness
from harness.errors import InputError
from harness.model.persona import Persona, PersonaSeed
from harness.model.spec import ClickId, Rule
from harness.personas import COUNTRIES, make_persona

RULE = Rule(id="rule", says="", sources=())


def click_id(parameter: str, **example: object) -> ClickId:
    return ClickId(parameter=parameter, rule=RULE, example=dict(example))


CLICK_IDS = (
    click_id("fbclid", prefix="IwAR", alphabet="mixed", length=57),
    click_id("upperid", alphabet="upper", length=12),
    click_id("hexid", alphabet="hex", length=32),
    click_id("digitid", alphabet="digits", length=20),
    click_id("auctid", alphabet="uuid"),
    click_id("plainid"),
)


def person(number: int = 0, country: str = "DE") -> Persona:
    return make_persona(PersonaSeed(token=f"token{number:03}", country=country), CLICK_IDS)


def test_the_same_seed_makes_the_same_person() -> None:
    assert person() == person()


def test_a_person_stays_the_same_over_time() -> None:
    """Recordings keep the seed only: a change here makes every stored recording unreadable."""
    found = make_persona(PersonaSeed(token="k3j2m5ab"), CLICK_IDS[:1])
    assert found.email == "luedgera.uebelackert.k3j2m5ab@mail.example"
    assert (found.phone, found.phone_national) == ("+492214710634", "0221 4710634")
    assert (found.street, found.external_id) == ("Zum Kupferigel 6624", "C-K3J2M5AB-2619")
    assert found.click_ids == {"fbclid": "IwARCuByvg41GJKuPc4RWG3Ntb8c8WdoVgKHfumNoXtPMvVlOoNQc2kn7MRYR"}


def test_another_click_id_changes_nothing_else() -> None:
    more = make_persona(PersonaSeed(token="token000"), (*CLICK_IDS, click_id("new")))
    assert {**more.click_ids, "new": ""} == {**person().click_ids, "new": ""}
    assert more.identifiers() == person().identifiers()


@pytest.mark.parametrize("country", COUNTRIES)
def test_people_of_a_country(country: str) -> None:
    for number in range(300):
        found = person(number, country)
        parsed = phonenumbers.parse(found.phone)
        assert phonenumbers.is_valid_number_for_region(parsed, country), found.phone
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == found.phone
        assert phonenumbers.parse(found.phone_national, country) == parsed
        assert re.fullmatch(r"[a-z]{4,}\.[a-z]{4,}\.token\d{3}@mail\.example", found.email)
        assert min(len(found.first_name), len(found.last_name), len(found.street), len(found.city)) >= 4
        assert found.external_id.startswith(f"C-TOKEN{number:03}-")
        assert (found.country, found.postal_code != "") == (country, True)


def test_no_two_runs_share_an_address_an_id_or_a_click_id() -> None:
    people = [person(number) for number in range(500)]
    for values in (
        [each.email for each in people],
        [each.external_id for each in people],
        [value for each in people for value in each.click_ids.values()],
    ):
        assert len(set(values)) == len(values)


def test_names_include_what_breaks_a_normalisation() -> None:
    names = "".join(f"{each.first_name}{each.last_name}" for each in (person(number) for number in range(300)))
    assert {"ü", "ö", "ß", "-"} <= set(names)


def test_click_ids_have_the_form_the_vendor_uses() -> None:
    for number in range(100):
        found = person(number).click_ids
        assert re.fullmatch(r"IwAR[A-Za-z0-9]{57}", found["fbclid"])
        assert re.search("[A-Z]", found["fbclid"][4:])
        assert re.search("[a-z]", found["fbclid"][4:])
        assert re.fullmatch(r"[A-Z0-9]{12}", found["upperid"])
        assert re.fullmatch(r"[0-9a-f]{32}", found["hexid"])
        assert re.fullmatch(r"[0-9]{20}", found["digitid"])
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", found["auctid"])
        assert re.fullmatch(r"[A-Za-z0-9]{40}", found["plainid"])


def test_a_country_nobody_comes_from_is_a_mistake() -> None:
    with pytest.raises(InputError, match='no persona can come from "XX"; expected one of AT, CH, DE'):
        person(country="XX")


def test_the_schema_of_scenarios_knows_the_same_countries() -> None:
    schema = Path(harness.__file__).parent / "load" / "schemas" / "scenario.json"
    country = json.loads(schema.read_text())["properties"]["persona"]["properties"]["country"]
    assert tuple(country["enum"]) == COUNTRIES


def test_of_a_seed_without_a_token_nothing_is_known() -> None:
    nobody = make_persona(PersonaSeed(token=""), CLICK_IDS)
    assert nobody.unknown >= {"email", "region", "click_ids"}
    assert (nobody.identifiers(), nobody.click_ids, nobody.country) == ({}, {}, "")
    assert not person().unknown
