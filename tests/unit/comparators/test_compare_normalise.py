"""Each step does what its name says, and the steps come one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from harness.comparators.normalise import STEPS, normalised


@pytest.mark.parametrize(
    ("steps", "raw", "prepared"),
    [
        (["trim"], "\t a b \n", "a b"),
        (["lower-case"], "ÄB", "äb"),
        (["upper-case"], "de", "DE"),
        (["compose"], "é", "é"),
        (["remove-whitespace"], " a\u00a0b\tc ", "abc"),
        (["remove-punctuation"], "O'Brien-Smith, Jr. & Co. $", "OBrienSmith Jr  Co "),
        (["remove-punctuation"], "Weißhaupt–Lüdtke’s", "WeißhauptLüdtkes"),
        (["keep-digits"], "+49 (0)30-5", "490305"),
        (["remove-leading-zeros"], "00490", "490"),
        (["ascii-only"], "São Paulo", "So Paulo"),
        (["gmail-dots"], "a.b.c@gmail.com", "abc@gmail.com"),
        (["gmail-dots"], "a.b@Googlemail.com", "ab@Googlemail.com"),
        (["gmail-dots"], "a.b@example.com", "a.b@example.com"),
        (["gmail-plus"], "ab+c+d@gmail.com", "ab@gmail.com"),
        (["gmail-plus"], "ab+c@gmail.com.example", "ab+c@gmail.com.example"),
        (["dots"], "a.b@example.com", "ab@example.com"),
        (["dots"], "no at sign.", "no at sign."),
        (["plus"], "a+b@example.com", "a@example.com"),
        (["alphanumeric-user"], "a.b-c_1@example.com", "abc1@example.com"),
        (["first-letter"], "female", "f"),
        (["first-letter"], "", ""),
        (["compact-date"], "2/16/1997", "19970216"),
        (["compact-date"], "16.2.1997", "19970216"),
        (["compact-date"], " 1997-2-16 ", "19970216"),
        (["compact-date"], "30.2.1997", "30.2.1997"),
        (["compact-date"], "1997", "1997"),
        (["trim", "lower-case", {"first": 3}], " ABCDEF ", "abc"),
        (["lower-case", {"keep": "a-z0-9.@-"}], "Jane.Doe+Shop_1@x-y.com", "jane.doeshop1@x-y.com"),
        ([], " As Is ", " As Is "),
    ],
)
def test_steps(steps: list[Any], raw: str, prepared: str) -> None:
    assert normalised(raw, steps) == prepared


@pytest.mark.parametrize(
    ("step", "country", "raw", "prepared"),
    [
        ("phone-e164", "DE", "030 23125042", "+493023125042"),
        ("phone-e164", "", "0049 30 23125042", "+493023125042"),
        ("phone-e164", "", "+49 (0)30 23125042", "+493023125042"),
        ("phone-e164", "", "030 23125042", "030 23125042"),
        ("phone-e164", "DE", "none", "none"),
        ("phone-digits", "us", "(650)555-1212", "16505551212"),
        ("phone-digits", "", "+1 (650) 555-1212", "16505551212"),
        ("phone-national", "DE", "+493023125042", "03023125042"),
        ("phone-national", "", "030", "030"),
    ],
)
def test_phone_numbers_are_read_in_the_context_of_a_country(step: str, country: str, raw: str, prepared: str) -> None:
    assert normalised(raw, [step], country) == prepared


def test_some_steps_are_for_some_countries() -> None:
    steps = [{"in-country": {"countries": ["US"], "steps": [{"first": 5}]}}]
    assert normalised("94035-1234", steps, "us") == "94035"
    assert normalised("94035-1234", steps, "DE") == "94035-1234"


@pytest.mark.parametrize("step", ["spell-backwards", {"last": 2}])
def test_an_unknown_step_is_an_error(step: Any) -> None:
    with pytest.raises(KeyError):
        normalised("a", [step])


@pytest.mark.parametrize("step", STEPS)
def test_every_step_takes_an_empty_value(step: str) -> None:
    assert normalised("", [step], "DE") == ""
